/// Days as columns.
extension DayMerge {
    /// Rows that are given out at once; every row group of a day file has that many, but the last.
    package static let rowGroupRows = 1_000_000
    /// Bytes of request ids after which a row group ends earlier, where they are long.
    private static let rowGroupRequestBytes = 256 << 20
    /// Present rows that are read at once.
    private static let presentRows = 4096

    /// Takes the next rows of the present file, after those before were merged.
    ///
    /// - Precondition: all columns are there, and ``nextColumns(isComplete:)`` has returned nil.
    package mutating func append(_ present: consuming UsageColumns) {
        precondition(!hasUnreadColumns)
        reading.begin(present, in: &symbols)
    }

    /// The next rows of the merged day, ``rowGroupRows`` of them or, at the end, what is left.
    ///
    /// - Parameter isComplete: whether all rows of the present file were appended.
    /// - Returns: nil where more of the present file is needed, or everything was returned.
    package mutating func nextColumns(isComplete: Bool) -> UsageColumns? {
        while true {
            if !hasPresent { readColumns() }
            merge(isComplete: isComplete && !hasUnreadColumns)
            guard nextMerged < merged.count else {
                if hasUnreadColumns { continue }
                break
            }
            let room = Self.rowGroupRows - columns.count
            let rows = merged[nextMerged...].prefix(room)
            nextMerged += columns.append(
                rows, of: day, symbols, maximumRequestBytes: Self.rowGroupRequestBytes)
            if columns.count == Self.rowGroupRows
                || columns.requestBytes >= Self.rowGroupRequestBytes
            {
                return columns.take(symbols)
            }
        }
        return isComplete && columns.count > 0 ? columns.take(symbols) : nil
    }

    private var hasUnreadColumns: Bool { reading.nextRow < reading.columns.count }

    /// Makes some rows of the present columns wait to be merged.
    private mutating func readColumns() {
        let first = reading.nextRow
        let end = min(reading.columns.count, first + Self.presentRows)
        guard first < end else { return }
        // Taken out, so that reading from it copies nothing.
        var reading = PresentReading()
        swap(&reading, &self.reading)
        let columns = reading.columns
        for row in first..<end {
            guard let usage = self.usage(at: row, columns, &reading) else {
                presentIsUnsound()
                continue
            }
            append(present: usage)
        }
        reading.nextRow = end
        swap(&reading, &self.reading)
    }

    /// The row at `index`, or nil where it is no sound one.
    private mutating func usage(
        at index: Int, _ columns: borrowing UsageColumns, _ reading: inout PresentReading
    ) -> StoredUsage? {
        let start = columns.timestamps.offsets[index]
        let end = columns.timestamps.offsets[index + 1]
        let time = reading.timestamps.parse(
            columns.timestamps.bytes.span.bytes, from: start, to: end)
        var request = StoredRequest.none
        if columns.requestPresence?[index] ?? true {
            let start = columns.requests.offsets[reading.nextRequest]
            let size = columns.requests.offsets[reading.nextRequest + 1] - start
            reading.nextRequest += 1
            request = symbols.request(columns.requests.bytes.span.bytes, from: start, size: size)
        }
        let tokens = columns.tokens(at: index)
        guard let time, tokens.isSound else { return nil }
        return StoredUsage(
            time: time, tokens: tokens, request: request,
            tenant: reading.tenants[columns.tenants.number(ofRow: index)],
            user: reading.users[columns.users.number(ofRow: index)],
            model: reading.models[columns.models.number(ofRow: index)]
        )
    }
}
