public import BedrockMetering

/// What a run of ``IngestJob`` did.
public struct IngestSummary: Sendable {
    /// Objects that were read to their end.
    public internal(set) var objects = 0
    /// Objects that the ledger knows as they are, which were not opened.
    public internal(set) var skipped = 0
    /// Objects that could not be read, and days that could not be written.
    public internal(set) var failures: [ObjectFailure] = []
    /// How many of the failures are objects.
    public internal(set) var failedObjects = 0
    public internal(set) var counts = EventCounts()
    /// Rows that the lake did not have before.
    public internal(set) var records = 0
    public internal(set) var duplicates = DuplicateCounts()
    /// Distinct records of days that could not be written.
    public internal(set) var uncommitted = 0
    /// The days that the objects hold records of, as they are now.
    public internal(set) var days: [Day] = []
    /// Where rejected lines were found, in the order of objects and lines.
    public internal(set) var rejects: [Reject] = []
    /// Files of other writers in the lake's partitions whose rows are in day files now.
    public internal(set) var takenOver: [TakenOverFile] = []
    /// Closed days that have changed.
    public internal(set) var restated: [UsageDay] = []
    /// What went wrong and was mended, such as a damaged ledger.
    public internal(set) var warnings: [String] = []

    public struct Day: Sendable, Hashable {
        public let day: UsageDay
        /// Rows that the day did not have before.
        public let records: Int
        /// Rows of the whole day.
        public let rows: Int
        /// Total tokens of the whole day.
        public let totalTokens: UInt128
    }

    public struct Reject: Sendable, Hashable {
        public let object: String
        public let line: Int
        public let byteOffset: Int
        public let reason: RejectionReason
    }

    /// Whether every line and every object was taken.
    public var isClean: Bool { counts.rejected == 0 && failures.isEmpty }

    /// One JSON object.
    public func json() -> String {
        let days = days.map {
            "{\"date\": \"\($0.day)\", \"records\": \($0.records), \"rows\": \($0.rows), "
                + "\"total_tokens\": \($0.totalTokens)}"
        }
        let members: [(String, String)] = [
            ("objects", String(objects)),
            ("skipped", String(skipped)),
            ("failed_objects", String(failedObjects)),
            ("events", String(counts.events)),
            ("records", String(records)),
            ("duplicates", String(duplicates.duplicates)),
            ("ambiguous", String(duplicates.ambiguous)),
            ("conflicts", String(duplicates.conflicts)),
            ("foreign", String(counts.foreign)),
            ("rejected", String(counts.rejected)),
            ("uncommitted", String(uncommitted)),
            ("total_mismatches", String(counts.totalMismatches)),
            ("days", "[\(days.joined(separator: ", "))]"),
            ("taken_over", JSONText.array(takenOver.map { $0.json() })),
            ("restated", "[\(restated.map { "\"\($0)\"" }.joined(separator: ", "))]"),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ]
        return "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}\n"
    }

    /// A few lines for people.
    public func text() -> String {
        var lines = [
            "\(counts.events) events in \(objects) objects: \(records) new records, "
                + "\(duplicates.duplicates) duplicates (\(duplicates.ambiguous) ambiguous, "
                + "\(duplicates.conflicts) in conflict), \(counts.foreign) foreign, "
                + "\(counts.rejected) rejected"
        ]
        if skipped > 0 { lines.append("\(skipped) objects were known and not read again") }
        if counts.totalMismatches > 0 {
            lines.append("\(counts.totalMismatches) totals are not the sum of their parts")
        }
        if uncommitted > 0 { lines.append("\(uncommitted) records could not be written") }
        lines += takenOverLines
        for day in days {
            lines.append("\(day.day): \(day.rows) rows, \(day.totalTokens) tokens")
        }
        for day in restated { lines.append("\(day) was closed, and is restated") }
        return lines.map { $0 + "\n" }.joined()
    }
}
