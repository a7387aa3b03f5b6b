/// Merges the records of a merger that fall on one day into what the day's file already holds.
///
/// The present rows are streamed through, in their order; only the new ones are in memory. It is a
/// sink: decode the present file into it or append its columns, take the merged rows as they come,
/// and say when the file has ended.
package struct DayMerge: ~Copyable {
    package let day: UsageDay
    private let snapshot: UsageMerger.Snapshot
    /// The names of the snapshot's records, and then those of present rows.
    var symbols: UsageSymbols
    /// The new records in order.
    private let references: [UsageMerger.Reference]
    private var nextReference = 0
    /// The records at the next references, read ahead: those from `gatheredFrom` on.
    private var gathered: [StoredUsage] = []
    private var gatheredFrom = 0
    /// New records of which the file alone holds another version.
    private var contested: [UsageMerger.Reference] = []
    /// New records that give way to a present version of the same call.
    private var dropped: Set<UInt32> = []
    /// The calls of new records that have request ids, of which a present row may be another version.
    private var calls: HashFilter?

    /// Present rows that wait to be merged, from `nextPresent` on.
    private var present: [StoredUsage] = []
    private var nextPresent = 0
    private var lastPresent: StoredUsage?
    /// Columns whose rows are still to be read.
    var reader = ColumnReader()
    var lookup = BatchLookup()

    /// Merged rows that wait to be written, from `nextMerged` on.
    private(set) var merged: [StoredUsage] = []
    var nextMerged = 0
    /// The chunk of lines that is not full yet.
    var openChunk: LineChunk?
    var spareChunks: [LineChunk] = []
    var columns = ColumnBuilder()

    /// What the merge has done so far.
    package private(set) var outcome = Outcome()
    private var sums = SymbolSums()

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
        /// Present rows that equal a new record.
        var matched = 0
        /// Whether the file's rows follow the order of day files, each once, and lie on its day.
        package var presentIsInOrder = true

        /// Whether the merged day differs from the present one.
        package var isChanged: Bool { records != 0 || replaced != 0 }

        /// Rows that no new record accounts for.
        package var presentOnly: Int { rows - records - replaced - matched }
    }

    /// Rows that are merged at once, which the cache holds.
    private static let stepRows = 2048

    init(
        day: UsageDay, snapshot: UsageMerger.Snapshot, references: [UsageMerger.Reference]
    ) {
        self.day = day
        self.snapshot = snapshot
        self.references = references
        symbols = snapshot.symbols
    }

    // MARK: Present rows

    /// How many new records are not merged yet.
    var newCount: Int { references.count - nextReference }

    /// Takes the next row of the present file, with symbols of ``symbols``.
    @inline(__always)
    mutating func append(present row: StoredUsage) {
        if let last = lastPresent, last.time > row.time || !symbols.precedes(last, row) {
            outcome.presentIsInOrder = false
        }
        if row.day != day.number { outcome.presentIsInOrder = false }
        if lastPresent == nil { findCalls() }
        lastPresent = row
        if let calls, row.request.isPresent, calls.mayHold(row.identityHash), givesWay(row) {
            return
        }
        if nextPresent == present.count {
            present.removeAll(keepingCapacity: true)
            nextPresent = 0
        }
        present.append(row)
    }

    private mutating func findCalls() {
        guard references.contains(where: { snapshot[$0].request.isPresent }) else { return }
        var calls = HashFilter(expecting: references.count)
        for reference in references { calls.insert(snapshot[reference].identityHash) }
        self.calls = calls
    }

    /// Where a new record is another version of the call of `row`, decides which one stays: the one
    /// that sorts first. Returns whether `row` gives way.
    private mutating func givesWay(_ row: StoredUsage) -> Bool {
        guard let reference = snapshot.reference(toCallOf: row) else { return false }
        let usage = snapshot[reference]
        if usage.isEqual(to: row) { return false }
        // A call whose versions met before is counted already.
        let isConflict = !snapshot.isContested(reference)
        outcome.duplicates.count(usage, isConflict: isConflict)
        if isConflict { contested.append(reference) }
        guard symbols.precedes(usage, row) else {
            dropped.insert(reference.bits)
            return false
        }
        outcome.records -= 1
        outcome.replaced += 1
        return true
    }

    mutating func presentIsUnsound() {
        outcome.presentIsInOrder = false
    }

    // MARK: Merging

    /// Makes merged rows wait where there are none, as far as the present rows reach.
    ///
    /// - Parameter isComplete: whether all present rows were appended.
    mutating func merge(isComplete: Bool) {
        guard nextMerged == merged.count else { return }
        merged.removeAll(keepingCapacity: true)
        nextMerged = 0
        while merged.count < Self.stepRows {
            if nextPresent == present.count { readColumns() }
            skipDropped()
            let hasNew = nextReference < references.count
            if nextPresent < present.count {
                let row = present[nextPresent]
                if hasNew {
                    let usage = nextUsage()
                    if usage.time <= row.time {
                        if usage.isEqual(to: row) {
                            outcome.duplicates.count(usage, isConflict: false)
                            outcome.matched += 1
                            nextReference += 1
                            continue
                        }
                        if symbols.precedes(usage, row) {
                            takeNew(usage)
                            continue
                        }
                    }
                }
                nextPresent += 1
                take(row)
            } else if isComplete && hasNew {
                takeNew(nextUsage())
            } else {
                break
            }
        }
    }

    @inline(__always)
    private mutating func take(_ row: StoredUsage) {
        outcome.rows += 1
        outcome.totalTokens += UInt128(row.tokens.total)
        sums.add(row, symbols)
        merged.append(row)
    }

    /// The sums of the rows that were merged, by tenant and model.
    package func sumsByName() -> [TenantModel: UsageTotals] { sums.byName(symbols) }

    /// The calls of which more than one version has come, all by new records or one by a present row.
    package func contestedCalls() -> [ContestedCall] {
        snapshot.contestedCalls(on: day) + contested.map { symbols.contestedCall(snapshot[$0]) }
    }

    /// Merges some rows and gives none of them out, as where only sums are asked for; returns false
    /// where more of the present file is needed, or everything was merged.
    package mutating func passOver(isComplete: Bool) -> Bool {
        merge(isComplete: isComplete)
        defer { nextMerged = merged.count }
        return nextMerged < merged.count
    }

    @inline(__always)
    private mutating func takeNew(_ usage: StoredUsage) {
        nextReference += 1
        outcome.records += 1
        take(usage)
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
        return gathered[0]
    }

    @inline(__always)
    private mutating func skipDropped() {
        while nextReference < references.count, !dropped.isEmpty,
            dropped.remove(references[nextReference].bits) != nil
        {
            nextReference += 1
        }
    }
}
