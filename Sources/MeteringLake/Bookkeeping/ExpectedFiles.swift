internal import BedrockMetering

/// The files that the days of a lake may have, as far as its ledger and its facts tell.
struct ExpectedFiles {
    private let announced: [UsageDay: Set<Checksum>]
    private let closed: [UsageDay: Ledger.ClosedState]

    init(announced: [UsageDay: Set<Checksum>], closed: [UsageDay: Ledger.ClosedState]) {
        self.announced = announced
        self.closed = closed
    }

    /// Of a lake all of whose runs record in `ledger`; nil where others may have written files of which it
    /// knows nothing.
    init?(of lake: Lake, _ ledger: Ledger, isOnlyLedger: Bool) throws(PipelineError) {
        guard isOnlyLedger else { return nil }
        self.init(announced: try ledger.announcedFiles(), closed: try ledger.closedStates())
    }

    /// Whether a day's file may be one of `checksum`: it is recorded, announced, or what the last fact of a
    /// closed day says.
    func include(_ checksum: Checksum, of day: LedgerDay) -> Bool {
        checksum == day.checksum || announced[day.day]?.contains(checksum) == true
            || closed[day.day]?.checksum == checksum
    }

    /// What is said of a file that is not expected.
    static func reason(_ day: LedgerDay, in lake: Lake) -> String {
        "is not the file that was recorded, and no run has announced it: something else wrote it, or a "
            + "run with another ledger, or this ledger is an older copy; its rows are counted as they "
            + "are; \(lake.verifying(day.day)) compares, and "
            + "\(lake.command("rebuild", "--day", "\(day.day)", "--force")) makes it again from its "
            + "sources alone"
    }
}

extension Lake {
    /// Whether every run over the lake records in the ledger at `path`, its own where nil.
    ///
    /// A lake in S3 has a ledger on each machine, and a ledger that was put elsewhere may be one of several.
    func isOnlyLedger(_ path: String?) -> Bool {
        isLocal && (path == nil || Folder.resolved(path ?? "") == Folder.resolved(ledgerFile))
    }
}
