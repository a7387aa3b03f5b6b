package import AWSServices
package import BedrockMetering
internal import Foundation
package import Logging
internal import MeteringLake

/// What a night has to do: export the day before, ingest it, register the table, verify what was
/// written, and close the day before that one.
///
/// Each step may be repeated. A night that failed is made up by the next one, which goes on with every
/// day since the first one that nights have begun with that is not done: closed, with all read that the
/// input has of it.
package struct NightlyJob: Sendable {
    /// Where log objects come from.
    package enum Input: Sendable {
        /// Export tasks of a log group, to a folder for each day.
        case exports(logGroup: String, to: ExportDestination)
        /// A place that something else fills, such as Firehose.
        case source(String)

        /// What the ledger knows it by.
        var name: String {
            switch self {
            case .exports(let logGroup, let destination): "\(logGroup) to \(destination)"
            case .source(let place): "\(ObjectLocation(named: place).resolved)"
            }
        }
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
    /// See ``IngestJob/identity``.
    package var identity: UsageIdentity?
    /// The table to register; none where nil, as over a lake that Athena does not read.
    package var table: TableName?
    package var limits = DecodingLimits()
    package var jobs: Int?
    /// As in ``IngestJob``.
    package var memory: Int?
    /// Whether all days of a backfill are exported once more, and those that are done as well: an event
    /// may come after the export of its day.
    package var exportsAgain = false
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
        let asked =
            switch span {
            case .night(let day): UsagePeriod.day(day ?? now.day.advanced(by: -1))
            case .backfill(let period): period
            }
        guard asked.last.start < now else {
            throw PipelineError(
                code: .usage, location: "\(asked.last)",
                reason: "has not begun; there is no usage yet")
        }
        let place = Lake(at: try ObjectLocation(lake), stores: stores)
        var summary = NightlySummary(of: asked)
        summary.commands = commands
        guard let plan = await plan(for: place, at: now, &summary) else { return summary }
        logger.info(
            "night begins",
            metadata: [
                "first": "\(plan.days.first ?? asked.first)",
                "last": "\(plan.days.last ?? asked.last)", "days": "\(plan.days.count)",
            ])
        if await gather(at: now, into: &summary) {
            await register(&summary)
            await verify(&summary)
            await findConflicts(&summary)
            await close(plan, at: now, &summary)
            if summary.isFirst, let first = plan.days.first,
                case .exports(let group, _) = input
            {
                summary.earlier = await earlierDays(than: first, of: group, in: place, at: now)
            }
        }
        summary.settle(plan, at: now)
        logger.log(
            level: summary.isClean ? .info : .error, "night ends",
            metadata: ["clean": "\(summary.isClean)", "failures": "\(summary.failures.count)"])
        return summary
    }

    // MARK: Steps

    /// Exports and ingests; returns whether there is any use in going on.
    private func gather(at now: EventTime, into summary: inout NightlySummary) async -> Bool {
        switch input {
        case .source(let source):
            let covered = summary.days.map(\.day)
            let final = covered.filter { LedgerDay.earliestClosing(of: $0) <= now }
            summary.ingest = await step("ingest", &summary) {
                try await ingest(source, of: covered, final: final)
            }
            return summary.ingest != nil
        case .exports(let group, let destination):
            for index in summary.days.indices {
                let day = summary.days[index].day
                logger.info(
                    "day begins",
                    metadata: [
                        "date": "\(day)", "number": "\(index + 1)", "of": "\(summary.days.count)",
                    ])
                let exported = await step("export", of: day, &summary) {
                    try await export(day, of: group, to: destination)
                }
                summary.days[index].export = exported
                if let exported {
                    summary.days[index].ingest = await step("ingest", of: day, &summary) {
                        try await ingest(
                            exported.location, of: [day],
                            final: exported.window.isWhole ? [day] : [])
                    }
                }
                if summary.failures.contains(where: \.endsNight) { return false }
            }
            return true
        }
    }

    private func export(
        _ day: UsageDay, of group: String, to destination: ExportDestination
    ) async throws -> ExportJob.Outcome {
        var job = ExportJob(day, of: group, to: destination, logger: logger)
        job.environment = environment
        job.startsAnew = exportsAgain
        job.mayBeEmpty = try isEmpty(day)
        job.stores = stores
        job.clock = clock
        job.pause = pause
        return try await job.run()
    }

    /// Whether the ledger knows that the day has no usage.
    private func isEmpty(_ day: UsageDay) throws -> Bool {
        let path = try ledger ?? Lake(at: ObjectLocation(lake), stores: stores).ledgerFile
        guard let books = try? Ledger(readingAt: path) else { return false }
        defer { try? books.close() }
        return try books.day(day)?.isEmpty == true
    }

    /// - Parameter final: those of `days` of which the source has all that the input will ever have.
    private func ingest(
        _ source: String, of days: [UsageDay], final: [UsageDay]
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: source, lake: lake, format: format, ledger: ledger, limits: limits, jobs: jobs)
        job.identity = identity
        job.coveredDays = days
        job.finalDays = InputDays(final, of: input.name)
        if case .exports = input { job.takesEmptySource = true }
        job.memory = memory
        job.clock = clock
        job.stores = stores
        job.overwritesUnconditionally = overwritesUnconditionally
        let done = try await job.run()
        logger.info(
            "ingested",
            metadata: [
                "date": "\(Self.dates(days))", "source": "\(source)", "objects": "\(done.objects)",
                "skipped": "\(done.skipped)", "records": "\(done.records)",
                "rejected": "\(done.counts.rejected)", "open_rejects": "\(done.openRejects)",
                "failed_objects": "\(done.failedObjects)",
            ])
        for warning in done.warnings { logger.warning("\(warning)") }
        for failure in done.failures {
            logger.error(
                "not taken",
                metadata: [
                    "date": "\(Self.dates(days))", "place": "\(failure.location)",
                    "reason": "\(failure.reason)",
                ])
        }
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
        let found = await step("verify", &summary) {
            try await verification(of: period)
        }
        let verified = found?.days
        summary.verified = verified
        summary.factBreaks = found?.factBreaks ?? []
        for fault in summary.factBreaks {
            logger.error("fact", metadata: ["reason": "\(fault.text)"])
        }
        for finding in verified ?? [] where !finding.findings.isEmpty {
            logger.error("not as recorded", metadata: ["date": "\(finding.day)"])
        }
    }

    /// Finds out which calls wait for somebody to decide.
    private func findConflicts(_ summary: inout NightlySummary) async {
        let written = Set(summary.written)
        let open = await step("conflicts", &summary) {
            let place = Lake(at: try ObjectLocation(lake), stores: stores)
            let books = try? Ledger(readingAt: ledger ?? place.ledgerFile)
            let facts = try await FactSurvey(of: place, ledger: books)
            let conflicts = try await LakeConflicts(of: place, facts: facts.facts, ledger: books)
            if let failure = conflicts.failures.first {
                throw PipelineError(
                    code: .damagedLake, location: failure.location, reason: failure.reason)
            }
            let closed = facts.closedStates
            return conflicts.openByDay.filter { closed[$0.key] == nil || written.contains($0.key) }
        }
        summary.conflicts = open ?? [:]
        for (day, calls) in summary.conflicts {
            logger.error("in conflict", metadata: ["date": "\(day)", "calls": "\(calls)"])
        }
    }

    private func verification(of period: UsagePeriod) async throws -> LakeVerification {
        var job = VerifyJob(of: lake, ledger: ledger, period: period, limits: limits)
        job.stores = stores
        do {
            return try await job.run()
        } catch let error as PipelineError where error.code == .notFound {
            // Nothing was ever ingested.
            return LakeVerification(days: [], factBreaks: [], facts: 0)
        }
    }

    /// Closes the days that are old enough, whose objects were all taken, and whose files are as
    /// recorded.
    private func close(
        _ plan: NightlyPlan, at now: EventTime, _ summary: inout NightlySummary
    ) async {
        for index in summary.days.indices
        where summary.days[index].closed == nil && summary.hold(of: index, plan, at: now) == nil {
            let day = summary.days[index].day
            let closed = await step("close", of: day, &summary) {
                var job = CloseJob(day, of: lake, ledger: ledger)
                job.closesEmpty = true
                job.overwritesUnconditionally = overwritesUnconditionally
                job.clock = clock
                job.stores = stores
                return try await job.run().closed
            }
            if closed == nil, summary.failures.last?.endsNight == true { return }
            summary.days[index].closed = closed
            if let closed = summary.days[index].closed {
                logger.info("closed", metadata: ["date": "\(day)", "at": "\(closed)"])
            }
        }
    }

    /// Runs a step; nil where it failed, which is noted.
    func step<Result>(
        _ name: String, of day: UsageDay? = nil, _ summary: inout NightlySummary,
        _ body: () async throws -> Result
    ) async -> Result? {
        do {
            try Task.checkCancellation()
            return try await body()
        } catch {
            let isInterruption = error is CancellationError || Task.isCancelled
            var failure =
                error as? PipelineError
                ?? PipelineError(code: .inputOutput, location: name, reason: "\(error)")
            if isInterruption {
                failure = PipelineError(
                    code: .inputOutput, location: name, reason: "was interrupted")
            }
            note(
                NightlySummary.Failure(
                    step: name, day: day, error: failure, isInterruption: isInterruption),
                in: &summary)
            return nil
        }
    }

    private func note(_ failure: NightlySummary.Failure, in summary: inout NightlySummary) {
        let error = failure.error
        // What comes after it is not begun.
        if failure.isInterruption, summary.isInterrupted { return }
        // Told once, though a step of another service may meet it again.
        if error.isAccessFailure,
            summary.failures.contains(where: {
                $0.error.isAccessFailure && $0.error.reason == error.reason
            })
        {
            return
        }
        summary.failures.append(failure)
        let days = failure.day.map { [$0] } ?? summary.days.map(\.day)
        logger.error(
            "step failed",
            metadata: [
                "step": "\(failure.step)", "date": "\(Self.dates(days))", "reason": "\(error)",
            ])
    }

    /// A day, or the first and the last of some, as an interval of ISO 8601 is written.
    private static func dates(_ days: [UsageDay]) -> String {
        guard let first = days.first, let last = days.last else { return "none" }
        return first == last ? "\(first)" : "\(first)/\(last)"
    }
}
