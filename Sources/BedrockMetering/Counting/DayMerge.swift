/// Merges the records of a merger that fall on one day into what the day's file already holds.
///
/// The present rows are streamed through, in their order; only the new ones are in memory. It is a
/// sink: decode the present file into it or append its columns, take the merged rows as they come,
/// and say when the file has ended.
package struct DayMerge: ~Copyable {
    package let day: UsageDay
    /// The new records, with the rows that somebody has decided to keep.
    var snapshot: UsageMerger.Snapshot
    /// The names of the snapshot's records, and then those of present rows.
    var symbols: UsageSymbols
    /// What is merged of them, in order.
    var references: [UsageMerger.Reference]
    /// What the merge began with.
    private let given: Given
    private var nextReference = 0
    /// The records at the next references, read ahead: those from `gatheredFrom` on.
    private var gathered: [StoredUsage] = []
    private var gatheredFrom = 0
    /// The versions of calls of which the file holds another one than came, by the new record.
    var met: [UInt32: CallVersions] = [:]
    /// Those of them that the lake lists.
    var listed: Set<UInt32> = []
    /// The calls that somebody has decided.
    var decided: [StoredCall: DecidedCall] = [:]
    /// New records that give way to a present version of the same call.
    private var dropped: Set<UInt32> = []
    /// Whether all of those were left out; otherwise a row was merged that a later one pushes out, and
    /// the day is merged again with what ``again()`` makes.
    package private(set) var isSettled = true
    /// The calls of new records that have request ids, of which a present row may be another version.
    private var calls: BloomFilter?

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
    package var outcome = Outcome()
    private var sums = SymbolSums()

    package struct Outcome: Sendable {
        /// Rows of the merged day.
        package var rows = 0
        package var totalTokens: UInt128 = 0
        /// Rows that the day did not have before.
        package var records = 0
        /// New records that were known.
        package var duplicates = DuplicateCounts()
        /// Present rows that gave way to another version, or to an equal row.
        var replaced = 0
        /// Present rows that equal a new record.
        var matched = 0
        /// The rows that somebody has decided to keep.
        var kept = KeptRows()
        /// Whether the file's rows follow the order of day files, each once, and lie on its day.
        package var presentIsInOrder = true

        /// Whether the merged day differs from the present one.
        package var isChanged: Bool { records != 0 || replaced != 0 || kept.areChanged }

        /// Rows that no new record accounts for.
        package var presentOnly: Int { rows - records - replaced - matched - kept.rows }
    }

    struct KeptRows: Sendable {
        var rows = 0
        /// Those that the present file has.
        var found = 0
        /// Present rows of their calls that are others.
        var replaced = 0

        var areChanged: Bool { found != rows || replaced != 0 }
    }

    private struct Given {
        let snapshot: UsageMerger.Snapshot
        let references: [UsageMerger.Reference]
        let known: [KnownCall]
    }

    /// Rows that are merged at once, which the cache holds.
    private static let stepRows = 2048

    init(
        day: UsageDay, snapshot: UsageMerger.Snapshot, references: [UsageMerger.Reference],
        knowing known: [KnownCall]
    ) {
        self.day = day
        self.snapshot = snapshot
        self.references = references
        symbols = snapshot.symbols
        given = Given(snapshot: snapshot, references: references, known: known)
        heed(known)
    }

    /// The same merge from its beginning, which knows of the new records that give way.
    ///
    /// A present version that stays may come after the place of the new one, which is merged by then.
    package consuming func again() -> DayMerge {
        var merge = DayMerge(
            day: day, snapshot: given.snapshot, references: given.references, knowing: given.known)
        merge.dropped = dropped
        return merge
    }

    // MARK: Present rows

    /// How many new records are not merged yet.
    var newCount: Int { references.count - nextReference }

    /// Takes the next row of the present file, with symbols of ``symbols``.
    @inline(__always)
    mutating func append(present row: StoredUsage) {
        if let last = lastPresent, last.time > row.time || !symbols.precedes(last, row) {
            return append(displaced: row)
        }
        if row.day != day.number { outcome.presentIsInOrder = false }
        if lastPresent == nil { findCalls() }
        lastPresent = row
        if let calls, row.request.isPresent, calls.mayHold(row.hash(of: .request, snapshot.seed)),
            givesWay(row)
        {
            return
        }
        if nextPresent == present.count {
            present.removeAll(keepingCapacity: true)
            nextPresent = 0
        }
        present.append(row)
    }

    /// Takes a row that does not come after the one before it.
    ///
    /// That is sound where a lake of 0.1.0 holds placeholders, which are no request ids any more: the rows
    /// differ in nothing then that comes before the id in the order, and this one is put in its place.
    @inline(never)
    private mutating func append(displaced row: StoredUsage) {
        var place = symbols.metPlaceholder && !row.request.isPresent ? present.count : 0
        while place > nextPresent, !symbols.precedes(present[place - 1], row),
            row.equalsUpToRequest(present[place - 1])
        {
            if row.isEqual(to: present[place - 1]) {
                outcome.replaced += 1
                return
            }
            place -= 1
        }
        guard symbols.metPlaceholder, !row.request.isPresent, place < present.count else {
            return presentIsUnsound()
        }
        present.insert(row, at: place)
    }

    private mutating func findCalls() {
        guard snapshot.identity == .request,
            references.contains(where: { snapshot[$0].request.isPresent })
        else { return }
        var calls = BloomFilter(expecting: references.count)
        for reference in references {
            calls.insert(snapshot[reference].hash(of: .request, snapshot.seed))
        }
        self.calls = calls
    }

    /// Where a new record is another version of the call of `row`, decides which one stays. Returns
    /// whether `row` gives way.
    private mutating func givesWay(_ row: StoredUsage) -> Bool {
        if leavesOut(row) { return true }
        guard let reference = snapshot.reference(toCallOf: row) else { return false }
        let usage = snapshot[reference]
        if usage.isEqual(to: row) { return false }
        outcome.duplicates.count(usage, by: snapshot.identity)
        var versions = met[reference.bits] ?? snapshot.versions(of: reference)
        let wasConflict = versions.isConflict
        versions.insert(row, prevails: symbols.prevails)
        met[reference.bits] = versions
        // A call whose versions met before is counted already, and may turn out to be none.
        outcome.duplicates.conflicts += (versions.isConflict ? 1 : 0) - (wasConflict ? 1 : 0)
        guard symbols.prevails(usage, row) else {
            if dropped.insert(reference.bits).inserted, isMerged(usage) { isSettled = false }
            return false
        }
        outcome.records -= 1
        outcome.replaced += 1
        return true
    }

    /// Whether a new record was merged already.
    private func isMerged(_ usage: StoredUsage) -> Bool {
        nextReference == references.count
            || symbols.precedes(usage, snapshot[references[nextReference]])
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
                            outcome.duplicates.count(usage, by: snapshot.identity)
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

    /// The calls in conflict, be all versions new or one a present row; of those that the lake lists also
    /// what has become of them.
    package func conflicts() -> [CallConflict] {
        let new = snapshot.conflictingVersions(on: day).filter { versions in
            guard let reference = snapshot.reference(toCallOf: versions.rows[0]) else {
                return true
            }
            return met[reference.bits] == nil && decided[StoredCall(versions.rows[0])] == nil
        }
        let listed = met.filter { $0.value.isConflict || self.listed.contains($0.key) }.map(\.value)
        return (new + listed + decided.values.compactMap(\.unknown)).map {
            symbols.conflict($0)
        }
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
            dropped.contains(references[nextReference].bits)
        {
            nextReference += 1
        }
    }
}
