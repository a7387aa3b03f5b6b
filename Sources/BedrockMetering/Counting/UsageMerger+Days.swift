internal import Synchronization

/// The records of a merger, day by day and in order.
///
/// Nothing may be committed to the merger any more while these are used.
extension UsageMerger {
    /// Where a record lies: the shard in the high bits, its number there in the others.
    package struct Reference: Sendable {
        var bits: UInt32

        init(shard: Int, number: Int) {
            precondition(number < 1 << 28, "a merger holds at most 4 billion records")
            bits = UInt32(shard) << 28 | UInt32(number)
        }

        var shard: Int { Int(bits >> 28) }
        var number: Int { Int(bits & 0xfff_ffff) }
    }

    /// What is needed to read records without locks.
    package struct Snapshot: Sendable {
        private(set) var shards: [MergerShard]
        let identity: UsageIdentity
        let seed: HashSeed
        let symbols: UsageSymbols

        subscript(reference: Reference) -> StoredUsage {
            shards[reference.shard][reference.number]
        }

        /// Adds a row that no other is compared with, of symbols that may be of the caller's own.
        mutating func append(_ row: StoredUsage) -> Reference {
            let reference = Reference(shard: 0, number: shards[0].count)
            shards[0].appendAside(row)
            return reference
        }

        /// The versions that came of the record.
        func versions(of reference: Reference) -> CallVersions {
            shards[reference.shard].versions(of: reference.number)
        }
    }

    package func snapshot() -> Snapshot {
        Snapshot(
            shards: shards.map { $0.shard.withLock { $0 } },
            identity: identity,
            seed: seed,
            symbols: symbols.withLock { $0 }
        )
    }

    /// All records, sorted by time and then by the other columns.
    ///
    /// - Complexity: O(n log n).
    public func records() -> [UsageRecord] {
        let snapshot = snapshot()
        return snapshot.days().flatMap { day in
            snapshot.sorted(day.references).map { snapshot.symbols.record(snapshot[$0]) }
        }
    }
}

extension UsageMerger.Snapshot {
    /// The places of all records by UTC day, days in order.
    package func days() -> [(day: UsageDay, references: [UsageMerger.Reference])] {
        var days: [Int64: [UsageMerger.Reference]] = [:]
        var currentDay = Int64.min
        var references: [UsageMerger.Reference] = []
        for (index, shard) in shards.enumerated() {
            var number = 0
            for block in shard.blocks {
                for row in block {
                    let day = row.day
                    if day != currentDay {
                        days[currentDay] = references
                        currentDay = day
                        references = days.removeValue(forKey: day) ?? []
                    }
                    references.append(UsageMerger.Reference(shard: index, number: number))
                    number += 1
                }
            }
        }
        days[currentDay] = references
        days[Int64.min] = nil
        return days.keys.sorted().map { (UsageDay(number: $0), days[$0] ?? []) }
    }

    /// The places of one day's records in the order of day files.
    ///
    /// - Complexity: linear where records spread over the day, else O(n log n).
    package func sorted(_ references: [UsageMerger.Reference]) -> [UsageMerger.Reference] {
        guard let first = references.first else { return [] }
        // Records are dealt to equal stretches of the day by time, a few to each, and only these are
        // sorted. Their times go with them, since records themselves lie all over the memory.
        let stretchCount = references.count / 8 + 1
        let startTime = EventTime(microseconds: self[first].time).day.start.microseconds
        func stretch(_ time: Int64) -> Int {
            // In steps of 32 microseconds, so that the product fits a word.
            let inDay = UInt64(bitPattern: time - startTime) / 32
            return Int(inDay * UInt64(stretchCount) / (UInt64(EventTime.perDay) / 32))
        }
        var ends = [Int](repeating: 0, count: stretchCount + 1)
        for reference in references { ends[stretch(self[reference].time) + 1] += 1 }
        for index in 0..<stretchCount { ends[index + 1] += ends[index] }
        // What is the start of each stretch becomes its end while records are dealt.
        var dealt = [TimedReference](
            repeating: TimedReference(time: 0, reference: first), count: references.count)
        for reference in references {
            let time = self[reference].time
            let index = stretch(time)
            dealt[ends[index]] = TimedReference(time: time, reference: reference)
            ends[index] += 1
        }
        var start = 0
        for end in ends.dropLast() {
            sort(&dealt, start..<end)
            start = end
        }
        return dealt.map(\.reference)
    }

    private struct TimedReference {
        var time: Int64
        var reference: UsageMerger.Reference
    }

    /// Stretches with more records than this are sorted by a way that is never quadratic.
    private static let largestInsertion = 48

    private func sort(_ dealt: inout [TimedReference], _ range: Range<Int>) {
        func precedes(_ left: TimedReference, _ right: TimedReference) -> Bool {
            if left.time != right.time { return left.time < right.time }
            return symbols.precedes(self[left.reference], self[right.reference])
        }
        guard range.count <= Self.largestInsertion else {
            return dealt[range].sort(by: precedes)
        }
        for index in range.dropFirst() {
            let entry = dealt[index]
            var place = index
            while place > range.lowerBound, precedes(entry, dealt[place - 1]) {
                dealt[place] = dealt[place - 1]
                place -= 1
            }
            dealt[place] = entry
        }
    }

    /// What merges the records at `references`, which are in order, into the file of `day`.
    ///
    /// - Parameter known: what the lake knows of calls of the day that came in versions that contradict each
    ///   other.
    package func merge(
        _ references: [UsageMerger.Reference], into day: UsageDay, knowing known: [KnownCall] = []
    ) -> DayMerge {
        DayMerge(day: day, snapshot: self, references: references, knowing: known)
    }

    /// The calls in conflict of a day.
    package func conflicts(on day: UsageDay) -> [CallConflict] {
        conflictingVersions(on: day).map { symbols.conflict($0) }
    }

    func conflictingVersions(on day: UsageDay) -> [CallVersions] {
        shards.flatMap { $0.conflicts.filter { $0.rows[0].day == day.number } }
    }

    /// The place of the record that stands for the same request as `row`, or nil where there is none.
    func reference(toCallOf row: StoredUsage) -> UsageMerger.Reference? {
        let shard = UsageMerger.shardIndex(ofHash: row.hash(of: identity, seed))
        return shards[shard].number(of: row).map {
            UsageMerger.Reference(shard: shard, number: $0)
        }
    }
}
