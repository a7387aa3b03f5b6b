internal import Synchronization

/// The records of a merger, day by day and in order.
///
/// Nothing may be committed to the merger any more while these are used.
extension UsageMerger {
    /// Where a record lies: the shard in the high bits, its number there in the others.
    struct Reference {
        var bits: UInt32

        init(shard: Int, number: Int) {
            precondition(number < 1 << 28, "a merger holds at most 4 billion records")
            bits = UInt32(shard) << 28 | UInt32(number)
        }

        var shard: Int { Int(bits >> 28) }
        var number: Int { Int(bits & 0xfff_ffff) }
    }

    /// What is needed to read records without locks.
    struct Snapshot {
        let shards: [MergerShard]
        let symbols: UsageSymbols

        subscript(reference: Reference) -> StoredUsage {
            shards[reference.shard][reference.number]
        }
    }

    func snapshot() -> Snapshot {
        Snapshot(
            shards: shards.map { $0.shard.withLock { $0 } },
            symbols: symbols.withLock { $0 }
        )
    }

    /// All records, sorted by time and then by the other columns.
    ///
    /// - Complexity: O(n log n).
    public func records() -> [UsageRecord] {
        let snapshot = snapshot()
        return snapshot.references().flatMap { day in
            snapshot.sorted(day.references).map { snapshot.symbols.record(snapshot[$0]) }
        }
    }
}

extension UsageMerger.Snapshot {
    /// The places of all records by UTC day, days in order.
    func references() -> [(day: UsageDay, references: [UsageMerger.Reference])] {
        var days: [Int64: [UsageMerger.Reference]] = [:]
        var lastDay = Int64.min
        var references: [UsageMerger.Reference] = []
        for (index, shard) in shards.enumerated() {
            var number = 0
            for block in shard.blocks {
                for row in block {
                    if row.day != lastDay {
                        days[lastDay] = references
                        lastDay = row.day
                        references = days.removeValue(forKey: lastDay) ?? []
                    }
                    references.append(UsageMerger.Reference(shard: index, number: number))
                    number += 1
                }
            }
        }
        days[lastDay] = references
        days[Int64.min] = nil
        return days.keys.sorted().map { (UsageDay(number: $0), days[$0] ?? []) }
    }

    /// The records of one day in order.
    func sorted(_ references: [UsageMerger.Reference]) -> [UsageMerger.Reference] {
        references.sorted { symbols.precedes(self[$0], self[$1]) }
    }
}
