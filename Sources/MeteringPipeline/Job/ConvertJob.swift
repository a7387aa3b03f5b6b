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
    /// The ledger's file; `_ledger.sqlite` in the lake where nil.
    public var ledger: String?
    var clock = LedgerClock.system

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
        /// What went wrong and was mended, such as a damaged ledger.
        public internal(set) var warnings: [String] = []
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
        var record = try RunRecord(.convert, of: lake, ledger: ledger, clock: clock)
        do {
            let outcome = try await convert(lake, recording: &record)
            _ = consume lock
            return outcome
        } catch {
            record.fail()
            throw error
        }
    }

    private func convert(
        _ lake: Lake, recording record: inout RunRecord
    ) async throws -> Outcome {
        var outcome = Outcome()
        var days: [DayContents] = []
        for partition in try lake.partitions() {
            for file in partition.files where file.format != format {
                do {
                    let previous = try record.checksum(of: file)
                    let written = try await convert(file, beside: partition.file(in: format), lake)
                    days.append(
                        try record.contents(
                            of: file.day, in: format, written, previous: previous))
                    outcome.days.append(
                        IngestSummary.Day(
                            day: file.day, rows: written.outcome.rows,
                            totalTokens: written.outcome.totalTokens
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
        _ = try record.finish(RunResult(days: days))
        outcome.warnings = record.warnings
        return outcome
    }

    private func convert(
        _ file: DayFile, beside converted: DayFile?, _ lake: Lake
    ) async throws -> DayFileWriter.Written {
        let merger = UsageMerger()
        // An interrupted run has converted it already, but something may have been added since.
        if converted != nil { try await collect(file, into: merger) }
        let snapshot = merger.snapshot()
        let references = snapshot.days().first { $0.day == file.day }?.references ?? []
        let writer = DayFileWriter(lake: lake, format: format, limits: limits, jobs: jobs)
        let written = try await writer.write(
            snapshot.sorted(references), of: snapshot, to: file.day, present: converted ?? file
        )
        try lake.remove(file)
        return written
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
