package import BedrockMetering

/// The ledger as a run has it: asked before objects are opened, and written once every day is in
/// place.
package struct RunRecord {
    package let lake: Lake
    private let kind: LedgerRun.Kind
    package let clock: LedgerClock
    /// Whether every run over the lake records in this ledger.
    private let isOnlyLedger: Bool
    package private(set) var ledger: Ledger
    /// The facts; nil until the run has begun.
    package var book: FactBook?
    package private(set) var run: LedgerRun.ID = 0
    /// The days whose files are as the ledger says.
    package private(set) var trusted: [UsageDay: (day: LedgerDay, version: ObjectVersion)] = [:]
    /// What went wrong with the ledger itself, and was mended.
    package private(set) var warnings: [String] = []
    /// Closed days of which the run has made restatements, also those that one before it had not recorded.
    private var restated: [UsageDay] = []
    /// The sums by tenant and model of files that took part in the run, of which the facts know tenants
    /// alone.
    private var knownSums: [Checksum: UsageSums] = [:]
    /// Calls in conflict that the lake lists, and what was decided of them.
    package var conflictBook: ConflictBook

    /// Opens the ledger of a lake whose lock is held, and notes that a run begins.
    ///
    /// - Throws: ``PipelineError`` where the ledger cannot be opened or is not ours; nothing is done
    ///   then.
    package init(
        _ kind: LedgerRun.Kind, of lake: Lake, ledger path: String?, clock: LedgerClock
    ) async throws(PipelineError) {
        self.lake = lake
        self.kind = kind
        self.clock = clock
        isOnlyLedger = lake.isOnlyLedger(path)
        ledger = try Ledger(at: path ?? lake.ledgerFile, isOwn: path == nil)
        conflictBook = ConflictBook(of: lake)
        warnOfDamage()
        do throws(PipelineError) {
            try await begin()
        } catch {
            guard isOfLedger(error) else { throw error }
            try replaceLedger()
            try await begin()
        }
    }

    /// Whether the ledger is damaged, and nothing else of the lake.
    private func isOfLedger(_ error: PipelineError) -> Bool {
        error.code == .damagedLake && error.location == ledger.path
    }

    private mutating func begin() async throws(PipelineError) {
        trusted = [:]
        var book = try await FactBook(of: lake, ledger: ledger)
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
        try await settle(&book)
        try await warn(of: days.filter { distrusted.contains($0.day) })
        self.book = book
        conflictBook = try await ConflictBook(of: lake, facts: ledger)
    }

    /// Records what a run before this one has changed in closed days and could not record.
    private mutating func settle(_ book: inout FactBook) async throws(PipelineError) {
        if let broken = FactBreak.advice(on: book.breaks, of: "\(lake.root)") {
            warnings.append(broken)
        }
        let unsettled = await lake.unsettled(
            Array(try ledger.closedStates().values), trusting: trusted.mapValues(\.day.checksum))
        for day in unsettled where day.reason == .changed {
            do throws(PipelineError) {
                let fact = try await book.settle(
                    day.day, at: clock.now(), by: run)
                if fact != nil { restated.append(day.day) }
            } catch {
                // It is named until somebody mends it; other days go on.
                guard error.code == .damagedLake else { throw error }
            }
        }
    }

    /// Warns of files that nobody has recorded: what they hold is taken for usage from now on.
    private mutating func warn(of days: [LedgerDay]) async throws(PipelineError) {
        guard let expected = try ExpectedFiles(of: lake, ledger, isOnlyLedger: isOnlyLedger)
        else { return }
        for day in days {
            guard let file = try? await lake.partition(of: day.day).soundFile(),
                let copy = try? await lake.copy(of: file), let checksum = try? copy.checksum(),
                !expected.include(checksum, of: day)
            else { continue }
            warnings.append("\(file.object.name): \(ExpectedFiles.reason(day, in: lake))")
        }
    }

    /// Those of `objects` that have to be read: the others were ingested, and are what they were.
    ///
    /// A ledger that turns out to be damaged is replaced, and knows none.
    package mutating func unknown(
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
            guard isOfLedger(error) else { throw error }
            try replaceLedger()
            try await begin()
            return objects
        }
        let known = Set(zip(indices, answers).lazy.filter(\.1).map(\.0))
        return objects.indices.filter { !known.contains($0) }.map { objects[$0] }
    }

    /// Those of `objects` that are known to be over the limits, with why; they need not be opened to fail
    /// again.
    package func knownFailures(
        of objects: [StoredObject], within limits: String
    ) async -> [StoredObject: SourceReader.ReadObject] {
        var known: [(object: StoredObject, version: ObjectVersion)] = []
        for object in objects {
            guard let version = try? await lake.stores.version(of: object) else { continue }
            known.append((object, version))
        }
        let versions = known.map { (location: lake.location(of: $0.object), version: $0.version) }
        // A ledger that cannot tell has them read again.
        guard let reasons = try? ledger.knownFailures(of: versions, within: limits) else {
            return [:]
        }
        var failures: [StoredObject: SourceReader.ReadObject] = [:]
        for ((object, version), reason) in zip(known, reasons) {
            guard let reason else { continue }
            var failure = ObjectFailure(location: object.name, reason: reason)
            failure.isOverLimit = true
            failures[object] = SourceReader.ReadObject(
                object: object, version: version, result: .failed(failure))
        }
        return failures
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

    /// Announces the files of days. A ledger that cannot be written ends the run before the lake is changed;
    /// one that turns out to be damaged is replaced when the run is recorded.
    package var announce: @Sendable (UsageDay, Checksum) throws(PipelineError) -> Void {
        { [ledger] day, checksum throws(PipelineError) in
            do throws(PipelineError) {
                try ledger.announce(checksum, of: day)
            } catch {
                guard error.code == .damagedLake else { throw error }
            }
        }
    }

    /// What is recorded of a day that is in place.
    ///
    /// - Parameter replaced: the file that was there before; that which was merged where nil.
    package mutating func contents(
        of day: UsageDay, in format: LakeFormat, _ written: DayFileWriter.Written,
        replacing replaced: DayCopy? = nil, ambiguous: Int = 0
    ) throws(PipelineError) -> DayContents {
        try keepSums(of: replaced ?? written.present, day)
        let previous = try (replaced ?? written.present).map { copy throws(PipelineError) in
            try checksum(of: copy)
        }
        // A day's file may be in place already, beside one of another format that was taken away.
        let unchanged = written.checksum == nil ? written.present : nil
        let kept = try unchanged.map { copy throws(PipelineError) in try self.checksum(of: copy) }
        guard let checksum = written.checksum ?? kept else {
            throw PipelineError(
                code: .notFound, location: "\(lake.place(of: day, in: format))",
                reason: "is not in place"
            )
        }
        var contents = DayContents(
            day: day, file: lake.location(of: day, in: format), checksum: checksum,
            fileSize: written.version.size, fileTag: LedgerDay.tag(of: written.version),
            sums: written.sums, previous: previous,
            holdsOnlyReadRows: kind != .convert && written.outcome.presentOnly == 0
        )
        contents.ambiguous = ambiguous
        return contents
    }

    /// Keeps the sums of a closed day's file before another one takes its place, where the facts know
    /// tenants alone: so a restatement can be priced.
    private mutating func keepSums(of copy: DayCopy?, _ day: UsageDay) throws(PipelineError) {
        guard let copy, let closed = try ledger.closedDay(day), !closed.sums.areByModel,
            try copy.checksum() == closed.checksum
        else { return }
        knownSums[closed.checksum] = (try? copy.sums()).map {
            UsageSums($0)
        }
    }

    /// What a day that was merged lacks of what is recorded of it: tenants with fewer calls.
    ///
    /// A merge takes nothing away, so a file that held more was lost or replaced before it.
    package func losses(
        of day: UsageDay, in contents: DayContents
    ) throws(PipelineError) -> [Restatement.Change] {
        guard trusted[day] == nil else { return [] }
        let sums = UsageSums(contents.sums)
        var losses = try ledger.sumsByDecisions(of: day).losses(to: sums)
        if losses.isEmpty {
            losses = try ledger.closedDay(day)?.sumsByDecisions.losses(to: sums) ?? []
        }
        return losses.filter { $0.difference.requests < 0 }
    }

    /// Notes that the object that was at `location` is now `object`, unchanged.
    package func move(from location: String, to object: StoredObject) throws(PipelineError) {
        try ledger.move(from: location, to: lake.location(of: object))
    }

    /// Records what the run did: first facts of the closed days that it has restated, then all of it or
    /// nothing in the ledger. The lake's day files are as they shall be before that.
    ///
    /// - Returns: the closed days that were restated, in their order.
    package mutating func finish(_ result: RunResult) async throws(PipelineError) -> [UsageDay] {
        do throws(PipelineError) {
            do throws(PipelineError) {
                try await record(result)
            } catch {
                guard isOfLedger(error) else { throw error }
                try replaceLedger()
                book = try await FactBook(of: lake, ledger: ledger)
                run = try ledger.beginRun(kind, now: clock.now())
                try await record(result)
            }
        } catch {
            throw PipelineError(
                code: error.code, location: error.location,
                reason: "the lake is written, but not recorded: \(error.reason)"
            )
        }
        return restated.sorted()
    }

    private mutating func record(_ result: RunResult) async throws(PipelineError) {
        if var book, !result.days.isEmpty {
            // Another machine may have closed one of the days meanwhile.
            try await book.catchUp()
            for contents in result.days.sorted(by: { $0.day < $1.day }) {
                try await restate(contents, &book)
            }
            self.book = book
        }
        try ledger.finish(run, with: result, now: clock.now())
        try noteDecisions(appliedTo: result.days)
    }

    /// Makes the fact that a closed day was restated, where it was.
    private mutating func restate(
        _ contents: DayContents, _ book: inout FactBook
    ) async throws(PipelineError) {
        let (lake, kind, knownSums) = (lake, kind, knownSums)
        let fact = try await book.append(at: clock.now(), by: run) { ledger throws(PipelineError) in
            guard let closed = try ledger.closedDay(contents.day),
                let change = closed.change(
                    to: contents.file, contents.checksum, UsageSums(contents.sums),
                    by: kind.rawValue, from: knownSums[closed.checksum])
            else { return nil }
            // Where another machine has replaced the file since, its fact tells of both changes.
            if !lake.isLocal,
                let noted = try await lake.stores.remote.notedChecksum(
                    of: lake.root.appending(contents.file)),
                noted != contents.checksum
            {
                return nil
            }
            return change
        }
        if case .dayRestated = fact?.content, !restated.contains(contents.day) {
            restated.append(contents.day)
        }
    }

    /// The rejected lines of the run's objects that nobody has decided about, once it is recorded.
    package func openRejects(
        limit: Int
    ) throws(PipelineError) -> (first: [LedgerReject], count: Int) {
        try ledger.openRejects(ofRun: run, limit: limit)
    }

    /// Notes that the run ended in an error, as far as that can be noted.
    package func fail() {
        try? ledger.fail(run, now: clock.now())
    }

    private mutating func replaceLedger() throws(PipelineError) {
        ledger = try ledger.replaced()
        warnOfDamage()
    }

    private mutating func warnOfDamage() {
        guard let damaged = ledger.damaged else { return }
        let fault = ledger.change ?? "was damaged"
        warnings.append(
            "\(ledger.path): the ledger \(fault) and is made anew; the damaged one is \(damaged)"
        )
    }
}
