internal import BedrockMetering
internal import Foundation

/// The ledger as a run has it: asked before objects are opened, and written once every day is in
/// place.
struct RunRecord {
    private let lake: Lake
    private let kind: LedgerRun.Kind
    private let clock: LedgerClock
    private var ledger: Ledger
    private var run: LedgerRun.ID = 0
    /// The days whose files are as the ledger says.
    private var trusted: [UsageDay: LedgerDay] = [:]
    /// What went wrong with the ledger itself, and was mended.
    private(set) var warnings: [String] = []

    /// Opens the ledger of a lake whose lock is held, and notes that a run begins.
    ///
    /// - Throws: ``PipelineError`` where the ledger cannot be opened or is not ours; nothing is done
    ///   then.
    init(
        _ kind: LedgerRun.Kind, of lake: Lake, ledger path: String?, clock: LedgerClock
    ) throws(PipelineError) {
        self.lake = lake
        self.kind = kind
        self.clock = clock
        ledger = try Ledger(at: path ?? lake.ledgerFile, isOwn: path == nil)
        warnOfDamage()
        do throws(PipelineError) {
            try begin()
        } catch {
            guard error.code == .damagedLake else { throw error }
            try replaceLedger()
            try begin()
        }
    }

    private mutating func begin() throws(PipelineError) {
        trusted = [:]
        run = try ledger.beginRun(kind, now: clock.now())
        var distrusted: [UsageDay] = []
        for day in try ledger.days() {
            guard let version = lake.unchangedVersion(of: day) else {
                distrusted.append(day.day)
                continue
            }
            trusted[day.day] = day
            let tag = LedgerDay.tag(of: version)
            if tag != day.fileTag { try ledger.setFileTag(tag, of: day.day) }
        }
        if !distrusted.isEmpty { try ledger.distrust(distrusted) }
    }

    /// Those of `objects` that have to be read: the others were ingested, and are what they were.
    ///
    /// A ledger that turns out to be damaged is replaced, and knows none.
    mutating func unknown(
        _ objects: [LocalStore.Object]
    ) throws(PipelineError) -> [LocalStore.Object] {
        var versions: [(location: String, version: ObjectVersion)] = []
        var indices: [Int] = []
        for (index, object) in objects.enumerated() {
            // What cannot be looked at fails when it is opened.
            guard let status = try? FileStatus(of: object.path), status.kind == .file else {
                continue
            }
            versions.append((lake.location(of: object), status.version))
            indices.append(index)
        }
        let answers: [Bool]
        do throws(PipelineError) {
            answers = try ledger.areKnown(versions)
        } catch {
            guard error.code == .damagedLake else { throw error }
            try replaceLedger()
            try begin()
            return objects
        }
        let known = Set(zip(indices, answers).lazy.filter(\.1).map(\.0))
        return objects.indices.filter { !known.contains($0) }.map { objects[$0] }
    }

    /// The checksum of a day's file before it is merged.
    func checksum(of file: DayFile) throws(PipelineError) -> Checksum {
        if let day = trusted[file.day], day.file == lake.location(of: file) { return day.checksum }
        return try Checksum(ofFileAt: file.object.path)
    }

    /// What is recorded of a day that is in place.
    ///
    /// - Parameter previous: the checksum of the file that was merged, nil where there was none.
    func contents(
        of day: UsageDay, in format: LakeFormat, _ written: DayFileWriter.Written,
        previous: Checksum?
    ) throws(PipelineError) -> DayContents {
        let path = lake.path(of: day, in: format)
        let version = try FileStatus(of: path).version
        guard let checksum = written.checksum ?? previous else {
            throw PipelineError(code: .notFound, location: path, reason: "is not in place")
        }
        return DayContents(
            day: day, file: lake.location(of: day, in: format), checksum: checksum,
            fileSize: version.size, fileTag: LedgerDay.tag(of: version),
            tenants: written.tenants, conflicts: written.outcome.conflicts, previous: previous,
            holdsOnlyReadRows: kind != .convert && written.outcome.presentOnly == 0
        )
    }

    /// Notes that the object that was at `location` is now `object`, unchanged.
    func move(from location: String, to object: LocalStore.Object) throws(PipelineError) {
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

/// What time it is.
struct LedgerClock: Sendable {
    var now: @Sendable () -> EventTime

    static let system = LedgerClock {
        EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }
}
