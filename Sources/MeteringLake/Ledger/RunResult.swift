package import BedrockMetering

/// What a run leaves to be recorded: all of it, or nothing.
package struct RunResult: Sendable {
    package var counts: LedgerRun.Counts
    /// The objects that were opened, or were to be.
    package var objects: [ObjectReading]
    /// Every day that was put in place or found to need no change, with what it holds now.
    package var days: [DayContents]
    /// Days that were looked at, and of which the lake has nothing.
    package var emptyDays: [UsageDay]
    /// The days of which all was read that their input has; nil where that is of none.
    package var read: InputDays?
    /// The rejects that the run took back in.
    package var replayed: [LedgerReject.ID]

    package init(
        counts: LedgerRun.Counts = LedgerRun.Counts(), objects: [ObjectReading] = [],
        days: [DayContents] = [], emptyDays: [UsageDay] = [], read: InputDays? = nil,
        replayed: [LedgerReject.ID] = []
    ) {
        self.counts = counts
        self.objects = objects
        self.days = days
        self.emptyDays = emptyDays
        self.read = read
        self.replayed = replayed
    }
}
