package import BedrockMetering

/// What state the days of a lake are in.
package struct LakeStatus: Sendable {
    /// The lake as it was named.
    package let lake: String
    /// The ledger's file.
    package let ledger: String
    /// Why the ledger could not be read; nil where it was.
    package internal(set) var ledgerFailure: PipelineError?
    /// What tells calls apart.
    package internal(set) var identity = UsageIdentity.request
    /// In their order.
    package internal(set) var days: [Day] = []
    /// Rejected lines of the whole lake that were not taken back in.
    package internal(set) var openRejects = 0
    /// Files of other writers in days' folders, which the next ingest takes over where they could be read.
    package internal(set) var otherFiles: [OtherFile] = []
    /// Where the chain of facts does not hold, and what lies among them that is none.
    package internal(set) var factBreaks: [FactBreak] = []
    /// Day files that the ledger does not know and files of other writers that could not be read, a chain
    /// of facts that does not hold, and closed days whose files are not what the last facts say.
    package internal(set) var failures: [ObjectFailure] = []

    init(of lake: String, ledger: String) {
        self.lake = lake
        self.ledger = ledger
    }

    package struct Day: Sendable {
        package let day: UsageDay
        /// The sums of all rows; nil where the file could not be read.
        package let totals: UsageTotals?
        /// Nil where the ledger does not know the day.
        package internal(set) var recorded: Recorded?

        package internal(set) var finality = DayFinality.provisional
        /// Calls in conflict that nobody has decided; nil where not all are listed.
        package internal(set) var conflicts: Int? = 0
        /// What else is to be said of them; nil where there is nothing.
        package var conflictsRemark: String?
        /// What has changed since the day was closed.
        package internal(set) var restatements: [RecordedFact] = []
        /// Whether the file of a closed day is what the last fact says.
        package internal(set) var isAsClosed = true

        package init(day: UsageDay, totals: UsageTotals?) {
            self.day = day
            self.totals = totals
        }

        /// `provisional`, `closed`, or `unknown` where that cannot be told here.
        package var state: String {
            switch finality {
            case .provisional: "provisional"
            case .closed, .restated: "closed"
            case .unknown: "unknown"
            }
        }
    }

    /// What the ledger says of a day.
    package struct Recorded: Sendable {
        package let changed: EventTime
        /// Lines that may be of the day, were rejected, and were not taken back in.
        package let rejects: Int
        /// Lines that could be calls of their own and equal another one; see ``LedgerDay/ambiguous``.
        package let ambiguous: Int
        /// Whether the day's file is what it was when it was recorded.
        package let isUnchanged: Bool
        package let mayHoldUnknownRows: Bool
    }
}
