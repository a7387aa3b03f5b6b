public import BedrockMetering
internal import Foundation

/// Answers a query from log objects or from a lake.
public struct ReportJob: Sendable {
    public enum Input: Sendable, Hashable {
        /// Log objects: a file, or a folder that is read with all folders in it.
        case source(String)
        /// The folder of a lake.
        case lake(String)
    }

    public var query: UsageQuery
    public var input: Input
    public var limits: DecodingLimits
    /// How many objects are decoded at once.
    public var jobs: Int
    public var progress: ReadingProgress?

    public init(
        _ query: UsageQuery, from input: Input, limits: DecodingLimits = DecodingLimits(),
        jobs: Int? = nil
    ) {
        self.query = query
        self.input = input
        self.limits = limits
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// The report, and what of the input could not be taken into it.
    public struct Outcome: Sendable {
        public let report: UsageReport
        public let failures: [ObjectFailure]
        /// Lines that were rejected.
        public let rejected: Int
    }

    /// Reads the input and answers.
    ///
    /// - Throws: ``PipelineError`` where the input cannot be found, ``UsageOverflowError`` where a
    ///   sum does not fit 63 bits.
    public func run() async throws -> Outcome {
        switch input {
        case .source(let path): try await reportOnSource(path)
        case .lake(let path): try await reportOnLake(path)
        }
    }

    private func reportOnSource(_ path: String) async throws -> Outcome {
        let objects = try LocalStore().objects(at: path)
        let merger = UsageMerger()
        var reader = SourceReader(
            limits: limits, jobs: jobs, period: query.utcDays, progress: progress
        )
        reader.keepsRejected = false
        let outcome = await reader.read(objects, into: merger)
        var aggregator = UsageAggregator(query)
        aggregator.add(merger)
        let lines = UsageReport.LineCounts(
            objects: outcome.objects, failedObjects: outcome.failures.count,
            events: outcome.counts, duplicates: merger.duplicates,
            outside: outcome.outside + merger.count(outside: query)
        )
        return Outcome(
            report: UsageReport(query: query, rows: try aggregator.rows(), lines: lines),
            failures: outcome.failures, rejected: outcome.counts.rejected
        )
    }

    /// A day whose only file is its own is added up as it is read; where there are other files, the
    /// day is merged as an ingest would, so that nothing counts twice.
    private func reportOnLake(_ path: String) async throws -> Outcome {
        let lake = Lake(at: path)
        try lake.checkExistence()
        let partitions = try query.utcDays.days.map { try lake.partition(of: $0) }
        var failures = partitions.compactMap(\.damage).map { ObjectFailure($0, of: path) }
        guard partitions.contains(where: { !$0.others.isEmpty }) else {
            var files = DayFileAggregator(query)
            for partition in partitions {
                guard let file = partition.file else { continue }
                files.begin(partition.day)
                do {
                    let counts = try LocalStore().decode(file, limits: limits, into: &files)
                    guard files.keep(counts) else { throw Lake.damaged(file) }
                } catch {
                    failures.append(ObjectFailure(error, of: file.path))
                }
            }
            return Outcome(
                report: UsageReport(query: query, rows: try files.aggregator.rows()),
                failures: failures, rejected: 0
            )
        }
        // Another file may hold records of any day.
        let mixed = partitions.flatMap { [$0.file].compactMap(\.self) + $0.others }
        var aggregator = UsageAggregator(query)
        let merger = UsageMerger()
        var reader = SourceReader(
            limits: limits, jobs: jobs, period: query.utcDays, progress: progress
        )
        reader.keepsRejected = false
        let outcome = await reader.read(mixed, into: merger)
        aggregator.add(merger)
        return Outcome(
            report: UsageReport(query: query, rows: try aggregator.rows()),
            failures: failures + outcome.failures, rejected: outcome.counts.rejected
        )
    }
}
