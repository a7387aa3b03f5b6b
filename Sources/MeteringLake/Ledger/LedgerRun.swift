package import BedrockMetering

/// One run of a job that changes the lake.
package struct LedgerRun: Sendable, Hashable {
    /// From 1, in the order of their beginnings.
    package typealias ID = Int64

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case ingest, replay, rebuild, convert, decide
    }

    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Everything was taken.
        case complete
        /// Some lines, objects or days were not taken, and everything else was.
        case partial
        /// Ended in an error before anything was recorded.
        case failed
        /// Never ended; what it had put into the lake, a later run found there.
        case interrupted
    }

    package let number: ID
    package let kind: Kind
    package let started: EventTime
    /// Nil while it is under way, and for ever where it was interrupted.
    package let ended: EventTime?
    package let outcome: Outcome?
    package let counts: Counts

    /// What a run's summary counts.
    package struct Counts: Sendable, Hashable {
        /// Objects that were read to their end.
        package var objects = 0
        /// Objects that were known, and not opened.
        package var skippedObjects = 0
        package var failedObjects = 0
        package var events = EventCounts()
        /// Rows that the lake did not have before.
        package var records = 0
        package var duplicates = DuplicateCounts()
        /// Records of days that could not be written.
        package var uncommitted = 0

        package init() {}

        /// - Parameter openRejects: rejected lines of which nobody has decided, and which were not taken back
        ///   in.
        package func outcome(openRejects: Int) -> Outcome {
            failedObjects == 0 && openRejects == 0 && uncommitted == 0 ? .complete : .partial
        }
    }
}
