package import BedrockMetering

/// A source object as the ledger knows it.
package struct LedgerObject: Sendable, Hashable {
    package let location: String
    /// The version that was opened last; nil where it never could be told.
    package let version: ObjectVersion?
    /// Of the version that was read to its end last.
    package let counts: EventCounts
    /// Usage lines by day, of the version that was read to its end last.
    package let usageByDay: [UsageDay: Int]
    /// Why it could not be read when it was to be opened last; nil where it was.
    package let failure: String?
    /// Whether ``version`` was read and every day that it holds usage of is in the lake, so that it need
    /// not be read again.
    package let isComplete: Bool
    /// The run that read it last.
    package let run: LedgerRun.ID
}
