package import BedrockMetering

/// Closes a day, so that any later change to it is a restatement.
package struct CloseJob: Sendable {
    package var lake: String
    package var ledger: String?
    package var day: UsageDay
    /// Whether to close the day even before its exports can be final, once it has ended; from then on,
    /// whether to give up what nights have not read of it.
    package var force: Bool
    /// Whether a day of which the lake has nothing is closed as one without usage.
    package var closesEmpty = false
    /// Whether facts are made even where the lake's store ignores conditions on writes.
    package var overwritesUnconditionally = false
    package var clock = LedgerClock.system
    package var stores = Stores.local

    package init(
        _ day: UsageDay, of lake: String, ledger: String? = nil, force: Bool = false,
        stores: Stores = .local
    ) {
        self.day = day
        self.lake = lake
        self.ledger = ledger
        self.force = force
        self.stores = stores
    }

    /// Closes the day, which may be one without usage; one that is closed stays so, with the time that
    /// it was closed first, whichever machine did.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no ledger or it does not know the day's
    ///   file, with `usage` where it is too early or the lake has nothing of the day, with `damagedLake`
    ///   where the day's file is not what the ledger says, or a file of another writer lies beside it,
    ///   with `lakeIsHeld` where a run is under way.
    package func run() async throws(PipelineError) -> ClosedDay {
        let now = clock.now()
        guard day.end <= now else {
            throw PipelineError(
                code: .usage, location: "\(day)", reason: "has not ended, and cannot be closed"
            )
        }
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally)
        let lock = try LakeLock(on: books.lake)
        var book = try await FactBook(of: books.lake, ledger: books.writing())
        try await checkFile(in: books.lake, book.ledger)
        if !force {
            try await books.lake.checkNothingIsLeft(on: day)
            try await checkConflicts(in: books.lake, book.ledger)
        }
        let isVacant = try await isVacant(books.lake, book.ledger)
        try await book.append(at: now) { ledger throws(PipelineError) in
            guard try ledger.closedDay(day) == nil else { return nil }
            return .dayClosed(
                try await closing(isVacant: isVacant, at: now, in: books.lake, ledger))
        }
        let ledger = book.ledger
        try ledger.noteClosing(
            of: day, isEmpty: isVacant,
            givesUp: force && now >= LedgerDay.earliestClosing(of: day), now: now)
        guard let closed = try ledger.closedDay(day) else {
            throw PipelineError(
                code: .damagedLake, location: "\(day)", reason: "was closed, and no fact says so")
        }
        try ledger.close()
        _ = consume lock
        return closed
    }

    /// Refuses a day whose file was lost or replaced since it was recorded.
    private func checkFile(in lake: Lake, _ ledger: Ledger) async throws(PipelineError) {
        guard let known = try ledger.day(day),
            try await lake.unchangedVersion(of: known) == nil
        else { return }
        let path = known.isEmpty ? PartitionSpec.path(of: day) : known.file
        throw PipelineError(
            code: .damagedLake, location: "\(lake.root.appending(path))",
            reason: "is not what the ledger says; "
                + "\(lake.verifying(day)) says more, and "
                + "\(lake.rebuilding(day)) mends it"
        )
    }

    /// Refuses a day of which calls are in conflict that nobody has decided.
    private func checkConflicts(in lake: Lake, _ ledger: Ledger) async throws(PipelineError) {
        guard try ledger.closedDay(day) == nil else { return }
        let conflicts = try await LakeConflicts(
            of: lake, facts: ledger, ledger: ledger, in: .day(day))
        if let failure = conflicts.failures.first {
            throw PipelineError(
                code: .damagedLake, location: failure.location, reason: failure.reason)
        }
        let open = conflicts.openByDay[day] ?? 0
        guard open > 0 else { return }
        throw PipelineError(
            code: .damagedLake, location: "\(day)",
            reason:
                "\(Counted.text(open, "call", "calls")) in conflict, so that the day stays open: "
                + "\(lake.command("conflicts", "--day", "\(day)")) shows them, "
                + "meter-etl conflicts decide --help says how to decide, and "
                + "\(lake.command("close", "--day", "\(day)", "--force")) closes the day as it is"
        )
    }

    /// What is known of the day.
    private func closing(
        isVacant: Bool, at now: EventTime, in lake: Lake, _ ledger: Ledger
    ) async throws(PipelineError) -> DayClosing {
        let known = try ledger.checkClosing(day, now: now, force: force, isEmpty: isVacant)
        if isVacant || known?.isEmpty == true, !closesEmpty {
            throw PipelineError(
                code: .usage, location: "\(day)",
                reason: "the lake has nothing of this day; --empty closes it as a day without usage"
            )
        }
        guard let known, let file = lake.file(of: known) else {
            return DayClosing(
                day: day, isForced: force, file: "", checksum: Checksum(of: []), sums: UsageSums())
        }
        var sums = try ledger.sums(of: day)
        if !sums.areByModel {
            // Those of ledgers of 0.1.0, of which only the file itself knows the models.
            do {
                let copy = try await lake.copy(of: file)
                sums = UsageSums(try copy.sums())
            } catch {
                let failure = ObjectFailure(error, of: file.object.name)
                throw PipelineError(
                    code: .damagedLake, location: failure.location, reason: failure.reason)
            }
        }
        return DayClosing(
            day: day, isForced: force, file: known.file, checksum: known.checksum, sums: sums)
    }

    /// Whether the lake has nothing of the day that is read, or would be merged, and the ledger does not
    /// know it.
    private func isVacant(_ lake: Lake, _ ledger: Ledger) async throws(PipelineError) -> Bool {
        guard try ledger.day(day) == nil else { return false }
        let partition = try await lake.partition(of: day)
        if let damage = partition.damage { throw damage }
        return partition.files.isEmpty && partition.others.isEmpty
    }
}
