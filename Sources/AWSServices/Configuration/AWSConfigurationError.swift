/// What is wrong with the configuration.
package struct AWSConfigurationError: Error, Sendable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
