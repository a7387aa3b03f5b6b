/// The results of a statement.
package struct AthenaResults: Sendable, Hashable {
    /// The names of the columns.
    package let columns: [String]
    /// Cells as text; nil for null.
    package let rows: [[String?]]
}
