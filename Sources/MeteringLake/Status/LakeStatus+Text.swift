internal import BedrockMetering

extension LakeStatus {
    /// An aligned table, and under it what was restated and what is amiss.
    package func table() -> String {
        var table = TextTable([
            "date", "rows", "total_tokens", "state", "changed", "rejects", "conflicts",
        ])
        table.alignsRight = [1, 2, 5, 6]
        for day in days {
            table.rows.append([
                "\(day.day)", day.totals.map { "\($0.requests)" } ?? "?",
                day.totals.map { "\($0.total)" } ?? "?", day.stateText,
                day.recorded.map { $0.changed.secondsText } ?? "?",
                day.recorded.map { "\($0.rejects)" } ?? "?",
                day.conflicts.map { "\($0)" } ?? "?",
            ])
        }
        var remarks = otherFiles.compactMap { other in other.summary.map { "\(other.day): \($0)" } }
        if ledgerFailure == nil {
            remarks = days.flatMap { $0.remarks(in: lake) } + remarks
            remarks.append(
                Counted.text(openRejects, "rejected line is open", "rejected lines are open"))
        }
        if identity == .record {
            remarks.insert(
                "calls are told apart by the whole record, as the lake was made so", at: 0)
        }
        guard !remarks.isEmpty else { return table.text() }
        return table.text() + TerminalText.lines([""] + remarks)
    }

    /// One JSON object.
    package func json() -> String {
        JSONText.document([
            ("ledger", JSONText.quoted(ledgerState)),
            ("identity", JSONText.quoted(identity.rawValue)),
            ("days", JSONText.array(days.map { $0.json() })),
            ("other_files", JSONText.array(otherFiles.map { $0.json() })),
            ("fact_breaks", JSONText.array(factBreaks.map { JSONText.quoted($0.text) })),
            ("open_rejects", ledgerFailure == nil ? String(openRejects) : "null"),
        ])
    }
}

extension LakeStatus {
    private var ledgerState: String {
        guard let ledgerFailure else { return "read" }
        return ledgerFailure.code == .notFound ? "missing" : "unreadable"
    }
}

extension LakeStatus.Day {
    fileprivate var stateText: String {
        finality.restatements > 0 ? "\(state), restated" : state
    }

    fileprivate func remarks(in lake: String) -> [String] {
        var remarks = restatements.compactMap(\.sentence).map { "\(day) \($0)" }
        if case .unknown(let reason) = finality {
            remarks.append("\(day): how final it is is not known here: \(reason)")
        }
        if let conflictsRemark { remarks.append(conflictsRemark) }
        guard let recorded else {
            return remarks + ["\(day): the ledger does not know this day"]
        }
        if !recorded.isUnchanged {
            let verify = ShellWord.command(["verify", "--day", "\(day)"], lake: lake)
            remarks.append("\(day): the file is not what the ledger says; \(verify) says more")
        }
        return remarks
    }

    fileprivate func json() -> String {
        var members = [
            ("date", JSONText.quoted(day.description)),
            ("rows", totals.map { String($0.requests) } ?? "null"),
            ("total_tokens", totals.map { String($0.total) } ?? "null"),
            ("state", JSONText.quoted(state)),
            ("closed_at", finality.closed.map { JSONText.quoted("\($0)") } ?? "null"),
            ("file_as_closed", String(isAsClosed)),
            ("conflicts", conflicts.map { String($0) } ?? "null"),
            ("restatements", JSONText.array(restatements.compactMap { $0.json() })),
        ]
        if let recorded {
            members += [
                ("changed_at", JSONText.quoted("\(recorded.changed)")),
                ("rejects", String(recorded.rejects)),
                ("ambiguous", String(recorded.ambiguous)),
                ("file_as_recorded", String(recorded.isUnchanged)),
                ("may_hold_unknown_rows", String(recorded.mayHoldUnknownRows)),
            ]
        }
        return JSONText.object(members)
    }
}

extension RecordedFact {
    /// `restated at 2025-12-09T12:00:00Z by ingest: acme, nova-lite +1 call, +15 tokens`.
    fileprivate var sentence: String? {
        guard case .dayRestated(let restatement) = fact.content else { return nil }
        let changes = restatement.changes.map { change in
            let model = change.model.map { ", \($0.rawValue)" } ?? ""
            return "\(change.tenant.rawValue)\(model) "
                + "\(Counted.change(change.difference.requests, "call", "calls")), "
                + Counted.change(change.difference.total, "token", "tokens")
        }
        let what = changes.isEmpty ? "no sum changed" : changes.joined(separator: "; ")
        return "restated at \(fact.time.secondsText) by "
            + "\(restatement.reason): \(what)"
    }

    fileprivate func json() -> String? {
        guard case .dayRestated(let restatement) = fact.content else { return nil }
        let differences = restatement.changes.map { FactCodec.json($0.key, $0.difference) }
        return JSONText.object([
            ("at", JSONText.quoted("\(fact.time)")),
            ("by", JSONText.quoted(restatement.reason)),
            ("fact", String(fact.sequence)), ("run", run.map { String($0) } ?? "null"),
            ("differences", JSONText.array(differences)),
        ])
    }
}

extension EventTime {
    /// `2025-12-07T01:23:45Z`.
    var secondsText: String { "\(description.prefix(19))Z" }
}
