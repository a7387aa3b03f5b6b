package import BedrockMetering

/// What a night came to.
package struct NightlySummary: Sendable {
    /// A day that the night was about.
    package struct Day: Sendable {
        package let day: UsageDay
        /// Nil where there was none to make, or it failed.
        package internal(set) var export: ExportJob.Outcome?
        /// Nil where the day was not ingested.
        package internal(set) var ingest: IngestSummary?
        /// When the day was closed; nil where it stays open.
        package internal(set) var closed: EventTime?

        init(day: UsageDay) {
            self.day = day
        }

        /// Whether all that its exports can hold is in the lake.
        var isTaken: Bool {
            guard let ingest else { return false }
            return ingest.failures.isEmpty && export?.window.isWhole ?? true
        }
    }

    package struct Failure: Sendable {
        /// Such as `export`.
        package let step: String
        package let day: UsageDay?
        package let error: PipelineError
    }

    package internal(set) var days: [Day]
    package internal(set) var failures: [Failure] = []
    /// Nil where no table was to be registered, or that failed.
    package internal(set) var registration: Registration?
    package internal(set) var verified: [DayVerification] = []
    private var runs: [IngestSummary] = []

    init(days: [Day]) {
        self.days = days
    }

    /// Takes what a run has ingested of some of the days.
    mutating func ingested(_ run: IngestSummary, allOf days: Range<Int>) {
        runs.append(run)
        for index in days { self.days[index].ingest = run }
    }

    /// The days whose files hold what was ingested.
    var written: [UsageDay] { runs.flatMap { $0.days.map(\.day) } }

    /// Whether going on would fail in the same way.
    var isHopeless: Bool {
        failures.contains { failure in
            switch failure.error.code {
            case .usage, .lakeIsHeld: true
            case .notFound: failure.step == "export"
            case .inputOutput, .damagedLake: false
            }
        }
    }

    /// Whether everything was done and everything was taken.
    package var isClean: Bool {
        failures.isEmpty && runs.allSatisfy(\.isClean)
            && verified.allSatisfy(\.findings.isEmpty)
    }

    /// The exit code of a command that ends with this: that of the first failure, else 65 where something
    /// was not taken.
    package var exitCode: Int32 {
        failures.first?.error.exitCode ?? (isClean ? 0 : 65)
    }

    /// A few lines for people.
    package func text() -> String {
        var lines: [String] = []
        for day in days {
            var parts: [String] = []
            if let export = day.export {
                parts.append(
                    (export.isResumed ? "export found" : "exported")
                        + (export.window.isWhole ? "" : ", too early to be whole"))
            }
            if let ingest = day.ingest {
                parts.append(
                    "\(ingest.records) new records, \(ingest.counts.rejected) rejected lines, "
                        + "\(ingest.failures.count) failures")
            } else {
                parts.append("not ingested")
            }
            if day.closed != nil { parts.append("closed") }
            lines.append("\(day.day): \(parts.joined(separator: "; "))")
        }
        if let registration {
            lines.append(registration.isChange ? "table: changed" : "table: as it should be")
        }
        let differing = verified.count { !$0.findings.isEmpty }
        lines.append("\(verified.count) days verified, \(differing) not as recorded")
        lines += failures.map { failure in
            "\(failure.step)\(failure.day.map { " of \($0)" } ?? "") failed: \(failure.error)"
        }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }

    /// One JSON object.
    package func json() -> String {
        JSONText.object([
            ("clean", String(isClean)), ("days", JSONText.array(days.map { $0.json() })),
            ("table", registration?.json() ?? "null"),
            ("verified", JSONText.array(verified.map { $0.json() })),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ]) + "\n"
    }
}

extension NightlySummary.Day {
    fileprivate func json() -> String {
        JSONText.object([
            ("date", JSONText.quoted("\(day)")), ("export", export?.json() ?? "null"),
            ("ingest", ingest.map { String($0.json().dropLast()) } ?? "null"),
            ("closed_at", closed.map { JSONText.quoted("\($0)") } ?? "null"),
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
