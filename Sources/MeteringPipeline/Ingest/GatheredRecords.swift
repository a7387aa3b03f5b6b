internal import BedrockMetering
internal import MeteringLake

/// The records of a run by day: in memory, or set aside on disk where there are too many of them.
struct GatheredRecords {
    /// The days of all records, in order.
    let days: [UsageDay]
    /// How many lines were no new records, as far as that is known before days are read.
    let duplicates: DuplicateCounts
    private let inMemory: UsageMerger.Snapshot
    private let references: [UsageDay: [UsageMerger.Reference]]
    private let spill: Spill?

    var areSetAside: Bool { spill != nil }

    /// One day's records, in the order of day files.
    struct Day {
        let snapshot: UsageMerger.Snapshot
        let references: [UsageMerger.Reference]
        /// How many lines turn out to be no new records now.
        let duplicates: DuplicateCounts
    }

    /// - Parameter spill: what holds all records, nil where `merger` does.
    init(_ merger: UsageMerger, _ spill: Spill?) {
        self.spill = spill
        // What was set aside is not held as well.
        inMemory = (spill == nil ? merger : UsageMerger()).snapshot()
        let days = spill == nil ? inMemory.days() : []
        references = Dictionary(uniqueKeysWithValues: days.map { ($0.day, $0.references) })
        self.days = spill?.days ?? days.map(\.day)
        duplicates = spill?.duplicates ?? merger.duplicates
    }

    /// - Throws: ``PipelineError`` where what was set aside cannot be read again.
    func records(of day: UsageDay) throws -> Day {
        guard let spill else {
            let references = inMemory.sorted(references[day] ?? [])
            return Day(snapshot: inMemory, references: references, duplicates: DuplicateCounts())
        }
        let merger = try spill.merger(of: day)
        let snapshot = merger.snapshot()
        let references = snapshot.sorted(
            snapshot.days().first { $0.day == day }?.references ?? [])
        return Day(snapshot: snapshot, references: references, duplicates: merger.duplicates)
    }
}
