/// Days as JSON lines.
extension DayMerge: UsageSink {
    /// The next rows of the merged day, as many as a chunk takes or, at the end, what is left.
    ///
    /// While lines of a chunk are still to be written, a new name in the present file costs a copy of
    /// all names.
    ///
    /// - Parameter isComplete: whether the whole present file was decoded into this.
    /// - Returns: nil where more of the present file is needed, or everything was returned.
    package mutating func nextChunk(isComplete: Bool) -> LineChunk? {
        let chunk = openChunk ?? spareChunks.popLast() ?? LineChunk()
        while !chunk.isFull {
            merge(isComplete: isComplete)
            guard nextMerged < merged.count else { break }
            nextMerged += chunk.append(merged[nextMerged...], named: symbols)
        }
        if chunk.isFull || isComplete && !chunk.isEmpty {
            openChunk = nil
            chunk.close(symbols)
            return chunk
        }
        openChunk = chunk
        return nil
    }

    /// Takes back a chunk that is not needed any more, so that its memory serves for another.
    package mutating func reuse(_ chunk: LineChunk) {
        chunk.removeAll()
        spareChunks.append(chunk)
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
