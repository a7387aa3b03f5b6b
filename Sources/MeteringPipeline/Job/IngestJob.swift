public import BedrockMetering
internal import Foundation

/// Merges log objects into the day files of a lake.
///
/// Any set of objects, in any order, split over any number of runs and with any repeats, leaves the
/// same bytes. An interrupted run leaves every day file old or new, and the next one completes it.
public struct IngestJob: Sendable {
    /// A file, or a folder that is read with all folders in it.
    public var source: String
    /// The folder of the lake, made where there is none.
    public var lake: String
    /// What day files are written; where nil, what the lake has, and Parquet in a new one.
    public var format: LakeFormat?
    public var limits: DecodingLimits
    /// How many objects are decoded, and members compressed, at once.
    public var jobs: Int
    public var progress: ReadingProgress?

    public init(
        source: String, lake: String, format: LakeFormat? = nil,
        limits: DecodingLimits = DecodingLimits(), jobs: Int? = nil
    ) {
        self.source = source
        self.lake = lake
        self.format = format
        self.limits = limits
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Does the work.
    ///
    /// - Throws: ``PipelineError`` where nothing could be done; what concerns one object or one day
    ///   alone is told by the summary.
    public func run() async throws -> IngestSummary {
        let lake = Lake(at: lake)
        let store = LocalStore()
        _ = try FileStatus(of: source)
        try checkSeparation()
        try makeFolder(of: lake)
        let lock = try LakeLock(on: lake)
        try lake.clearStaging()

        // Files that something else wrote into the lake's partitions are sources like any other.
        let partitions = try lake.partitions()
        let format = try format(of: lake, partitions)
        let foreign = partitions.flatMap(\.others)
        let objects = try store.objects(at: source) + foreign
        let merger = UsageMerger()
        let reader = SourceReader(limits: limits, jobs: jobs, progress: progress)
        let outcome = await reader.read(objects, into: merger)
        for rejected in outcome.rejected {
            try RejectFile.write(rejected.lines, of: rejected.object.path, to: lake)
        }

        var summary = IngestSummary()
        summary.objects = outcome.objects
        summary.failures = outcome.failures
        summary.failedObjects = outcome.failures.count
        summary.counts = outcome.counts
        summary.duplicates = merger.duplicates
        summary.rejects = outcome.rejected.flatMap { rejected in
            rejected.lines.map {
                IngestSummary.Reject(
                    object: rejected.object.path, line: $0.number, byteOffset: $0.byteOffset,
                    reason: $0.reason
                )
            }
        }
        try await writeDays(of: merger.snapshot(), to: lake, in: format, &summary)
        if summary.uncommitted == 0 {
            let failed = Set(outcome.failures.map(\.location))
            for object in foreign where !failed.contains(object.path) {
                try lake.setAside(object)
            }
        }
        _ = consume lock
        return summary
    }

    /// Makes the lake's folder. That it cannot be is no missing input.
    private func makeFolder(of lake: Lake) throws(PipelineError) {
        do throws(PipelineError) {
            try Folder.create(lake.root)
            guard try FileStatus(of: lake.root).kind == .folder else {
                throw PipelineError(
                    code: .inputOutput, location: lake.root, reason: "is not a folder"
                )
            }
        } catch {
            throw PipelineError(
                code: .inputOutput, location: error.location, reason: error.reason
            )
        }
    }

    /// The format to write, which is that of the files that are there.
    private func format(
        of lake: Lake, _ partitions: [Lake.Partition]
    ) throws(PipelineError) -> LakeFormat {
        guard let present = try lake.format(of: partitions) else { return format ?? .parquet }
        guard let format, format != present else { return present }
        throw PipelineError(
            code: .usage, location: lake.root,
            reason: "is a lake of \(present.rawValue) files; "
                + "meter-etl convert --to \(format.rawValue) makes it another"
        )
    }

    /// Writes every day that has records; one that fails does not keep the others.
    private func writeDays(
        of snapshot: UsageMerger.Snapshot, to lake: Lake, in format: LakeFormat,
        _ summary: inout IngestSummary
    ) async throws {
        let writer = DayFileWriter(lake: lake, format: format, limits: limits, jobs: jobs)
        for (day, references) in snapshot.days() {
            do {
                let partition = try lake.partition(of: day)
                if let damage = partition.damage { throw damage }
                let outcome = try await writer.write(
                    snapshot.sorted(references), of: snapshot, to: day,
                    present: partition.file(in: format)
                )
                summary.records += outcome.records
                summary.duplicates += outcome.duplicates
                summary.days.append(
                    IngestSummary.Day(
                        day: day, rows: outcome.rows, totalTokens: outcome.totalTokens
                    )
                )
            } catch {
                if let error = error as? PipelineError, error.code == .inputOutput { throw error }
                summary.failures.append(ObjectFailure(error, of: lake.path(of: day, in: format)))
                summary.uncommitted += references.count
            }
        }
    }

    /// Refuses a source that holds the lake or lies in it: the lake's own files are no logs.
    private func checkSeparation() throws(PipelineError) {
        /// The path without links; of what does not exist yet, the part that does.
        func real(_ path: String) -> String {
            let url = URL(fileURLWithPath: path).standardizedFileURL
            if FileStatus.exists(url.path) || url.path == "/" {
                return url.resolvingSymlinksInPath().path + "/"
            }
            return real(url.deletingLastPathComponent().path) + url.lastPathComponent + "/"
        }
        let (source, lake) = (real(source), real(lake))
        guard !source.hasPrefix(lake), !lake.hasPrefix(source) else {
            throw PipelineError(
                code: .usage, location: self.source,
                reason: "the source and the lake must not lie in each other"
            )
        }
    }
}
