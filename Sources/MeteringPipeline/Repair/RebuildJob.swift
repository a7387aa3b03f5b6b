package import BedrockMetering
internal import Foundation
package import MeteringLake

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
        /// By how much tenants' recorded usage would have shrunk, so that the day is as it was.
        package internal(set) var lostUsage: [Restatement.Change] = []
        /// Rows of the present file that no named source has, and that were kept.
        package internal(set) var keptRows = 0
        /// Such rows that were given up, as that was forced.
        package internal(set) var givenUpRows = 0
        /// What was wrong with the present file; nil where it could be read.
        package internal(set) var damage: ObjectFailure?
        /// Where the damaged file is kept.
        package internal(set) var damagedCopy: String?
        package internal(set) var isRestated = false
    }

    /// Rebuilds the day, unless that would lose usage.
    ///
    /// A present file that may hold rows of other sources, such as another machine's, is merged unless
    /// that is forced away; one that cannot be read is kept elsewhere.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no ledger or it names no
    ///   sources, with `lakeIsHeld` where a run is under way.
    package func run() async throws -> Outcome {
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        let lock = try LakeLock(on: books.lake)
        try books.lake.clearStaging()
        var recorded = try await recorded(in: books)
        var outcome = Outcome()
        outcome.sources = recorded.sources.count
        outcome.lost = await losses(of: recorded.sources, in: books.lake)
        guard outcome.lost.isEmpty else { return outcome }

        let merger = UsageMerger(by: try await books.lake.identity())
        let objects = recorded.sources.map { books.lake.object(at: $0.location) }
        var reader = SourceReader(stores, limits: limits, jobs: jobs, period: .day(day))
        reader.others = OtherFileReader(lake: books.lake, scratch: .staging, limits: limits)
        let read = await reader.read(objects, into: merger)
        outcome.lost = read.failures
        // One that changed meanwhile.
        outcome.lost += await losses(of: recorded.sources, in: books.lake)
        guard outcome.lost.isEmpty else { return outcome }
        recorded.conflicts.finder = VersionFinder(
            lake: books.lake, limits: limits, objects: read.objectsByDay)
        try await collect(recorded.conflicts, into: merger)
        try await write(
            merger.snapshot(), ambiguous: merger.duplicates.ambiguousByDay[day] ?? 0, of: recorded,
            to: books.lake, &outcome)
        _ = consume lock
        return outcome
    }

    /// Puts those versions of calls that nobody has decided into `merger` that the lake keeps, whatever has
    /// become of their objects.
    private func collect(_ conflicts: ConflictBook, into merger: UsageMerger) async throws {
        var collector = merger.makeCollector(for: .day(day))
        for call in try await conflicts.known(on: day) where call.decision == nil {
            for version in call.call.versions { collector.insert(version) }
        }
        collector.commit()
    }

    /// What the ledger knows of the day.
    struct Recorded {
        let day: LedgerDay
        let sums: UsageSums
        let sources: [LedgerObject]
        var conflicts: ConflictBook
    }

    /// What to do where nobody knows the sources.
    private static let advice =
        "where the day's file is damaged, move it away and ingest the day's objects"

    private func recorded(in books: LakeLedger) async throws(PipelineError) -> Recorded {
        let ledger: Ledger
        do throws(PipelineError) {
            ledger = try books.reading()
        } catch {
            guard error.code == .notFound else { throw error }
            throw PipelineError(
                code: .notFound, location: books.path,
                reason: "there is no ledger, which would name the sources of \(day); \(Self.advice)"
            )
        }
        let sources = try ledger.sources(of: day)
        guard let known = try ledger.day(day), !sources.isEmpty else {
            throw PipelineError(
                code: .notFound, location: "\(day)",
                reason: "the ledger names no sources of this day; \(Self.advice)"
            )
        }
        let facts = try await FactSurvey(of: books.lake, ledger: ledger, in: .day(day)).facts
        let sums = try ledger.sumsByDecisions(of: day, facts: facts)
        let conflicts = try await ConflictBook(of: books.lake, facts: facts)
        try ledger.close()
        return Recorded(day: known, sums: sums, sources: sources, conflicts: conflicts)
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
        _ snapshot: UsageMerger.Snapshot, ambiguous: Int, of recorded: Recorded, to lake: Lake,
        _ outcome: inout Outcome
    ) async throws {
        guard let references = snapshot.days().first.map({ snapshot.sorted($0.references) }) else {
            throw PipelineError(
                code: .notFound, location: "\(day)", reason: "its sources hold no usage of this day"
            )
        }
        let file = try await lake.partition(of: day).soundFile()
        let format =
            if let file { file.format } else {
                Lake.format(of: try await lake.partitions()) ?? .parquet
            }
        let present = try await present(of: recorded, file, in: lake)
        let rebuilt = try present.rebuilt(
            references, of: snapshot, to: day, knowing: try await recorded.conflicts.known(on: day),
            &outcome)
        if !force {
            outcome.lostUsage = recorded.sums.losses(to: UsageSums(rebuilt.sums))
            guard outcome.lostUsage.isEmpty else { return }
        }
        outcome.keptRows = rebuilt.keptRows
        var record = try await RunRecord(.rebuild, of: lake, ledger: ledger, clock: clock)
        do {
            if outcome.damage != nil, let copy = present.copy {
                outcome.damagedCopy = "\(try await lake.keep(damaged: copy))"
            }
            record.conflictBook.finder = recorded.conflicts.finder
            let writer = DayFileWriter(
                lake: lake, format: format, jobs: jobs,
                conflicts: record.conflictBook, announce: record.announce)
            let written = try await writer.writeOnce(
                references, of: snapshot, to: day, merging: rebuilt.merged, replacing: present.copy
            )
            guard let written else {
                throw PipelineError.contention(lake.place(of: day, in: format))
            }
            let contents = try record.contents(
                of: day, in: format, written, replacing: present.copy, ambiguous: ambiguous)
            outcome.isRestated = try await record.finish(RunResult(days: [contents])).contains(day)
            outcome.rebuilt = IngestSummary.Day(day, written.outcome, ambiguous: ambiguous)
        } catch {
            record.fail()
            throw error
        }
    }
}
