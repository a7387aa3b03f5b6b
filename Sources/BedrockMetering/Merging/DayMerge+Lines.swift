/// Days as JSON lines.
extension DayMerge: UsageSink {
    /// Rows in one chunk; every gzip member of a day file holds that many, but the last.
    package static let chunkRows = 4096
    /// Bytes after which a chunk ends earlier, where names are long.
    private static let chunkSize = 16 << 20

    /// The next lines of the merged day, ``chunkRows`` of them or, at the end, what is left.
    ///
    /// - Parameter isComplete: whether the whole present file was decoded into this.
    /// - Returns: nil where more of the present file is needed, or everything was returned.
    package mutating func nextChunk(isComplete: Bool) -> TextChunk? {
        while true {
            merge(isComplete: isComplete)
            guard nextMerged < merged.count else { break }
            warmth = symbols.warm(merged[nextMerged...])
            while nextMerged < merged.count {
                symbols.append(merged[nextMerged], to: &encoder)
                nextMerged += 1
                rowsInChunk += 1
                if rowsInChunk == Self.chunkRows || encoder.count >= Self.chunkSize {
                    return take()
                }
            }
        }
        return isComplete && rowsInChunk > 0 ? take() : nil
    }

    private mutating func take() -> TextChunk {
        rowsInChunk = 0
        return encoder.take()
    }

    /// Takes back a chunk that is not needed any more, so that its memory serves for another.
    package mutating func reuse(_ chunk: TextChunk) {
        encoder.reuse(chunk)
    }

    // MARK: The present file

    package mutating func consume(_ batch: borrowing UsageBatch) {
        let text = batch.text.bytes
        lookup.find(batch, in: &symbols)
        for index in 0..<batch.rows.count {
            let row = batch.rows[index]
            append(
                present: StoredUsage(
                    time: row.time,
                    tokens: row.tokens,
                    request: symbols.request(
                        text, from: Int(row.request.start), size: Int(row.request.size)),
                    tenant: lookup.tenants[index],
                    user: lookup.users[index],
                    model: lookup.models[index]
                )
            )
        }
    }

    package mutating func reject(_ line: RejectedLine) {
        presentIsUnsound()
    }

    package mutating func commit() {}

    package mutating func rollback() {}
}

/// The symbols of the names of a batch, by row.
struct BatchLookup {
    private(set) var tenants: [UInt32] = []
    private(set) var users: [UInt32] = []
    private(set) var models: [UInt32] = []
    private var hashes: [UInt64] = []

    mutating func find(_ batch: borrowing UsageBatch, in symbols: inout UsageSymbols) {
        let text = batch.text.bytes
        symbols.tenants.symbols(
            of: { $0.tenant }, in: batch.rows, text, hashes: &hashes, into: &tenants)
        symbols.users.symbols(of: { $0.user }, in: batch.rows, text, hashes: &hashes, into: &users)
        symbols.models.symbols(
            of: { $0.model }, in: batch.rows, text, hashes: &hashes, into: &models)
    }
}
