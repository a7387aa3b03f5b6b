internal import BedrockMetering
internal import Foundation
internal import Parquet

/// Records that a run has set aside on disk, since it would hold more than it may: a Parquet file
/// under `_staging` for each time, with row groups of one day each.
///
/// The files need not outlive the run, so they are not waited for.
final class Spill {
    private let lake: Lake
    private var parts: [Part] = []
    /// What the mergers counted whose records are set aside, but for conflicts.
    private(set) var duplicates = DuplicateCounts()
    /// The calls that had more than one version, by day.
    private var contested: [UsageDay: Set<ContestedCall>] = [:]

    private struct Part {
        let path: String
        let reader: ParquetReader
        let days: [UsageDay: [Int]]
    }

    /// Rows of a row group; fewer than in a day file, since they are held beside all records of a day.
    private static let rowGroupRows = 1 << 14

    init(in lake: Lake) {
        self.lake = lake
    }

    deinit {
        for part in parts { unlink(part.path) }
    }

    /// The days of all records, in order.
    var days: [UsageDay] { Set(parts.flatMap(\.days.keys)).sorted() }

    /// Sets aside all records of `merger`.
    ///
    /// - Throws: ``PipelineError`` where they cannot be written.
    func add(_ merger: UsageMerger) throws {
        let snapshot = merger.snapshot()
        try Folder.create(lake.stagingFolder)
        let path = "\(lake.stagingFolder)/spill-\(parts.count).\(StagedFile.ending)"
        var days: [UsageDay: [Int]] = [:]
        do {
            let file = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
            let writer = try ParquetWriter(schema: UsageParquet.schema) { try file.write($0) }
            var rowGroups = 0
            for (day, references) in snapshot.days() {
                var merge = snapshot.merge(references, into: day)
                while let columns = merge.nextColumns(isComplete: true, rows: Self.rowGroupRows) {
                    try writer.write(UsageParquet.data(of: columns))
                    days[day, default: []].append(rowGroups)
                    rowGroups += 1
                }
                contested[day, default: []].formUnion(merge.contestedCalls())
            }
            try writer.finish()
        }
        // Opened again for each read, so that any number of parts may be set aside.
        let size = Int(try FileStatus(of: path).size)
        let reader = try ParquetReader(size: size) { offset, count in
            try FileDescriptor(opening: path, flags: O_RDONLY).read(from: offset, count: count)
        }
        parts.append(Part(path: path, reader: reader, days: days))
        var counts = merger.duplicates
        counts.conflicts = 0
        duplicates += counts
    }

    /// A merger that holds all records of `day` that were set aside.
    ///
    /// - Throws: ``PipelineError`` where they cannot be read again.
    func merger(of day: UsageDay) throws -> UsageMerger {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for part in parts {
            for rowGroup in part.days[day] ?? [] {
                let fields = UsageSchema.columns.map(\.field)
                guard let columns = try part.reader.usage(fields, ofRowGroup: rowGroup),
                    collector.insert(columns)
                else {
                    throw PipelineError(
                        code: .inputOutput, location: part.path, reason: "was changed meanwhile"
                    )
                }
                collector.commit()
            }
        }
        for call in contested[day] ?? [] { merger.contest(call) }
        return merger
    }
}
