/// What whoever read the input has to say, as lines for people.
extension ReportNotes {
    private static let maximumTenants = 10

    /// In the order in which they are shown.
    func lines(of query: UsageQuery) -> [ReportNote] {
        dayLines(query.zone == .utc ? "" : " (UTC days)") + tenantLines + countLines
            + unread.map {
                ReportNote("not read: \($0.location): \($0.reason)", isDoubt: true)
            }
            + inDoubt.map {
                ReportNote("in doubt: \($0.location): \($0.reason)", isDoubt: true)
            }
            + elsewhereLines
    }

    private func dayLines(_ zone: String) -> [ReportNote] {
        var lines: [ReportNote] = []
        if !missing.isEmpty {
            lines.append(
                ReportNote("no data: \(DayRanges.text(missing))\(zone)", isDoubt: true))
        }
        if !pending.isEmpty {
            lines.append(
                ReportNote(
                    "no data yet: \(DayRanges.text(pending))\(zone); exports are final 12 hours "
                        + "after a day has ended"))
        }
        if let daysOfLake {
            lines.append(
                ReportNote(
                    daysOfLake.isEmpty
                        ? "the lake has no days" : "the lake has \(DayRanges.text(daysOfLake))"))
        }
        return lines
    }

    private var elsewhereLines: [ReportNote] {
        guard !changedElsewhere.isEmpty else { return [] }
        return [
            ReportNote(
                "changed since this machine recorded them, as by another machine's run: "
                    + "\(DayRanges.text(changedElsewhere)); nothing of them is lost")
        ]
    }

    private var tenantLines: [ReportNote] {
        guard !unknownTenants.isEmpty else { return [] }
        let shown = tenantsOfPeriod.prefix(Self.maximumTenants).map {
            TerminalText.name($0.rawValue)
        }
        let others = tenantsOfPeriod.count - shown.count
        let known =
            shown.isEmpty
            ? "these days have no tenants"
            : "tenants of these days: \(shown.joined(separator: ", "))"
                + (others > 0 ? " and \(Counted.digits(others)) more" : "")
        return unknownTenants.map {
            ReportNote("unknown tenant: \(TerminalText.name($0.rawValue))")
        } + [ReportNote(known)]
    }

    private var countLines: [ReportNote] {
        var lines: [ReportNote] = []
        if let rejects = counts.rejects, rejects > 0 { lines.append(rejectLine(rejects)) }
        if let conflicts = counts.conflicts, conflicts > 0 {
            lines.append(
                ReportNote(
                    "\(Counted.text(conflicts, "call", "calls")) in conflict"
                        + command("conflicts"), isDoubt: true))
        }
        if !conflictsNotListed.isEmpty {
            lines.append(
                ReportNote(
                    "more calls in conflict, not listed: \(DayRanges.text(conflictsNotListed))"
                        + command("rebuild", "--day", "\(conflictsNotListed[0])"), isDoubt: true))
        }
        if let ambiguous = counts.ambiguous, ambiguous > 0 {
            lines.append(
                ReportNote(
                    "\(Counted.text(ambiguous, "ambiguous call", "ambiguous calls")), taken for "
                        + "repeats: equal lines without a request id"))
        }
        if let countsNotKnown {
            lines.append(
                ReportNote("\(unknownCounts): not known here: \(countsNotKnown)"))
        }
        if rejectFiles > 0 {
            lines.append(
                ReportNote(
                    "\(Counted.text(rejectFiles, "file", "files")) of rejected lines in _rejected; "
                        + "which lines are open is not known here", isDoubt: true))
        }
        return lines
    }

    private func rejectLine(_ rejects: Int) -> ReportNote {
        let one: String
        let many: String
        if lake == nil {
            one = "line was rejected and is not in the report"
            many = "lines were rejected and are not in the report"
        } else {
            one = "rejected line is open on these days"
            many = "rejected lines are open on these days"
        }
        return ReportNote(Counted.text(rejects, one, many) + command("rejects"), isDoubt: true)
    }

    /// What shows more of it; nothing where the rows are of no lake.
    private func command(_ words: String...) -> String {
        lake.map { ": \(ShellWord.command(words, lake: $0))" } ?? ""
    }

    /// What is not known of ``counts``.
    private var unknownCounts: String {
        let names = [
            (counts.rejects, "rejected lines"), (counts.conflicts, "conflicts"),
            (counts.ambiguous, "ambiguous calls"),
        ].filter { $0.0 == nil }.map(\.1)
        guard let last = names.last, names.count > 1 else { return names.first ?? "counts" }
        return names.dropLast().joined(separator: ", ") + " and \(last)"
    }
}
