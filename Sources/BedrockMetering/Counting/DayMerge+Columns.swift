/// Days as columns.
extension DayMerge {
    /// Rows that are given out at once; every row group of a day file has that many, but the last.
    package static let rowGroupRows = 500_000
    /// Bytes of request ids after which a row group ends earlier, where they are long.
    private static let rowGroupRequestBytes = 192 << 20
    /// Present rows that are read at once.
    private static let presentRows = 4096

    /// Takes the next rows of the present file, after those before were merged.
    ///
    /// - Precondition: all columns are there, and ``nextColumns(isComplete:)`` has returned nil.
    package mutating func append(_ present: consuming UsageColumns) {
        precondition(!hasUnreadColumns)
        reader = ColumnReader(
            present,
            tenants: { $0.symbols(in: &symbols.tenants) },
            users: { $0.symbols(in: &symbols.users) },
            models: { $0.symbols(in: &symbols.models) }
        )
    }

    /// The next rows of the merged day, `rows` of them or, at the end, what is left.
    ///
    /// - Parameter isComplete: whether all rows of the present file were appended.
    /// - Returns: nil where more of the present file is needed, or everything was returned.
    package mutating func nextColumns(
        isComplete: Bool, rows maximumRows: Int = rowGroupRows
    ) -> UsageColumns? {
        while true {
            merge(isComplete: isComplete)
            guard nextMerged < merged.count else { break }
            if columns.count == 0 { columns.reserve(min(maximumRows, expectedRows)) }
            let room = maximumRows - columns.count
            let rows = merged[nextMerged...].prefix(room)
            nextMerged += columns.append(
                rows, of: day, symbols, maximumRequestBytes: Self.rowGroupRequestBytes)
            if columns.count == maximumRows
                || columns.requestBytes >= Self.rowGroupRequestBytes
            {
                return columns.take(symbols)
            }
        }
        return isComplete && columns.count > 0 ? columns.take(symbols) : nil
    }

    /// About how many rows are still to come, as far as that is known.
    private var expectedRows: Int {
        newCount + merged.count + reader.remaining
    }

    private var hasUnreadColumns: Bool { reader.remaining > 0 }

    /// Makes some rows of the present columns wait to be merged.
    mutating func readColumns() {
        guard hasUnreadColumns else { return }
        // Taken out, so that reading from it copies nothing.
        var reader = ColumnReader()
        swap(&reader, &self.reader)
        for _ in 0..<min(reader.remaining, Self.presentRows) {
            if let usage = reader.next({ symbols.request($0, from: $1, size: $2) }) {
                append(present: usage)
            } else {
                presentIsUnsound()
            }
        }
        swap(&reader, &self.reader)
    }
}
