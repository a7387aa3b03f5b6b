public import BedrockMetering
public import MeteringLake

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
    /// How many of the rejected lines are open: neither written off nor taken back in before.
    public internal(set) var openRejects = 0
    /// Where the first 100 of those were found, in the order of objects and lines; the lake's ledger knows
    /// all.
    public internal(set) var rejects: [Reject] = []
    /// Files of other writers in the lake's partitions whose rows are in day files now.
    public internal(set) var takenOver: [TakenOverFile] = []
    /// Closed days that have changed.
    public internal(set) var restated: [UsageDay] = []
    /// What went wrong and was mended, such as a damaged ledger.
    public internal(set) var warnings: [String] = []
    /// The lake as it was named, for what is to be done next.
    var lake = ""

    public struct Day: Sendable, Hashable {
        public let day: UsageDay
        /// Rows that the day did not have before.
        public let records: Int
        /// Rows of the whole day.
        public let rows: Int
        /// Total tokens of the whole day.
        public let totalTokens: UInt128
        /// Lines that equal another line of the run and could be other calls; see
        /// `DuplicateCounts.ambiguous`.
        public let ambiguous: Int
    }

    public struct Reject: Sendable, Hashable {
        public let object: String
        public let line: Int
        public let byteOffset: Int
        /// Why, in the words of a `RejectionReason`.
        public let reason: String
    }

    static let namedRejects = 100

    /// Whether every line and every object was taken or decided about, and no two versions of a call
    /// contradict each other.
    public var isClean: Bool {
        openRejects == 0 && failures.isEmpty && duplicates.conflicts == 0
    }

    /// One JSON object.
    public func json() -> String { JSONText.document(members) }

    var members: [(name: String, json: String)] {
        let days = days.map {
            "{\"date\": \"\($0.day)\", \"records\": \($0.records), \"rows\": \($0.rows), "
                + "\"total_tokens\": \($0.totalTokens), \"ambiguous\": \($0.ambiguous)}"
        }
        return [
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
            ("open_rejects", String(openRejects)),
            ("uncommitted", String(uncommitted)),
            ("total_mismatches", String(counts.totalMismatches)),
            ("placeholder_ids", String(counts.placeholderIDs)),
            ("days", JSONText.array(days)),
            ("taken_over", JSONText.array(takenOver.map { $0.json() })),
            ("restated", JSONText.array(restated.map { JSONText.quoted("\($0)") })),
            ("failures", JSONText.array(failures.map { $0.json() })),
            ("warnings", JSONText.array(warnings.map { JSONText.quoted($0) })),
        ]
    }

    /// `2 calls in conflict: meter-etl conflicts --lake lake`.
    var conflictsRemark: String {
        "\(Counted.text(duplicates.conflicts, "call", "calls")) in conflict: "
            + ShellWord.command(["conflicts"], lake: lake)
    }

    /// ` (1 written off or taken back in before)`; nothing if all rejected lines are open.
    var settledRemark: String {
        let settled = counts.rejected - openRejects
        guard settled > 0 else { return "" }
        return " (\(Counted.digits(settled)) written off or taken back in before)"
    }

    /// `2 lines equal another one and could be calls of their own`.
    static func ambiguousRemark(_ lines: Int) -> String {
        Counted.text(
            lines, "line equals another one and could be a call of its own",
            "lines equal another one and could be calls of their own")
    }

    /// A few lines for people.
    public func text() -> String {
        var lines = [
            "\(Counted.text(counts.events, "event", "events")) in "
                + "\(Counted.text(objects, "object", "objects")): "
                + "\(Counted.text(records, "new record", "new records")), "
                + "\(Counted.text(duplicates.duplicates, "duplicate", "duplicates")) "
                + "(\(Counted.digits(duplicates.ambiguous)) ambiguous, "
                + "\(Counted.digits(duplicates.conflicts)) in conflict), "
                + "\(Counted.digits(counts.foreign)) foreign, "
                + "\(Counted.digits(counts.rejected)) rejected\(settledRemark)"
        ]
        if skipped > 0 {
            lines.append(
                Counted.text(skipped, "object was", "objects were") + " known and not read again")
        }
        if counts.totalMismatches > 0 {
            lines.append(
                Counted.text(counts.totalMismatches, "total is", "totals are")
                    + " not the sum of the parts")
        }
        if counts.placeholderIDs > 0 {
            let ids = Counted.text(
                counts.placeholderIDs, "request id is a placeholder",
                "request ids are placeholders")
            lines.append("\(ids) such as None, and taken for none")
        }
        if duplicates.ambiguous > 0 {
            lines.append(
                "\(Self.ambiguousRemark(duplicates.ambiguous)); a request_id in the log line tells such lines apart"
            )
        }
        if duplicates.conflicts > 0 { lines.append(conflictsRemark) }
        if uncommitted > 0 {
            lines.append(
                Counted.text(uncommitted, "record", "records") + " could not be written")
        }
        lines += takenOverLines
        for day in days {
            lines.append(
                "\(day.day): \(Counted.text(day.rows, "row", "rows")), "
                    + Counted.text(day.totalTokens, "token", "tokens"))
        }
        for day in restated { lines.append("\(day) was closed, and is restated") }
        return TerminalText.lines(lines)
    }
}
