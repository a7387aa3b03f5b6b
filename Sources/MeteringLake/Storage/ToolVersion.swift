/// Which version of the product this is.
package enum ToolVersion {
    /// None was released so far; this is the first one to be.
    package static let current = "0.1.0"
}
