internal import BedrockMetering
internal import MeteringLake

/// Records that a run has set aside on disk, since it would hold more than it may: a file with the
/// records of each day that a merger held, merger after merger.
///
/// The file need not outlive the run, so it has no name and is not waited for.
final class Spill {
    private let identity: UsageIdentity
    private let file: FileDescriptor
    private var size = 0
    private var parts: [UsageDay: [Part]] = [:]
    /// What the mergers counted whose records are set aside, but for conflicts.
    private(set) var duplicates = DuplicateCounts()
    /// The calls that had more than one version, by day.
    private var contested: [UsageDay: Set<CallConflict>] = [:]

    private struct Part {
        let offset: Int
        let records: PackedRecords
    }

    /// - Throws: ``PipelineError`` where the file cannot be made.
    init(in lake: Lake, by identity: UsageIdentity) throws(PipelineError) {
        self.identity = identity
        file = try lake.scratch(.staging).namelessFile()
    }

    /// The days of all records, in order.
    var days: [UsageDay] { parts.keys.sorted() }

    /// Sets aside all records of `merger`.
    ///
    /// - Throws: ``PipelineError`` where they cannot be written.
    func add(_ merger: UsageMerger) throws {
        let snapshot = merger.snapshot()
        var packer = RecordPacker(snapshot)
        for (day, references) in snapshot.days() {
            let records = try packer.pack(references, of: day) { try file.write($0) }
            parts[day, default: []].append(Part(offset: size, records: records))
            size += records.size
            contested[day, default: []].formUnion(snapshot.conflicts(on: day))
        }
        var counts = merger.duplicates
        counts.conflicts = 0
        duplicates += counts
    }

    /// A merger that holds all records of `day` that were set aside.
    ///
    /// - Throws: ``PipelineError`` where they cannot be read again.
    func merger(of day: UsageDay) throws -> UsageMerger {
        let merger = UsageMerger(by: identity)
        for part in parts[day] ?? [] {
            let isSound = try merger.insert(part.records) { offset, count in
                try file.read(from: part.offset + offset, count: count)
            }
            guard isSound else {
                throw PipelineError(
                    code: .inputOutput, location: "records set aside",
                    reason: "were changed meanwhile; nothing was written, so run again")
            }
        }
        for call in contested[day] ?? [] { merger.insert(call) }
        return merger
    }
}
