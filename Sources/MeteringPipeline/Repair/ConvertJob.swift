public import BedrockMetering
internal import Foundation
public import MeteringLake

/// Makes the day files of a lake such of another format, day by day.
///
/// A day's new file is whole and in place before the old one goes, and where a run was interrupted in
/// between, the next one merges the two: no row is lost or doubled, and reports count each once
/// meanwhile.
public struct ConvertJob: Sendable {
    /// The folder of the lake, or `s3://bucket/prefix`.
    public var lake: String
    public var format: LakeFormat
    /// How many threads write one file.
    public var jobs: Int
    /// The ledger's file; where nil, that of ``IngestJob``.
    public var ledger: String?
    /// Whether day files are replaced even where the lake's store ignores conditions on writes.
    public var overwritesUnconditionally = false
    var clock = LedgerClock.system
    var stores = Stores.standard

    public init(
        lake: String, to format: LakeFormat, jobs: Int? = nil
    ) {
        self.lake = lake
        self.format = format
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
    /// - Throws: `PipelineError` if the lake cannot be found, read or written, or another run
    ///   holds it.
    public func run() async throws -> Outcome {
        let lake = Lake(
            at: try ObjectLocation(lake), stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        try await lake.checkExistence()
        let lock = try LakeLock(on: lake)
        try lake.clearStaging()
        var record = try await RunRecord(.convert, of: lake, ledger: ledger, clock: clock)
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
        for partition in try await lake.partitions() {
            for file in partition.files where file.format != format {
                do {
                    let (written, replaced) = try await convert(
                        file, beside: partition.file(in: format), lake, record)
                    days.append(
                        try record.contents(
                            of: file.day, in: format, written, replacing: replaced))
                    outcome.days.append(IngestSummary.Day(file.day, written.outcome, ambiguous: 0))
                } catch {
                    if let error = error as? PipelineError, error.code == .inputOutput {
                        throw error
                    }
                    outcome.failures.append(ObjectFailure(error, of: file.object.name))
                }
            }
        }
        _ = try await record.finish(RunResult(days: days))
        outcome.warnings = record.warnings
        return outcome
    }

    /// Puts a day's file of the other format in place and takes `file` away, as often as others change
    /// either meanwhile.
    private func convert(
        _ file: DayFile, beside converted: DayFile?, _ lake: Lake, _ record: RunRecord
    ) async throws -> (DayFileWriter.Written, replaced: DayCopy) {
        var converted = converted
        let writer = DayFileWriter(
            lake: lake, format: format, jobs: jobs, conflicts: record.conflictBook,
            announce: record.announce)
        for attempt in 1...10 {
            let copy = try await lake.copy(of: file)
            let merger = UsageMerger(by: try await lake.identity())
            var present = copy
            var replaced: DayCopy?
            if let converted {
                // An interrupted run has converted it already, but something may have been added since.
                try collect(copy, into: merger)
                present = try await lake.copy(of: converted)
                replaced = present
            }
            let snapshot = merger.snapshot()
            let references = snapshot.days().first { $0.day == file.day }?.references ?? []
            let written = try await writer.writeOnce(
                snapshot.sorted(references), of: snapshot, to: file.day, merging: present,
                replacing: replaced, isRepeated: attempt > 1
            )
            if let written, try await lake.remove(copy) { return (written, copy) }
            converted = try await lake.partition(of: file.day).file(in: format)
        }
        throw PipelineError.contention(file.object.location)
    }

    /// Puts the rows of a day file into `merger`.
    private func collect(_ copy: DayCopy, into merger: UsageMerger) throws {
        var collector = merger.makeCollector()
        switch copy.file.format {
        case .json:
            var session = DecodingSession(named: copy.file.object.name, limits: .dayFiles)
            var chunks = ObjectChunks(of: copy.bytes)
            do {
                while let chunk = try chunks.next() {
                    try session.feed(chunk.bytes, into: &collector)
                }
            } catch {
                collector.rollback()
                throw error
            }
            let counts = try session.finish(into: &collector)
            guard counts.usage == counts.events else { throw copy.file.damage }
        case .parquet:
            let day = try ParquetDay(copy)
            for rowGroup in 0..<day.rowGroups {
                let columns = try day.columns(
                    UsageSchema.columns.map(\.field), ofRowGroup: rowGroup)
                guard collector.insert(columns) else { throw copy.file.damage }
            }
            collector.commit()
        }
    }
}
