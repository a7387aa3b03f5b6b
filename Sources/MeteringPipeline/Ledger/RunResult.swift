/// What a run leaves to be recorded: all of it, or nothing.
package struct RunResult: Sendable {
    package var counts: LedgerRun.Counts
    /// The objects that were opened, or were to be.
    package var objects: [ObjectReading]
    /// Every day that was put in place or found to need no change, with what it holds now.
    package var days: [DayContents]
    /// The rejects that the run took back in.
    package var replayed: [LedgerReject.ID]

    package init(
        counts: LedgerRun.Counts = LedgerRun.Counts(), objects: [ObjectReading] = [],
        days: [DayContents] = [], replayed: [LedgerReject.ID] = []
    ) {
        self.counts = counts
        self.objects = objects
        self.days = days
        self.replayed = replayed
    }
}
