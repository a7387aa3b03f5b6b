public import BedrockMetering
internal import Foundation
public import MeteringLake

/// Merges log objects into the day files of a lake.
///
/// Any set of objects, in any order, split over any number of runs and with any repeats, leaves the
/// same bytes. An interrupted run leaves every day file old or new, and the next one completes it.
public struct IngestJob: Sendable {
    /// A file, or a folder that is read with all folders in it, or `s3://bucket/prefix`; where nil, files
    /// of other writers that lie in the lake are taken over, and nothing else is read.
    public var source: String?
    /// The folder of the lake, made where there is none, or `s3://bucket/prefix`.
    public var lake: String
    /// What day files are written; where nil, what the lake has, and Parquet in a new one.
    public var format: LakeFormat?
    public var limits: DecodingLimits
    /// How many objects are decoded, and members compressed, at once.
    public var jobs: Int
    /// Bytes that records may take before some are set aside on disk; where nil, a quarter of the memory
    /// that this process may have, and at least 512 MiB.
    ///
    /// A day is merged whole, so it is more where the largest day needs more.
    public var memory: Int?
    /// The ledger's file; where nil, `_ledger.sqlite` in the lake, or in the folder of what is local of a
    /// lake in S3.
    public var ledger: String?
    /// Whether day files are replaced even where the lake's store ignores conditions on writes, so that
    /// another machine's run at the same time may lose usage.
    public var overwritesUnconditionally = false
    /// What tells calls apart, settled when a lake is made; what the lake has where nil.
    package var identity: UsageIdentity?
    /// Whether objects that the ledger knows are read again, as after a limit was raised, and what was
    /// taken over as well.
    public var rereads = false
    public var progress: ReadingProgress?
    /// The days that the source was made for, as an export is: where all of it could be read, and the
    /// lake has nothing of one of them, the ledger notes that this day has no usage.
    var coveredDays: [UsageDay] = []
    /// Those of them of which the source has all that their input will ever have; the ledger notes them
    /// where all of it could be read.
    var finalDays: InputDays?
    /// Whether a source in S3 may hold nothing at all, as the export of a day without usage does.
    var takesEmptySource = false
    var clock = LedgerClock.system
    var stores = Stores.standard

    public init(
        source: String?, lake: String, format: LakeFormat? = nil, ledger: String? = nil,
        limits: DecodingLimits = DecodingLimits(), jobs: Int? = nil
    ) {
        self.source = source
        self.lake = lake
        self.format = format
        self.ledger = ledger
        self.limits = limits
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Does the work.
    ///
    /// - Throws: `PipelineError` if nothing could be done; what concerns one object or one day
    ///   alone is told by the summary.
    public func run() async throws -> IngestSummary {
        let source = try source.map { path throws(PipelineError) in try ObjectLocation(path) }
        let lake = Lake(
            at: try ObjectLocation(lake), stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        if let source {
            if source.bucket == nil { _ = try FileStatus(of: source.path) }
            try checkSeparation(of: source, from: lake)
        } else {
            try await lake.checkExistence()
        }
        let sources = if let source { try await objects(at: source) } else { [StoredObject]() }
        try lake.makeStateFolder()
        let lock = try LakeLock(on: lake)
        try lake.clearStaging()

        // Files that something else wrote into the lake's partitions are sources like any other.
        let partitions = try await lake.partitions()
        let format = try format(of: lake, partitions)
        let identity = try await lake.settle(identity, among: partitions)
        let foreign = partitions.flatMap(\.others)
        var record = try await RunRecord(.ingest, of: lake, ledger: ledger, clock: clock)
        do {
            let summary = try await take(
                sources, takingOver: foreign, into: lake, in: format, by: identity,
                vacant: vacant(among: partitions), recording: &record
            )
            _ = consume lock
            return summary
        } catch {
            record.fail()
            throw error
        }
    }

    /// Takes objects into the lake, those that are known left out, and records that.
    ///
    /// - Parameters:
    ///   - foreign: files of other writers in partitions, which are moved away in the end.
    ///   - vacant: days that the lake has nothing of, and the objects are to have all usage of.
    ///   - replayed: rejects that the objects hold repaired.
    func take(
        _ objects: [StoredObject], takingOver foreign: [StoredObject], into lake: Lake,
        in format: LakeFormat, by identity: UsageIdentity, vacant: [UsageDay] = [],
        replayed: [LedgerReject.ID] = [],
        recording record: inout RunRecord
    ) async throws -> IngestSummary {
        // Known, but to a ledger that is gone: so a new one names them too.
        let given = Set(objects + foreign)
        let known = try await lake.keptObjects().filter { !given.contains($0) }
        let kept = rereads ? known : try await record.unknown(known)
        let unknown = rereads ? objects : try await record.unknown(objects)
        // Whether every line of these is usage has to be known before they are moved away.
        // Those that were over the limits before are so again, and need not be tried to say so.
        let failed = rereads ? [:] : await record.knownFailures(of: unknown, within: limitsText)
        var (outcome, records) = try await read(
            unknown.filter { failed[$0] == nil } + foreign + kept, into: lake, by: identity,
            keeping: RejectKeeper(in: lake, without: kept))
        outcome.add(unknown.compactMap { failed[$0] })
        // Days need less than the last of what was read took, and in other pieces.
        if records.areSetAside { FreeMemory.giveBack() }
        // What could not be read because of that is no failure of objects.
        try Task.checkCancellation()
        record.conflictBook.finder = VersionFinder(
            lake: lake, limits: limits, objects: outcome.objectsByDay)
        var summary = IngestSummary(of: outcome, records.duplicates)
        summary.skipped = objects.count - unknown.count
        summary.lake = self.lake
        var unwritten: Set<UsageDay> = []
        let days = try await writeDays(
            of: records, to: lake, in: format, &record, &summary, &unwritten)
        var readings = outcome.read.map { $0.reading(in: lake, within: limitsText) }
        let others = Set(foreign)
        for index in outcome.read.indices where others.contains(outcome.read[index].object) {
            guard
                let taken = try await takeOver(outcome.read[index], in: lake, without: unwritten)
            else { continue }
            try record.move(from: readings[index].location, to: taken.moved)
            readings[index].location = lake.location(of: taken.moved)
            summary.takenOver.append(taken.file)
        }
        let result = RunResult(
            counts: summary.ledgerCounts, objects: readings, days: days,
            emptyDays: summary.failures.isEmpty ? vacant : [],
            read: summary.failures.isEmpty ? finalDays : nil,
            replayed: summary.failures.isEmpty ? replayed : []
        )
        summary.restated = try await record.finish(result)
        let names = zip(readings, outcome.read).map { ($0.location, $1.object.name) }
        try summary.add(
            openRejectsOf: record, Dictionary(names, uniquingKeysWith: { first, _ in first }))
        summary.warnings = record.warnings + outcome.warnings
        return summary
    }

    /// The limits that an object may be over, and the memory that it may take, as the ledger keeps them.
    private var limitsText: String {
        "\(limits.maximumInflatedSize) \(limits.maximumInflationRatio) "
            + "\(memory ?? MachineMemory.usualBudget)"
    }

    private func objects(
        at source: ObjectLocation
    ) async throws(PipelineError) -> [StoredObject] {
        if takesEmptySource, let bucket = source.bucket,
            try await !stores.remote.hasObjects(
                beginningAs: ObjectLocation(key: source.folderPath, in: bucket))
        {
            return []
        }
        return try await stores.objects(at: source)
    }

    /// The days that the source was made for of which the lake has nothing.
    private func vacant(among partitions: [Lake.Partition]) -> [UsageDay] {
        let filled = partitions.filter {
            !$0.files.isEmpty || !$0.others.isEmpty || $0.damage != nil
        }
        return Set(coveredDays).subtracting(filled.map(\.day)).sorted()
    }

    /// Reads objects, and sets records aside in the lake's staging folder where there are too many.
    ///
    /// One that cannot be read is a failure and leaves no record.
    private func read(
        _ objects: [StoredObject], into lake: Lake, by identity: UsageIdentity,
        keeping rejects: RejectKeeper
    ) async throws -> (SourceReader.Outcome, GatheredRecords) {
        var reader = SourceReader(stores, limits: limits, jobs: jobs, progress: progress)
        let budget = MemoryBudget(
            bytes: memory ?? MachineMemory.usualBudget, jobs: min(jobs, max(1, objects.count)))
        reader.budget = budget
        reader.rejects = rejects
        reader.others = OtherFileReader(lake: lake, scratch: .staging, limits: limits)
        var outcome = SourceReader.Outcome()
        var spill: Spill?
        while true {
            let merger = UsageMerger(by: identity)
            let begun = outcome.read.count + outcome.deferred.count
            outcome += await reader.read(objects, from: begun, into: merger)
            if let fault = outcome.fault { throw fault }
            if outcome.read.count == objects.count {
                try spill?.add(merger)
                return (outcome, GatheredRecords(merger, spill))
            }
            spill = try spill ?? Spill(in: lake, by: identity)
            try spill?.add(merger)
            budget.startOver()
            if outcome.read.count + outcome.deferred.count == objects.count { break }
        }
        // Those that needed too much beside others have it all to themselves.
        let deferred = outcome.deferred
        outcome.deferred = []
        for object in deferred {
            let merger = UsageMerger(by: identity)
            outcome += await reader.read([object], into: merger)
            if let fault = outcome.fault { throw fault }
            try spill?.add(merger)
            budget.startOver()
        }
        return (outcome, GatheredRecords(UsageMerger(by: identity), spill))
    }

    /// The format that new days are written in, which is that of the files that are there.
    private func format(
        of lake: Lake, _ partitions: [Lake.Partition]
    ) throws(PipelineError) -> LakeFormat {
        guard let present = Lake.format(of: partitions) else { return format ?? .parquet }
        guard let format, format != present else { return present }
        throw PipelineError(
            code: .usage, location: "\(lake.root)",
            reason: "is a lake of \(present.rawValue) files; "
                + "\(lake.command("convert", "--to", format.rawValue)) makes it another"
        )
    }

    /// Writes every day that has records; one that fails does not keep the others.
    ///
    /// - Returns: what is recorded of the days that are in place.
    private func writeDays(
        of records: GatheredRecords, to lake: Lake, in format: LakeFormat,
        _ record: inout RunRecord, _ summary: inout IngestSummary,
        _ unwritten: inout Set<UsageDay>
    ) async throws -> [DayContents] {
        var days: [DayContents] = []
        // Those too whose calls were decided by a run that was interrupted before it had written them.
        let unapplied = try record.unappliedDays()
        for day in Set(records.days).union(unapplied).sorted() {
            let gathered = try records.records(of: day)
            summary.duplicates += gathered.duplicates
            var format = format
            do {
                let present = try await lake.partition(of: day).soundFile()
                if present == nil, gathered.references.isEmpty { continue }
                format = present?.format ?? format
                let writer = DayFileWriter(
                    lake: lake, format: format, jobs: jobs,
                    conflicts: record.conflictBook, announce: record.announce)
                let written = try await writer.write(
                    gathered.references, of: gathered.snapshot, to: day, present: present)
                let contents = try record.contents(
                    of: day, in: format, written, ambiguous: summary.ambiguous(on: day))
                summary.add(written.outcome, of: day)
                let lost = try record.losses(of: day, in: contents)
                if lost.isEmpty {
                    days.append(contents)
                } else {
                    // What was recorded stays, so that a rebuild knows what there was.
                    summary.failures.append(
                        ObjectFailure(
                            location: contents.file,
                            reason: Self.reason(of: lost, on: day, of: lake)))
                }
            } catch {
                if let error = error as? PipelineError, error.code == .inputOutput { throw error }
                let place = lake.place(of: day, in: format)
                summary.failures.append(ObjectFailure(error, of: "\(place)"))
                summary.uncommitted += gathered.references.count
                unwritten.insert(day)
            }
        }
        return days
    }

    private static func reason(
        of lost: [Restatement.Change], on day: UsageDay, of lake: Lake
    ) -> String {
        let calls = Counted.text(
            lost.reduce(0) { $0 - $1.difference.requests }, "call that was recorded",
            "calls that were recorded")
        return "was lost or replaced, and lacks \(calls); \(lake.rebuilding(day)) makes it again"
    }

    /// Refuses a source that holds the lake or lies in it, or that holds the ledger: what this product
    /// writes is no log.
    private func checkSeparation(
        of source: ObjectLocation, from lake: Lake
    ) throws(PipelineError) {
        let (source, root) = (source.resolved, lake.root.resolved)
        guard source != root, source.name(of: root) == nil, root.name(of: source) == nil else {
            throw PipelineError(
                code: .usage, location: self.source ?? "",
                reason: "the source and the lake must not lie in each other"
            )
        }
        guard let ledger else { return }
        let file = ObjectLocation(path: ledger).resolved
        guard file == source || source.name(of: file) != nil else { return }
        throw PipelineError(
            code: .usage, location: ledger, reason: "the ledger must not lie in the source"
        )
    }
}
