public import BedrockMetering
internal import Foundation

/// Answers a query from log objects or from a lake.
public struct ReportJob: Sendable {
    public enum Input: Sendable, Hashable {
        /// Log objects: a file, or a folder that is read with all folders in it, or
        /// `s3://bucket/prefix`.
        case source(String)
        /// The folder of a lake, or `s3://bucket/prefix`.
        case lake(String)
    }

    public var query: UsageQuery
    public var input: Input
    public var limits: DecodingLimits
    /// How many objects are decoded at once.
    public var jobs: Int
    /// The ledger's file; if nil, `_ledger.sqlite` in the lake, or in the folder of what is local of a
    /// lake in S3.
    public var ledger: String?
    public var progress: ReadingProgress?
    /// What tells calls of log objects apart; those of a lake are told apart as it was made.
    package var identity = UsageIdentity.request
    package var stores = Stores.local
    package var clock = LedgerClock.system

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
        /// What is amiss with objects that were read.
        public internal(set) var warnings: [String] = []
        /// Why it is not known how final the lake's days are; nil where it is known, or no ledger was
        /// ever there.
        public internal(set) var ledgerFailure: PipelineError?
    }

    /// Reads the input and answers.
    ///
    /// - Throws: ``PipelineError`` where the input cannot be found, `UsageOverflowError` where a
    ///   sum does not fit 63 bits.
    public func run() async throws -> Outcome {
        switch input {
        case .source(let path): try await reportOnSource(path)
        case .lake(let path): try await reportOnLake(path)
        }
    }

    private func reportOnSource(_ path: String) async throws -> Outcome {
        let objects = try await stores.objects(at: try ObjectLocation(path))
        let merger = UsageMerger(by: identity)
        let reader = SourceReader(
            stores, limits: limits, jobs: jobs, period: query.utcDays, progress: progress
        )
        let outcome = await reader.read(objects, into: merger)
        var aggregator = UsageAggregator(query)
        aggregator.add(merger)
        let lines = UsageReport.LineCounts(
            objects: outcome.objects, failedObjects: outcome.failures.count,
            events: outcome.counts, duplicates: merger.duplicates,
            outside: outcome.outside + merger.count(outside: query)
        )
        var report = UsageReport(query: query, answer: try aggregator.answer(), lines: lines)
        report.notes = notes(on: lines, outcome.failures)
        if !query.tenants.isEmpty {
            let tenants = aggregator.knownTenants
            report.notes?.unknownTenants = query.tenants.subtracting(tenants).sorted()
            report.notes?.tenantsOfPeriod = tenants.sorted()
            report.notes?.counts.conflicts = conflicts(in: merger)
        }
        return Outcome(
            report: report, failures: outcome.failures, rejected: outcome.counts.rejected,
            warnings: outcome.warnings
        )
    }

    /// What is to be said of rows that are of no lake.
    private func notes(
        on lines: UsageReport.LineCounts, _ failures: [ObjectFailure]
    ) -> ReportNotes {
        var notes = ReportNotes()
        notes.finalityNotKnown = "read from objects, not from a lake"
        notes.counts = ReportNotes.Counts(
            rejects: lines.events.rejected, conflicts: lines.duplicates.conflicts,
            ambiguous: lines.duplicates.ambiguous)
        notes.unread = failures.map(\.unread)
        return notes
    }

    /// The calls in conflict of the tenants that count.
    private func conflicts(in merger: UsageMerger) -> Int {
        guard merger.duplicates.conflicts > 0 else { return 0 }
        let snapshot = merger.snapshot()
        return query.utcDays.days.reduce(0) {
            $0 + query.conflicts(of: snapshot.conflicts(on: $1))
        }
    }

    /// Adds up each day's file as it is read; where there are other files, what an ingest would make of
    /// them.
    private func reportOnLake(_ path: String) async throws -> Outcome {
        let lake = Lake(at: try ObjectLocation(path), stores: stores)
        try await lake.checkExistence()
        let partitions = try await lake.partitions(in: query.utcDays)
        // Another file may hold records of any day.
        let merger = UsageMerger(by: try await lake.identity())
        var reader = SourceReader(
            stores, limits: limits, jobs: jobs, period: query.utcDays, progress: progress
        )
        reader.others = OtherFileReader(lake: lake, scratch: .temporary, limits: limits)
        let others = partitions.flatMap { partition in
            partition.others + partition.files.dropFirst().map(\.object)
        }
        let outcome = await reader.read(others, into: merger)
        var failures = partitions.compactMap(\.damage).map { ObjectFailure($0, of: path) }
        failures += outcome.failures
        let snapshot = merger.snapshot()
        let references = Dictionary(
            uniqueKeysWithValues: snapshot.days().map { ($0.day, $0.references) })
        var days = DayFileAggregator(query)
        // Those that take in other records are copied as a whole.
        let alone = partitions.filter { references[$0.day] == nil }.compactMap(\.files.first)
        var met = LakeNotes.Met(
            rejects: outcome.counts.rejected, ambiguous: merger.duplicates.ambiguous)
        let needs = DayFileAggregator(query)
        var ahead = DaysAhead(lake.isLocal ? [] : alone, of: stores) { needs.fields(of: $0) }
        defer { ahead.cancel() }
        // A run may record other files while these are read.
        for day in (try? recordedDays(of: lake)) ?? [] { met.recorded[day.day] = day }
        let conflicts = try await conflicts(of: lake, isNeeded: !references.isEmpty)
        for partition in partitions {
            let new = snapshot.sorted(references[partition.day] ?? [])
            let day = LakeDayReader(
                day: partition.day, lake: lake, conflicts: conflicts,
                recorded: met.recorded[partition.day])
            do {
                met.add(
                    try await day.read(
                        partition.files.first, with: new, of: snapshot, ahead: &ahead, into: &days))
            } catch {
                days.rollback()
                partition.files.first.map {
                    failures.append(ObjectFailure(error, of: $0.object.name))
                }
                met.add(
                    try await day.read(nil, with: new, of: snapshot, ahead: &ahead, into: &days))
            }
        }
        if !query.tenants.isEmpty { met.tenants = days.aggregator.knownTenants }
        var report = UsageReport(query: query, answer: try days.aggregator.answer())
        let findings = try await LakeNotes(
            lake: lake, name: path, query: query, ledger: ledger, now: clock.now()
        ).findings(partitions, met)
        failures += findings.failures
        report.days = findings.days
        report.notes = findings.notes
        report.notes?.unread = failures.map(\.unread)
        return Outcome(
            report: report, failures: failures, rejected: outcome.counts.rejected,
            warnings: outcome.warnings, ledgerFailure: findings.ledgerFailure
        )
    }

    private func recordedDays(of lake: Lake) throws(PipelineError) -> [LedgerDay] {
        try Ledger(readingAt: ledger ?? lake.ledgerFile).days(in: query.utcDays)
    }

    /// What the lake lists of calls in conflict, which matters where files lie beside those of days.
    private func conflicts(
        of lake: Lake, isNeeded: Bool
    ) async throws(PipelineError) -> ConflictBook {
        guard isNeeded else { return ConflictBook(of: lake) }
        let ledger = try? Ledger(readingAt: ledger ?? lake.ledgerFile)
        let facts = try await FactSurvey(of: lake, ledger: ledger, in: query.utcDays).facts
        return try await ConflictBook(of: lake, facts: facts)
    }
}
