package import BedrockMetering
internal import Foundation

/// Makes a day's file again from the objects that the ledger names as its sources.
package struct RebuildJob: Sendable {
    package var lake: String
    package var ledger: String?
    package var day: UsageDay
    /// Whether rows that no named source may have are given up.
    package var force: Bool
    package var limits: DecodingLimits
    package var jobs: Int
    package var overwritesUnconditionally = false
    var clock = LedgerClock.system
    var stores = Stores.standard

    package init(
        _ day: UsageDay, of lake: String, ledger: String? = nil, force: Bool = false,
        limits: DecodingLimits = DecodingLimits(), jobs: Int? = nil
    ) {
        self.day = day
        self.lake = lake
        self.ledger = ledger
        self.force = force
        self.limits = limits
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    package struct Outcome: Sendable {
        /// The day as it is now; nil where it was not rebuilt.
        package internal(set) var rebuilt: IngestSummary.Day?
        package internal(set) var sources = 0
        /// Sources that are gone, have changed or cannot be read, so that the day is as it was.
        package internal(set) var lost: [ObjectFailure] = []
        package internal(set) var isRestated = false
    }

    /// Rebuilds the day, unless that would lose usage.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no ledger or it names no
    ///   sources, with `usage` where the day may hold rows of others and this is not forced, with
    ///   `lakeIsHeld` where a run is under way.
    package func run() async throws -> Outcome {
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        let lock = try LakeLock(on: books.lake)
        try books.lake.clearStaging()
        let sources = try await sources(of: books)
        var outcome = Outcome()
        outcome.sources = sources.count
        outcome.lost = await losses(of: sources, in: books.lake)
        guard outcome.lost.isEmpty else { return outcome }

        let merger = UsageMerger()
        let objects = sources.map { books.lake.object(at: $0.location) }
        let read = await SourceReader(stores, limits: limits, jobs: jobs, period: .day(day))
            .read(objects, into: merger)
        outcome.lost = read.failures
        // One that changed meanwhile.
        outcome.lost += await losses(of: sources, in: books.lake)
        guard outcome.lost.isEmpty else { return outcome }
        try await write(merger.snapshot(), to: books.lake, &outcome)
        _ = consume lock
        return outcome
    }

    private func sources(of books: LakeLedger) async throws(PipelineError) -> [LedgerObject] {
        let ledger = try books.reading()
        let sources = try ledger.sources(of: day)
        guard let known = try ledger.day(day), !sources.isEmpty else {
            throw PipelineError(
                code: .notFound, location: "\(day)",
                reason: "the ledger names no sources of this day"
            )
        }
        guard force || !known.mayHoldUnknownRows else {
            throw PipelineError(
                code: .usage, location: "\(day)",
                reason: "the day may hold rows of sources that the ledger does not know, which a "
                    + "rebuild would lose; an ingest over all sources tells, --force gives them up"
            )
        }
        try ledger.close()
        // What another machine has written, its own ledger knows.
        if !force, !books.lake.isLocal, await books.lake.unchangedVersion(of: known) == nil,
            try await books.lake.partition(of: day).files.isEmpty == false
        {
            throw PipelineError(
                code: .usage, location: "\(day)",
                reason:
                    "the day's file is not what this ledger says, so that another machine may have "
                    + "written it; an ingest over all sources mends that, --force gives its rows up"
            )
        }
        return sources
    }

    /// What is lost of sources, in their order.
    private func losses(of sources: [LedgerObject], in lake: Lake) async -> [ObjectFailure] {
        await Ahead.map(sources) { await Self.loss(of: $0, in: lake) }.compactMap { $0 }
    }

    /// What is lost of a source; nil where it is what it was.
    private static func loss(of source: LedgerObject, in lake: Lake) async -> ObjectFailure? {
        let object = lake.object(at: source.location)
        let present: ObjectVersion?
        do {
            present = try await lake.stores.version(of: object)
        } catch {
            return ObjectFailure(
                location: object.name, reason: error.code == .notFound ? "is gone" : error.reason)
        }
        guard let version = source.version, let present else {
            return ObjectFailure(location: object.name, reason: "cannot be read again")
        }
        if present != version {
            return ObjectFailure(location: object.name, reason: "has changed since it was read")
        }
        return source.failure.map { ObjectFailure(location: object.name, reason: $0) }
    }

    /// Puts the day in place of the present one, and records that.
    private func write(
        _ snapshot: UsageMerger.Snapshot, to lake: Lake, _ outcome: inout Outcome
    ) async throws {
        guard let references = snapshot.days().first?.references else {
            throw PipelineError(
                code: .notFound, location: "\(day)", reason: "its sources hold no usage of this day"
            )
        }
        let format = try await lake.format(of: lake.partitions()) ?? .parquet
        var record = try await RunRecord(.rebuild, of: lake, ledger: ledger, clock: clock)
        do {
            let present = try await lake.partition(of: day).file(in: format)
            let replaced: DayCopy? =
                if let present { try await lake.copy(of: present) } else { nil }
            let writer = DayFileWriter(lake: lake, format: format, limits: limits, jobs: jobs)
            let written = try await writer.writeOnce(
                snapshot.sorted(references), of: snapshot, to: day, merging: nil,
                replacing: replaced
            )
            guard let written else {
                throw DayFileWriter.contention(lake.place(of: day, in: format))
            }
            let contents = try record.contents(
                of: day, in: format, written, replacing: replaced)
            outcome.isRestated = try !record.finish(RunResult(days: [contents])).isEmpty
            outcome.rebuilt = IngestSummary.Day(
                day: day, rows: written.outcome.rows, totalTokens: written.outcome.totalTokens
            )
        } catch {
            record.fail()
            throw error
        }
    }
}
