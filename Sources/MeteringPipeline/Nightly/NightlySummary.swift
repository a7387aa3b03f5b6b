package import BedrockMetering
package import MeteringLake

/// What a night came to.
package struct NightlySummary: Sendable {
    /// A day that the night was about.
    package struct Day: Sendable {
        package let day: UsageDay
        /// Nil where there was none to make, or it failed.
        package internal(set) var export: ExportJob.Outcome?
        /// What the ingest of the day's export did; nil where there was none.
        package internal(set) var ingest: IngestSummary?
        /// When the day was closed; nil where it stays open.
        package internal(set) var closed: EventTime?
        /// Whether its file was lost, or replaced since it was closed, so that it was done again.
        package internal(set) var wasLost = false
        /// Why it stays open; nil where it does not.
        var hold: NightlyHold?

        init(day: UsageDay) {
            self.day = day
        }

        /// Why the day stays provisional; nil where it is closed.
        package var reason: String? { hold?.text }
    }

    /// What the night found of the ledger.
    package enum LedgerState: String, Sendable {
        case read
        /// There was none, and no lake either.
        case new
        /// There was none beside a lake.
        case missing
        case unreadable
    }

    package struct Failure: Sendable {
        /// Such as `export`.
        package let step: String
        package let day: UsageDay?
        package let error: PipelineError
        /// Whether it was interrupted.
        var isInterruption = false

        /// Whether going on would fail in the same way.
        var endsNight: Bool {
            switch error.code {
            case .usage, .lakeIsHeld: true
            case .notFound: step == "export"
            // What is wrong with a day's file alone is told by the ingest's summary.
            case .damagedLake: step == "ingest"
            case .inputOutput: isInterruption || error.isAccessFailure
            }
        }
    }

    /// The days that were asked for.
    package internal(set) var period: UsagePeriod
    package internal(set) var ledger = LedgerState.read
    package internal(set) var days: [Day]
    /// What the one ingest of a source of all days did; nil where there are exports, or it failed.
    package internal(set) var ingest: IngestSummary?
    /// Whether it is the first night of the lake.
    var isFirst = false
    /// What the log group has from before the first night; nil where that is nothing, or it is no first
    /// night.
    var earlier: EarlierDays?
    /// Days that nights have left undone and that are too long ago for a night to make up.
    package internal(set) var outOfReach: [UsageDay] = []
    package internal(set) var failures: [Failure] = []
    /// Nil where no table was to be registered, or that failed.
    package internal(set) var registration: Registration?
    /// Nil where the night did not come to it, or it failed.
    package internal(set) var verified: [DayVerification]?
    /// Where the chain of facts does not hold, and what lies among them that is none.
    package internal(set) var factBreaks: [FactBreak] = []
    /// How many calls of days that are not closed, or that the night has written to, are in conflict and not
    /// decided.
    package internal(set) var conflicts: [UsageDay: Int] = [:]

    var commands = NightlyCommands()

    init(of period: UsagePeriod) {
        self.period = period
        days = []
    }

    /// Every ingest of the night.
    private var runs: [IngestSummary] { (ingest.map { [$0] } ?? []) + days.compactMap(\.ingest) }

    /// The ingest that was to take all usage of a day; nil where there was none.
    func ingest(of day: Day) -> IngestSummary? { day.ingest ?? ingest }

    /// How many rows the night has added to a day, whichever export had them.
    func records(of day: UsageDay) -> Int {
        runs.flatMap(\.days).reduce(0) { $1.day == day ? $0 + $1.records : $0 }
    }

    /// The days whose files hold what was ingested.
    var written: [UsageDay] { runs.flatMap { $0.days.map(\.day) } }

    /// The days that the night did not come to, or could not export or ingest.
    package var notDone: [UsageDay] { days.filter { ingest(of: $0) == nil }.map(\.day) }

    /// Whether it was interrupted before its end.
    package var isInterrupted: Bool { failures.contains(where: \.isInterruption) }

    /// Whether everything was done and everything was taken.
    package var isClean: Bool {
        failures.isEmpty && outOfReach.isEmpty && runs.allSatisfy(\.isClean)
            && (verified ?? []).allSatisfy(\.findings.isEmpty) && factBreaks.isEmpty
            && conflicts.isEmpty
    }

    /// The exit code of a command that ends with this: that of the first failure, else 65 where something
    /// was not taken.
    package var exitCode: Int32 {
        failures.first?.error.exitCode ?? (isClean ? 0 : 65)
    }

    /// A few lines for people.
    package func text() -> String {
        var lines: [String] = []
        switch ledger {
        case .read, .new: break
        case .missing, .unreadable:
            lines.append(
                "the ledger was \(ledger.rawValue): days since the first export or file of the last "
                    + "\(NightlyPlan.reach) days are made up; those that are closed stay so")
        }
        if days.isEmpty { lines.append("nothing to do: all days are closed") }
        if let ingest {
            lines.append(
                "source: \(Counted.text(ingest.records, "new record", "new records")), "
                    + Self.losses(of: ingest))
        }
        lines += days.map { "\($0.day): \(text(of: $0))" }
        lines += Set(written).subtracting(days.map(\.day)).sorted().compactMap { day in
            let changes = changes(of: day)
            return changes.isEmpty ? nil : "\(day): \(changes.joined(separator: "; "))"
        }
        lines += runs.flatMap(\.takenOverLines)
        lines += runs.flatMap(\.failures).map { "not taken: \($0)" }
        if runs.contains(where: { $0.openRejects > 0 }) {
            lines.append("\(commands.command("rejects")) names the rejected lines")
        }
        lines += conflicts.sorted { $0.key < $1.key }.map { day, calls in
            "\(day): \(Counted.text(calls, "call", "calls")) in conflict: "
                + commands.command("conflicts", "--day", "\(day)")
        }
        let ambiguous = runs.reduce(0) { $0 + $1.duplicates.ambiguous }
        if ambiguous > 0 {
            lines.append(IngestSummary.ambiguousRemark(ambiguous))
        }
        if let registration {
            lines.append("table: \(registration.outcome)")
        }
        if let verified, !days.isEmpty {
            let differing = Set(verified.filter { !$0.findings.isEmpty }.map(\.day)).count
            let all = Set(verified.map(\.day)).count
            lines.append("days verified: \(all), \(differing) not as recorded")
            lines += verified.filter { !$0.findings.isEmpty }.map { day in
                day.isOfAnotherWriter
                    ? "not taken: \(day.text)"
                    : "not as recorded: \(day.text); "
                        + "\(commands.command("rebuild", "--day", "\(day.day)")) makes it again"
            }
        }
        lines += factBreaks.map { "facts: \($0.text)" }
        switch earlier {
        case .missing(let days, let command):
            lines.append(
                "this is the first night of this lake; the log group may have \(Self.dates(days)), "
                    + "and the lake does not; \(command) makes them up")
        case .unknown(let reason):
            lines.append(
                "this is the first night of this lake; whether the log group has earlier days is not "
                    + "known: \(reason); meter-etl nightly --backfill makes days up, as its --help shows"
            )
        case nil: break
        }
        if let first = outOfReach.first, let last = outOfReach.last {
            lines.append(
                "out of reach: \(Self.dates(outOfReach)); "
                    + "\(commands.backfill(first, last)) makes them up, "
                    + "\(commands.command("close", "--day", "\(first)", "--force")) gives up a day")
        }
        if !notDone.isEmpty {
            lines.append("not done: \(notDone.map { "\($0)" }.joined(separator: ", "))")
        }
        lines += failures.map { failure in
            "\(failure.step)\(failure.day.map { " of \($0)" } ?? "") failed: \(failure.error)"
        }
        return TerminalText.lines(lines)
    }

    /// Days in their order, those that follow each other by the first and the last.
    private static func dates(_ days: [UsageDay]) -> String {
        var stretches: [(first: UsageDay, last: UsageDay)] = []
        for day in days {
            if let last = stretches.last?.last, last.advanced(by: 1) == day {
                stretches[stretches.count - 1].last = day
            } else {
                stretches.append((day, day))
            }
        }
        return stretches.map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }
            .joined(separator: ", ")
    }

    private func text(of day: Day) -> String {
        var parts: [String] = []
        if let export = day.export {
            parts.append(
                (export.isResumed ? "export found" : "exported")
                    + (export.window.isWhole ? "" : ", too early to be whole")
                    + (day.ingest.map { ", \(Self.losses(of: $0))" } ?? ""))
        }
        if isEmpty(day.day) {
            parts.append("no usage")
        } else if ingest(of: day) != nil, records(of: day.day) == 0 {
            parts.append("0 new records")
        }
        if day.wasLost {
            parts.append(
                isAsRecorded(day.day)
                    ? "its file was lost or replaced, and was made again"
                    : "its file was lost or replaced, and is not as it was")
        }
        parts += changes(of: day.day)
        if day.closed != nil { parts.append("closed") }
        if let reason = day.reason { parts.append("provisional: \(reason)") }
        return parts.joined(separator: "; ")
    }

    /// What an ingest could not take.
    private static func losses(of ingest: IngestSummary) -> String {
        "\(Counted.text(ingest.counts.rejected, "rejected line", "rejected lines"))"
            + "\(ingest.settledRemark), "
            + Counted.text(ingest.failures.count, "failure", "failures")
    }

    /// What the night has changed in a day.
    private func changes(of day: UsageDay) -> [String] {
        let records = records(of: day)
        return (records > 0 ? [Counted.text(records, "new record", "new records")] : [])
            + (runs.contains { $0.restated.contains(day) } ? ["restated"] : [])
    }

    /// Whether verification has found the day as it should be.
    private func isAsRecorded(_ day: UsageDay) -> Bool {
        let found = (verified ?? []).filter { $0.day == day }
        return !found.isEmpty && found.allSatisfy(\.findings.isEmpty)
    }

    /// The days of the log group that the lake lacks, as JSON; null where that is not known.
    private var earlierJSON: String {
        switch earlier {
        case .missing(let days, _): JSONText.array(days.map { JSONText.quoted("\($0)") })
        case .unknown: "null"
        case nil: "[]"
        }
    }

    /// Whether the day has no usage.
    private func isEmpty(_ day: UsageDay) -> Bool {
        verified?.contains { $0.day == day && $0.file.isEmpty } == true
    }

    fileprivate static func json(of ingest: IngestSummary?) -> String {
        ingest.map { JSONText.object($0.members) } ?? "null"
    }

    /// One JSON object.
    package func json() -> String {
        JSONText.document([
            ("clean", String(isClean)), ("ledger", JSONText.quoted(ledger.rawValue)),
            ("ingest", Self.json(of: ingest)),
            ("days", JSONText.array(days.map { $0.json(records: records(of: $0.day)) })),
            ("out_of_reach", JSONText.array(outOfReach.map { JSONText.quoted("\($0)") })),
            ("not_in_lake", earlierJSON),
            ("not_done", JSONText.array(notDone.map { JSONText.quoted("\($0)") })),
            ("table", registration?.json() ?? "null"),
            ("verified", JSONText.array((verified ?? []).map { $0.json() })),
            ("fact_breaks", JSONText.array(factBreaks.map { JSONText.quoted($0.text) })),
            (
                "conflicts",
                JSONText.array(
                    conflicts.sorted { $0.key < $1.key }.map { day, calls in
                        JSONText.object([
                            ("date", JSONText.quoted("\(day)")), ("calls", String(calls)),
                        ])
                    })
            ),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ])
    }
}

extension NightlySummary.Day {
    fileprivate func json(records: Int) -> String {
        JSONText.object([
            ("date", JSONText.quoted("\(day)")), ("records", String(records)),
            ("export", export?.json() ?? "null"), ("ingest", NightlySummary.json(of: ingest)),
            ("closed_at", closed.map { JSONText.quoted("\($0)") } ?? "null"),
            ("file_was_lost", String(wasLost)),
            ("provisional_because", reason.map { JSONText.quoted($0) } ?? "null"),
        ])
    }
}

extension NightlySummary.Failure {
    fileprivate func json() -> String {
        JSONText.object([
            ("step", JSONText.quoted(step)),
            ("date", day.map { JSONText.quoted("\($0)") } ?? "null"),
            ("exit_code", String(error.exitCode)), ("reason", JSONText.quoted("\(error)")),
        ])
    }
}
