package import AWSServices
package import BedrockMetering
internal import Foundation
package import Logging

/// What a night has to do: export the day before, ingest it, register the table, verify what was
/// written, and close the day before that one.
///
/// Each step may be repeated. A night that failed is made up by the next one, which goes on with every
/// day since the first export that is not closed.
package struct NightlyJob: Sendable {
    /// Where log objects come from.
    package enum Input: Sendable {
        /// Export tasks of a log group, to a folder for each day.
        case exports(logGroup: String, to: ExportDestination)
        /// A place that something else fills, such as Firehose.
        case source(String)
    }

    package enum Span: Sendable {
        /// The night of a day; yesterday's in UTC where nil.
        case night(UsageDay?)
        case backfill(UsagePeriod)
    }

    package var input: Input
    package var span: Span
    package var lake: String
    package var ledger: String?
    package var format: LakeFormat?
    /// The table to register; none where nil, as over a lake that Athena does not read.
    package var table: TableName?
    package var limits = DecodingLimits()
    package var jobs: Int?
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?
    package var logger: Logger
    /// Whether day files are replaced where the store cannot see to it that nobody else has replaced
    /// them meanwhile.
    package var overwritesUnconditionally = false
    var stores = Stores.standard
    var clock = LedgerClock.system
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init(
        _ span: Span = .night(nil), from input: Input, into lake: String, logger: Logger
    ) {
        self.span = span
        self.input = input
        self.lake = lake
        self.logger = logger
    }

    /// Does the night's work; what fails is told by the summary.
    package func run() async throws -> NightlySummary {
        let now = clock.now()
        let plan = try plan(at: now)
        var summary = NightlySummary(days: plan.days.map { NightlySummary.Day(day: $0) })
        logger.info(
            "night begins",
            metadata: [
                "first": "\(plan.days.first ?? plan.open)",
                "last": "\(plan.days.last ?? plan.open)",
                "days": "\(plan.days.count)",
            ])
        if await gather(into: &summary) {
            await register(&summary)
            await verify(&summary)
            await close(plan, at: now, &summary)
        }
        logger.log(
            level: summary.isClean ? .info : .error, "night ends",
            metadata: ["clean": "\(summary.isClean)", "failures": "\(summary.failures.count)"])
        return summary
    }

    // MARK: Which days

    private func plan(at now: EventTime) throws -> NightlyPlan {
        let (exported, closed) = try known()
        switch span {
        case .night(let day):
            return NightlyPlan(
                night: day ?? now.day.advanced(by: -1), exported: exported, closed: closed)
        case .backfill(let period):
            return NightlyPlan(backfill: period, closed: closed, now: now)
        }
    }

    /// The days whose exports the ledger knows, and those that are closed; none where there is no
    /// ledger yet.
    private func known() throws -> (exported: Set<UsageDay>, closed: Set<UsageDay>) {
        let place = Lake(at: try ObjectLocation(lake), stores: stores)
        let path = ledger ?? place.ledgerFile
        let books: Ledger
        do throws(PipelineError) {
            books = try Ledger(readingAt: path)
        } catch {
            // A damaged one is told of and replaced by the ingest, which knows which one may be.
            guard [.notFound, .damagedLake].contains(error.code) else { throw error }
            return ([], [])
        }
        let closed = Set(try books.days().filter { $0.closed != nil }.map(\.day))
        var exported: Set<UsageDay> = []
        switch input {
        case .exports(_, let destination):
            let prefix = "\(destination)/"
            for object in try books.objects() where object.location.hasPrefix(prefix) {
                let folder = object.location.dropFirst(prefix.count).prefix { $0 != "/" }
                if let day = UsageDay(folder) { exported.insert(day) }
            }
        case .source:
            // Whatever lies there is ingested at once, so that days need only be closed.
            exported = Set(try books.days().map(\.day))
        }
        try books.close()
        return (exported, closed)
    }

    // MARK: Steps

    /// Exports and ingests; returns whether there is any use in going on.
    private func gather(into summary: inout NightlySummary) async -> Bool {
        switch input {
        case .source(let source):
            let done = await step("ingest", &summary) { try await ingest(source) }
            if let done { summary.ingested(done, allOf: summary.days.indices) }
            return done != nil
        case .exports(let group, let destination):
            for index in summary.days.indices {
                let day = summary.days[index].day
                logger.info(
                    "day begins",
                    metadata: [
                        "date": "\(day)", "number": "\(index + 1)", "of": "\(summary.days.count)",
                    ])
                let exported = await step("export", of: day, &summary) {
                    var job = ExportJob(day, of: group, to: destination, logger: logger)
                    job.environment = environment
                    job.clock = clock
                    job.pause = pause
                    return try await job.run()
                }
                guard let exported else {
                    if summary.isHopeless { return false }
                    continue
                }
                summary.days[index].export = exported
                let done = await step("ingest", of: day, &summary) {
                    try await ingest(exported.location)
                }
                guard let done else {
                    if summary.isHopeless { return false }
                    continue
                }
                summary.ingested(done, allOf: index..<(index + 1))
            }
            return true
        }
    }

    private func ingest(_ source: String) async throws -> IngestSummary {
        var job = IngestJob(
            source: source, lake: lake, format: format, ledger: ledger, limits: limits, jobs: jobs)
        job.clock = clock
        job.stores = stores
        job.overwritesUnconditionally = overwritesUnconditionally
        let done = try await job.run()
        logger.info(
            "ingested",
            metadata: [
                "source": "\(source)", "objects": "\(done.objects)", "skipped": "\(done.skipped)",
                "records": "\(done.records)", "rejected": "\(done.counts.rejected)",
                "failed_objects": "\(done.failedObjects)",
            ])
        for warning in done.warnings { logger.warning("\(warning)") }
        return done
    }

    private func register(_ summary: inout NightlySummary) async {
        guard let table, lake.hasPrefix("s3://") else { return }
        let isEmpty = summary.written.isEmpty
        let registration: Registration?? = await step("register", &summary) {
            var job = RegisterJob(table, over: lake)
            job.format = format
            job.environment = environment
            job.stores = stores
            do {
                return try await job.run()
            } catch let error as PipelineError where error.code == .notFound && isEmpty {
                // No usage has come yet, and so there is no lake.
                return nil
            }
        }
        summary.registration = registration ?? nil
        if let registration = summary.registration {
            logger.info("registered", metadata: ["changed": "\(registration.isChange)"])
        }
    }

    /// Verifies the days that this night has written to, and those that it may close.
    private func verify(_ summary: inout NightlySummary) async {
        let days = summary.days.map(\.day) + summary.written
        guard let first = days.min(), let last = days.max(),
            let period = UsagePeriod(from: first, to: last)
        else { return }
        let verified = await step("verify", &summary) {
            try await verification(of: period)
        }
        summary.verified = verified ?? []
        for finding in summary.verified where !finding.findings.isEmpty {
            logger.error("not as recorded", metadata: ["date": "\(finding.day)"])
        }
    }

    private func verification(of period: UsagePeriod) async throws -> [DayVerification] {
        var job = VerifyJob(of: lake, ledger: ledger, period: period, limits: limits)
        job.stores = stores
        do {
            return try await job.run()
        } catch let error as PipelineError where error.code == .notFound {
            // Nothing was ever ingested.
            return []
        }
    }

    /// Closes the days that are old enough, whose objects were all taken, and whose files are as
    /// recorded.
    private func close(
        _ plan: NightlyPlan, at now: EventTime, _ summary: inout NightlySummary
    ) async {
        let recorded = Set(summary.verified.filter { $0.findings.isEmpty }.map(\.day))
        for index in summary.days.indices {
            let entry = summary.days[index]
            guard entry.day < plan.open, LedgerDay.earliestClosing(of: entry.day) <= now,
                entry.isTaken, recorded.contains(entry.day)
            else { continue }
            let closed = await step("close", of: entry.day, &summary) {
                var job = CloseJob(entry.day, of: lake, ledger: ledger)
                job.clock = clock
                job.stores = stores
                return try await job.run()
            }
            summary.days[index].closed = closed
            if let closed {
                logger.info("closed", metadata: ["date": "\(entry.day)", "at": "\(closed)"])
            }
        }
    }

    /// Runs a step; nil where it failed, which is noted.
    private func step<Result>(
        _ name: String, of day: UsageDay? = nil, _ summary: inout NightlySummary,
        _ body: () async throws -> Result
    ) async -> Result? {
        do {
            return try await body()
        } catch {
            let failure =
                error as? PipelineError
                ?? PipelineError(
                    code: .inputOutput, location: name,
                    reason: error is CancellationError ? "was interrupted" : "\(error)")
            summary.failures.append(NightlySummary.Failure(step: name, day: day, error: failure))
            logger.error(
                "step failed",
                metadata: [
                    "step": "\(name)", "date": "\(day.map { "\($0)" } ?? "")",
                    "reason": "\(failure)",
                ])
            return nil
        }
    }
}
