package import BedrockMetering
package import MeteringLake

/// What an ingest inside Athena did.
package struct AthenaIngestSummary: Sendable {
    package struct Day: Sendable, Hashable {
        package var rowsBefore: Int64 = 0
        package var rows: Int64 = 0
        /// As Athena writes it.
        package var totalTokens = "0"
    }

    package struct Reject: Sendable, Hashable {
        package let object: String
        package let reason: String
        package let lines: Int64
    }

    /// Lines by what became of them; see ``AthenaIngest``.
    package private(set) var lines: [String: Int64] = [:]
    package private(set) var rejects: [Reject] = []
    /// The days that hold usage of the source.
    package private(set) var days: [UsageDay: Day] = [:]
    /// Objects of the source that Athena reads nothing of.
    package internal(set) var failures: [ObjectFailure] = []
    /// What was left undone after the days were replaced.
    package internal(set) var warnings: [String] = []
    /// What Athena bills by.
    package internal(set) var bytesScanned: Int64 = 0
    /// Calls of which versions contradict each other, new ones or one in the table.
    package private(set) var conflicts: Int64 = 0
    private(set) var daysWithRecords: Set<UsageDay> = []

    private static let fates: Set<String> = ["record", "outside_period", "foreign", "rejected"]

    /// Lines of all kinds.
    package var events: Int64 { lines.values.reduce(0, +) }
    /// Rows that the table did not have before.
    package var records: Int64 { days.values.reduce(0) { $0 + $1.rows - $1.rowsBefore } }
    /// Usage lines of the period that made no row.
    package var duplicates: Int64 { count("record") - records }
    package var rejected: Int64 { count("rejected") }

    /// Whether every line and every object was taken, and no versions of a call contradict each other.
    package var isClean: Bool { rejected == 0 && conflicts == 0 && failures.isEmpty }

    private func count(_ fate: String) -> Int64 { lines[fate] ?? 0 }

    /// Takes what a statement has answered.
    mutating func take(
        _ answer: AnswerTable, of step: IngestStatement.Step
    ) throws(UnreadableAnswer) {
        switch step {
        case .countFates:
            for row in answer.rows {
                let fate = try row.text("fate")
                guard Self.fates.contains(fate) else { throw UnreadableAnswer() }
                lines[fate, default: 0] += try row.count("events")
                if fate == "record" { daysWithRecords.insert(try row.day("usage_date")) }
            }
        case .listRejects:
            for row in answer.rows {
                rejects.append(
                    Reject(
                        object: try row.text("object"), reason: try row.text("reason"),
                        lines: try row.count("lines")))
            }
        case .countRows:
            for row in answer.rows {
                days[try row.day("usage_date"), default: Day()].rowsBefore =
                    try row.count("row_count")
            }
        case .countConflicts:
            for row in answer.rows { conflicts += try row.count("calls") }
        case .countRowsAgain:
            for row in answer.rows {
                let day = try row.day("usage_date")
                days[day, default: Day()].rows = try row.count("row_count")
                days[day, default: Day()].totalTokens = try row.digits("total_tokens")
            }
        default: break
        }
    }

    /// A few lines for people.
    package func text() -> String {
        var lines = [
            "\(Counted.text(events, "event", "events")): "
                + "\(Counted.text(records, "new record", "new records")), "
                + "\(Counted.text(duplicates, "duplicate", "duplicates")), "
                + "\(Counted.digits(count("foreign"))) foreign, "
                + "\(Counted.digits(rejected)) rejected, "
                + "\(Counted.digits(count("outside_period"))) outside the period"
        ]
        for (day, entry) in days.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "\(day): \(Counted.text(entry.rows, "row", "rows")), "
                    + "\(entry.totalTokens) \(entry.totalTokens == "1" ? "token" : "tokens")")
        }
        if conflicts > 0 {
            let calls = Counted.text(conflicts, "call", "calls")
            lines.append("\(calls) in conflict; the larger version stays")
        }
        lines.append("Athena read \(Counted.text(bytesScanned, "byte", "bytes"))")
        return TerminalText.lines(lines)
    }

    /// One JSON object.
    package func json() -> String {
        let days = days.sorted { $0.key < $1.key }.map { day, entry in
            JSONText.object([
                ("date", JSONText.quoted("\(day)")), ("rows", "\(entry.rows)"),
                ("total_tokens", entry.totalTokens),
            ])
        }
        return JSONText.document([
            ("failed_objects", "\(failures.count)"), ("events", "\(events)"),
            ("records", "\(records)"), ("duplicates", "\(duplicates)"),
            ("conflicts", "\(conflicts)"),
            ("foreign", "\(count("foreign"))"), ("rejected", "\(rejected)"),
            ("outside_period", "\(count("outside_period"))"), ("days", JSONText.array(days)),
            ("bytes_scanned", "\(bytesScanned)"),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ])
    }
}
