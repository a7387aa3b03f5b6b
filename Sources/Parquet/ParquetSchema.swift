/// The columns of a file, in order.
package struct ParquetSchema: Sendable, Hashable {
    package let columns: [ParquetColumn]

    /// - Precondition: the names differ.
    package init(_ columns: [ParquetColumn]) {
        precondition(
            Set(columns.map(\.name)).count == columns.count,
            "two columns have one name"
        )
        self.columns = columns
    }
}
