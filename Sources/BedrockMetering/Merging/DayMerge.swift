/// Merges the records of a merger that fall on one day into what the day's file already holds.
///
/// The present rows are streamed through, in their order; only the new ones are in memory. It is a
/// sink: decode the present file into it, take chunks as they come, and say when the file has ended.
package struct DayMerge: UsageSink, ~Copyable {
    private let snapshot: UsageMerger.Snapshot
    /// The new records in order.
    private let references: [UsageMerger.Reference]
    private var nextReference = 0
    /// The records at the next references, read ahead: those from `gatheredFrom` on.
    private var gathered: [StoredUsage] = []
    private var gatheredFrom = 0
    /// Keeps reads that warm the cache from being optimised away.
    private var warmth = 0
    /// New records that give way to a present version of the same call.
    private var dropped: Set<UInt32> = []
    /// Whether a new record may be another version of a present call.
    private let mayConflict: Bool
    private var present = PresentRows()
    private var encoder = UsageLineEncoder()
    private var rowsInChunk = 0

    /// What the merge has done so far.
    package private(set) var outcome = Outcome()

    package struct Outcome: Sendable {
        /// Rows of the merged day.
        package var rows = 0
        package var totalTokens: UInt128 = 0
        /// Rows that the day did not have before.
        package var records = 0
        /// New records that were known.
        package var duplicates = DuplicateCounts()
        /// Present rows that gave way to another version.
        var replaced = 0
        /// Whether the file's rows follow the order of day files, each once, and lie on its day.
        package var presentIsInOrder = true

        /// Whether the merged day differs from the present one.
        package var isChanged: Bool { records != 0 || replaced != 0 }
    }

    /// Rows in one chunk; every gzip member of a day file holds that many, but the last.
    package static let chunkRows = 4096
    /// Bytes after which a chunk ends earlier, where names are long.
    private static let chunkSize = 16 << 20

    let day: UsageDay

    init(
        day: UsageDay, snapshot: UsageMerger.Snapshot, references: [UsageMerger.Reference]
    ) {
        self.day = day
        self.snapshot = snapshot
        self.references = references
        mayConflict = references.contains { snapshot[$0].request.isPresent }
    }

    /// The next lines of the merged day, ``chunkRows`` of them or, at the end, what is left.
    ///
    /// - Parameter isComplete: whether the whole present file was decoded into this.
    /// - Returns: nil where more of the present file is needed, or everything was returned.
    package mutating func nextChunk(isComplete: Bool) -> TextChunk? {
        while rowsInChunk < Self.chunkRows, encoder.count < Self.chunkSize {
            if let row = present.first {
                emitFirst(of: row)
            } else if isComplete && nextReference < references.count {
                emitNew()
            } else if isComplete && rowsInChunk > 0 {
                break
            } else {
                return nil
            }
        }
        rowsInChunk = 0
        return encoder.take()
    }

    /// Takes back a chunk that is not needed any more, so that its memory serves for another.
    package mutating func reuse(_ chunk: TextChunk) {
        encoder.reuse(chunk)
    }

    // MARK: Present rows

    package mutating func consume(_ batch: borrowing UsageBatch) {
        present.append(batch)
    }

    package mutating func reject(_ line: RejectedLine) {
        outcome.presentIsInOrder = false
    }

    package mutating func commit() {}

    package mutating func rollback() {}

    // MARK: Merging

    /// Writes the new record or the present row that comes first, or neither where both are versions
    /// of one call that is already written.
    private mutating func emitFirst(of row: UsageBatchRow) {
        let text = present.text
        if !present.firstIsChecked {
            present.firstIsChecked = true
            checkOrder(of: row, text)
            present.firstIsDropped = resolveConflict(of: row, text)
        }
        skipDropped()
        guard nextReference < references.count else { return emitPresent(row, text) }
        let usage = nextUsage()
        switch order(of: usage, row, text) {
        case ..<0: emitNew()
        case 0:
            // The same record again.
            outcome.duplicates.count(usage, isConflict: false)
            nextReference += 1
            emitPresent(row, text)
        default: emitPresent(row, text)
        }
    }

    /// The record at the next reference.
    ///
    /// References jump about in memory, so a run of them is read at once: their cache misses overlap.
    @inline(__always)
    private mutating func nextUsage() -> StoredUsage {
        let offset = nextReference - gatheredFrom
        if offset < gathered.count { return gathered[offset] }
        return gather()
    }

    @inline(never)
    private mutating func gather() -> StoredUsage {
        gathered.removeAll(keepingCapacity: true)
        gatheredFrom = nextReference
        for reference in references[nextReference...].prefix(256) {
            gathered.append(snapshot[reference])
        }
        warmth = snapshot.symbols.warm(gathered)
        return gathered[0]
    }

    private mutating func skipDropped() {
        while nextReference < references.count, !dropped.isEmpty,
            dropped.remove(references[nextReference].bits) != nil
        {
            nextReference += 1
        }
    }

    private mutating func emitNew() {
        skipDropped()
        guard nextReference < references.count else { return }
        let usage = nextUsage()
        nextReference += 1
        outcome.records += 1
        count(usage.tokens)
        snapshot.symbols.append(usage, to: &encoder)
    }

    private mutating func emitPresent(_ row: UsageBatchRow, _ text: UnsafeRawBufferPointer) {
        defer { present.dropFirst() }
        if present.firstIsDropped { return }
        count(row.tokens)
        func name(_ slice: TextSlice) -> UsageLineEncoder.Name {
            UsageLineEncoder.Name(text: text, start: Int(slice.start), size: Int(slice.size))
        }
        encoder.append(
            time: row.time, tokens: row.tokens, tenant: name(row.tenant), user: name(row.user),
            model: name(row.model), request: row.request.isEmpty ? .none : .name(name(row.request))
        )
    }

    private mutating func count(_ tokens: TokenCounts) {
        outcome.rows += 1
        outcome.totalTokens += UInt128(tokens.total)
        rowsInChunk += 1
    }

    private mutating func checkOrder(of row: UsageBatchRow, _ text: UnsafeRawBufferPointer) {
        let isInOrder = present.last.map { $0.precedes(row, text) } ?? true
        if !isInOrder || EventTime(microseconds: row.time).day != day {
            outcome.presentIsInOrder = false
        }
        present.last = row
    }

    /// Where a new record is another version of the call of `row`, decides which one stays: the one
    /// that sorts first. Returns whether `row` gives way.
    private mutating func resolveConflict(
        of row: UsageBatchRow, _ text: UnsafeRawBufferPointer
    ) -> Bool {
        guard mayConflict, !row.request.isEmpty,
            let reference = snapshot.reference(toCallOf: row, text)
        else { return false }
        let usage = snapshot[reference]
        switch order(of: usage, row, text) {
        case 0: return false
        case ..<0:
            outcome.duplicates.count(usage, isConflict: true)
            outcome.records -= 1
            outcome.replaced += 1
            return true
        default:
            outcome.duplicates.count(usage, isConflict: true)
            dropped.insert(reference.bits)
            return false
        }
    }

    /// Negative where the new record sorts before the present row, 0 where they are equal.
    private func order(
        of usage: StoredUsage, _ row: UsageBatchRow, _ text: UnsafeRawBufferPointer
    ) -> Int {
        if usage.time != row.time { return usage.time < row.time ? -1 : 1 }
        return snapshot.symbols.order(of: usage, row, text)
    }
}
