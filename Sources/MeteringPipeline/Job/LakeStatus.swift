package import BedrockMetering

/// What state the days of a lake are in.
package struct LakeStatus: Sendable {
    /// The ledger's file.
    package let ledger: String
    /// Why the ledger could not be read; nil where it was.
    package internal(set) var ledgerFailure: PipelineError?
    /// In their order.
    package internal(set) var days: [Day] = []
    /// Rejected lines of the whole lake that were not taken back in.
    package internal(set) var openRejects = 0
    /// Files of other writers in days' folders, which the next ingest takes over where they could be read.
    package internal(set) var otherFiles: [OtherFile] = []
    /// Day files that the ledger does not know and files of other writers that could not be read.
    package internal(set) var failures: [ObjectFailure] = []

    init(ledger: String) {
        self.ledger = ledger
    }

    package struct Day: Sendable {
        package let day: UsageDay
        /// The sums of all rows; nil where the file could not be read.
        package let totals: UsageTotals?
        /// Nil where the ledger does not know the day.
        package internal(set) var recorded: Recorded?

        /// `provisional`, `closed`, or `unknown` where the ledger does not know the day.
        package var state: String {
            guard let recorded else { return "unknown" }
            return recorded.closed == nil ? "provisional" : "closed"
        }
    }

    /// What the ledger says of a day.
    package struct Recorded: Sendable {
        package let closed: EventTime?
        package let changed: EventTime
        /// Lines that may be of the day, were rejected, and were not taken back in.
        package let rejects: Int
        /// Calls listed as conflicts; nil where not all are listed.
        package let conflicts: Int?
        /// What else is to be said of them; nil where there is nothing.
        let conflictsRemark: String?
        /// Whether the day's file is what it was when it was recorded.
        package let isUnchanged: Bool
        package let mayHoldUnknownRows: Bool
        package let restatements: [Restatement]
    }
}
