/// Rows of a day, column by column, as column files hold them.
///
/// Readers that need some columns only leave the others empty.
package struct UsageColumns: Sendable {
    package var count = 0
    package var timestamps = TextColumn()
    package var tenants = TextColumn()
    package var users = TextColumn()
    package var models = TextColumn()
    package var inputTokens: [Int64] = []
    package var outputTokens: [Int64] = []
    package var totalTokens: [Int64] = []
    package var cacheReadTokens: [Int64] = []
    package var cacheWriteTokens: [Int64] = []
    /// The texts of those rows that have a request id.
    package var requests = TextColumn()
    /// Whether each row has a request id; nil where all have.
    package var requestPresence: [Bool]?

    package init() {}

    /// The counts of the row at `index`, 0 where the column is empty.
    @inline(__always)
    func tokens(at index: Int) -> TokenCounts {
        func value(_ column: [Int64]) -> Int64 { column.isEmpty ? 0 : column[index] }
        return TokenCounts(
            input: value(inputTokens), output: value(outputTokens),
            cacheRead: value(cacheReadTokens), cacheWrite: value(cacheWriteTokens),
            total: value(totalTokens)
        )
    }
}
