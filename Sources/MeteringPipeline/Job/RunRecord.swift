internal import BedrockMetering

/// The ledger as a run has it: asked before objects are opened, and written once every day is in
/// place.
struct RunRecord {
    private let lake: Lake
    private let kind: LedgerRun.Kind
    private let clock: LedgerClock
    private var ledger: Ledger
    private var run: LedgerRun.ID = 0
    /// The days whose files are as the ledger says.
    private var trusted: [UsageDay: (day: LedgerDay, version: ObjectVersion)] = [:]
    /// What went wrong with the ledger itself, and was mended.
    private(set) var warnings: [String] = []

    /// Opens the ledger of a lake whose lock is held, and notes that a run begins.
    ///
    /// - Throws: ``PipelineError`` where the ledger cannot be opened or is not ours; nothing is done
    ///   then.
    init(
        _ kind: LedgerRun.Kind, of lake: Lake, ledger path: String?, clock: LedgerClock
    ) async throws(PipelineError) {
        self.lake = lake
        self.kind = kind
        self.clock = clock
        ledger = try Ledger(at: path ?? lake.ledgerFile, isOwn: path == nil)
        warnOfDamage()
        do throws(PipelineError) {
            try await begin()
        } catch {
            guard error.code == .damagedLake else { throw error }
            try replaceLedger()
            try await begin()
        }
    }

    private mutating func begin() async throws(PipelineError) {
        trusted = [:]
        run = try ledger.beginRun(kind, now: clock.now())
        var distrusted: [UsageDay] = []
        let days = try ledger.days()
        let versions = await lake.unchangedVersions(of: days)
        for day in days {
            guard let version = versions[day.day] else {
                distrusted.append(day.day)
                continue
            }
            trusted[day.day] = (day, version)
            let tag = LedgerDay.tag(of: version)
            if tag != day.fileTag { try ledger.setFileTag(tag, of: day.day) }
        }
        if !distrusted.isEmpty { try ledger.distrust(distrusted) }
    }

    /// Those of `objects` that have to be read: the others were ingested, and are what they were.
    ///
    /// A ledger that turns out to be damaged is replaced, and knows none.
    mutating func unknown(
        _ objects: [StoredObject]
    ) async throws(PipelineError) -> [StoredObject] {
        var versions: [(location: String, version: ObjectVersion)] = []
        var indices: [Int] = []
        for (index, object) in objects.enumerated() {
            // What cannot be looked at fails when it is opened.
            guard let version = try? await lake.stores.version(of: object) else { continue }
            versions.append((lake.location(of: object), version))
            indices.append(index)
        }
        let answers: [Bool]
        do throws(PipelineError) {
            answers = try ledger.areKnown(versions)
        } catch {
            guard error.code == .damagedLake else { throw error }
            try replaceLedger()
            try await begin()
            return objects
        }
        let known = Set(zip(indices, answers).lazy.filter(\.1).map(\.0))
        return objects.indices.filter { !known.contains($0) }.map { objects[$0] }
    }

    /// The checksum of a day's file that was merged or replaced.
    private func checksum(of copy: DayCopy) throws(PipelineError) -> Checksum {
        if let (day, version) = trusted[copy.file.day], version == copy.version,
            day.file == lake.location(of: copy.file)
        {
            return day.checksum
        }
        return try copy.checksum()
    }

    /// What is recorded of a day that is in place.
    ///
    /// - Parameter replaced: the file that was there before; that which was merged where nil.
    func contents(
        of day: UsageDay, in format: LakeFormat, _ written: DayFileWriter.Written,
        replacing replaced: DayCopy? = nil
    ) throws(PipelineError) -> DayContents {
        let previous = try (replaced ?? written.present).map { copy throws(PipelineError) in
            try checksum(of: copy)
        }
        guard let checksum = written.checksum ?? previous else {
            throw PipelineError(
                code: .notFound, location: "\(lake.place(of: day, in: format))",
                reason: "is not in place"
            )
        }
        return DayContents(
            day: day, file: lake.location(of: day, in: format), checksum: checksum,
            fileSize: written.version.size, fileTag: LedgerDay.tag(of: written.version),
            tenants: written.tenants, contested: written.contested, previous: previous,
            holdsOnlyReadRows: kind != .convert && written.outcome.presentOnly == 0
        )
    }

    /// What a day that was merged lacks of what is recorded of it: tenants with fewer calls.
    ///
    /// A merge takes nothing away, so a file that held more was lost or replaced before it.
    func losses(
        of day: UsageDay, in contents: DayContents
    ) throws(PipelineError) -> [Restatement.TenantDifference] {
        guard trusted[day] == nil else { return [] }
        return Restatement.losses(from: try ledger.tenants(of: day), to: contents.tenants)
            .filter { $0.difference.requests < 0 }
    }

    /// Notes that the object that was at `location` is now `object`, unchanged.
    func move(from location: String, to object: StoredObject) throws(PipelineError) {
        try ledger.move(from: location, to: lake.location(of: object))
    }

    /// Records what the run did, all of it or nothing. The lake is as it shall be before that.
    mutating func finish(_ result: RunResult) throws(PipelineError) -> [Restatement] {
        do throws(PipelineError) {
            do throws(PipelineError) {
                return try ledger.finish(run, with: result, now: clock.now())
            } catch {
                guard error.code == .damagedLake else { throw error }
                try replaceLedger()
                run = try ledger.beginRun(kind, now: clock.now())
                return try ledger.finish(run, with: result, now: clock.now())
            }
        } catch {
            throw PipelineError(
                code: error.code, location: error.location,
                reason: "the lake is written, but not recorded: \(error.reason)"
            )
        }
    }

    /// Notes that the run ended in an error, as far as that can be noted.
    func fail() {
        try? ledger.fail(run, now: clock.now())
    }

    private mutating func replaceLedger() throws(PipelineError) {
        ledger = try ledger.replaced()
        warnOfDamage()
    }

    private mutating func warnOfDamage() {
        guard let damaged = ledger.damaged else { return }
        warnings.append(
            "\(ledger.path): the ledger was damaged and is made anew; the damaged one is \(damaged)"
        )
    }
}
