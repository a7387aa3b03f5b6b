public import BedrockMetering
internal import Foundation

/// Makes the day files of a lake such of another format, day by day.
///
/// A day's new file is whole and in place before the old one goes, and where a run was interrupted in
/// between, the next one merges the two: no row is lost or doubled, and reports count each once
/// meanwhile.
public struct ConvertJob: Sendable {
    /// The folder of the lake.
    public var lake: String
    public var format: LakeFormat
    public var limits: DecodingLimits
    /// How many threads write one file.
    public var jobs: Int

    public init(
        lake: String, to format: LakeFormat, limits: DecodingLimits = DecodingLimits(),
        jobs: Int? = nil
    ) {
        self.lake = lake
        self.format = format
        self.limits = limits
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// What a conversion did.
    public struct Outcome: Sendable {
        /// The days that had another format.
        public internal(set) var days: [IngestSummary.Day] = []
        /// Days that could not be converted; their files are as they were.
        public internal(set) var failures: [ObjectFailure] = []
    }

    /// Converts every day that has another format.
    ///
    /// - Throws: ``PipelineError`` where the lake cannot be found, read or written, or another run
    ///   holds it.
    public func run() async throws -> Outcome {
        let lake = Lake(at: lake)
        guard try FileStatus(of: lake.root).kind == .folder else {
            throw PipelineError(code: .notFound, location: lake.root, reason: "a lake is a folder")
        }
        let lock = try LakeLock(on: lake)
        try lake.clearStaging()
        var outcome = Outcome()
        for partition in try lake.partitions() {
            for file in partition.files where file.format != format {
                do {
                    let merged = try await convert(file, beside: partition.file(in: format), lake)
                    outcome.days.append(
                        IngestSummary.Day(
                            day: file.day, rows: merged.rows, totalTokens: merged.totalTokens
                        )
                    )
                } catch {
                    if let error = error as? PipelineError, error.code == .inputOutput {
                        throw error
                    }
                    outcome.failures.append(ObjectFailure(error, of: file.object.path))
                }
            }
        }
        _ = consume lock
        return outcome
    }

    private func convert(
        _ file: DayFile, beside converted: DayFile?, _ lake: Lake
    ) async throws -> DayMerge.Outcome {
        let merger = UsageMerger()
        // An interrupted run has converted it already, but something may have been added since.
        if converted != nil { try await collect(file, into: merger) }
        let snapshot = merger.snapshot()
        let references = snapshot.days().first { $0.day == file.day }?.references ?? []
        let writer = DayFileWriter(lake: lake, format: format, limits: limits, jobs: jobs)
        let outcome = try await writer.write(
            snapshot.sorted(references), of: snapshot, to: file.day, present: converted ?? file
        )
        try lake.remove(file)
        return outcome
    }

    /// Puts the rows of a day file into `merger`.
    private func collect(_ file: DayFile, into merger: UsageMerger) async throws {
        var collector = merger.makeCollector()
        switch file.format {
        case .json:
            let counts = try LocalStore().decode(file.object, limits: limits, into: &collector)
            guard counts.usage == counts.events else { throw file.damage }
        case .parquet:
            let day = try ParquetDay(file)
            for rowGroup in 0..<day.rowGroups {
                let columns = try day.columns(
                    UsageSchema.columns.map(\.field), ofRowGroup: rowGroup)
                guard collector.insert(columns) else { throw file.damage }
            }
            collector.commit()
        }
    }
}
