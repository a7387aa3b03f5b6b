package import BedrockMetering

/// Closes a day, so that any later change to it is a restatement.
package struct CloseJob: Sendable {
    package var lake: String
    package var ledger: String?
    package var day: UsageDay
    /// Whether to close the day even before its exports can be final, once it has ended; from then on,
    /// whether to give up what nights have not read of it.
    package var force: Bool
    var clock = LedgerClock.system
    var stores = Stores.standard

    package init(_ day: UsageDay, of lake: String, ledger: String? = nil, force: Bool = false) {
        self.day = day
        self.lake = lake
        self.ledger = ledger
        self.force = force
    }

    /// Closes the day, which may be one without usage; one that is closed stays so, with the time that
    /// it was closed first.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no ledger or it does not know the day's
    ///   file, with `usage` where it is too early, with `damagedLake` where the day's file is not what
    ///   the ledger says, or a file of another writer lies beside it, with `lakeIsHeld` where a run is under way.
    package func run() async throws(PipelineError) -> LedgerDay {
        guard day.end <= clock.now() else {
            throw PipelineError(
                code: .usage, location: "\(day)", reason: "has not ended, and cannot be closed"
            )
        }
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        let lock = try LakeLock(on: books.lake)
        let ledger = try books.writing()
        let known = try ledger.day(day)
        if let known,
            try await books.lake.unchangedVersion(of: known) == nil
        {
            throw PipelineError(
                code: .damagedLake,
                location: "\(books.lake.root.appending(known.isEmpty ? path : known.file))",
                reason: "is not what the ledger says; meter-etl verify says more, and "
                    + "meter-etl rebuild --day \(day) mends it"
            )
        }
        if !force { try await books.lake.checkNothingIsLeft(on: day) }
        let isEmpty = if known == nil { try await isEmpty(books.lake) } else { false }
        let closed = try ledger.close(day, now: clock.now(), force: force, isEmpty: isEmpty)
        try ledger.close()
        _ = consume lock
        return closed
    }

    private var path: String { PartitionSpec.path(of: day) }

    /// Whether the lake has nothing of the day that is read, or would be merged.
    private func isEmpty(_ lake: Lake) async throws(PipelineError) -> Bool {
        let partition = try await lake.partition(of: day)
        if let damage = partition.damage { throw damage }
        return partition.files.isEmpty && partition.others.isEmpty
    }
}
