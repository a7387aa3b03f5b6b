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
                day.recorded?.conflicts.map { "\($0)" } ?? "?",
            ])
        }
        var remarks = otherFiles.compactMap { other in other.summary.map { "\(other.day): \($0)" } }
        if ledgerFailure == nil {
            remarks = days.flatMap(\.remarks) + remarks + ["\(openRejects) rejected lines are open"]
        }
        guard !remarks.isEmpty else { return table.text() }
        return table.text() + "\n" + remarks.map { $0 + "\n" }.joined()
    }

    /// One JSON object.
    package func json() -> String {
        JSONText.object([
            ("ledger", JSONText.quoted(ledgerState)),
            ("days", JSONText.array(days.map { $0.json() })),
            ("other_files", JSONText.array(otherFiles.map { $0.json() })),
            ("open_rejects", ledgerFailure == nil ? String(openRejects) : "null"),
        ]) + "\n"
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
        recorded?.restatements.isEmpty == false ? "\(state), restated" : state
    }

    fileprivate var remarks: [String] {
        guard let recorded else { return ["\(day): the ledger does not know this day"] }
        var remarks = recorded.restatements.map { "\(day) \($0.sentence)" }
        if let remark = recorded.conflictsRemark { remarks.append(remark) }
        if !recorded.isUnchanged {
            remarks.append("\(day): the file is not what the ledger says; see meter-etl verify")
        }
        return remarks
    }

    fileprivate func json() -> String {
        var members = [
            ("date", JSONText.quoted(day.description)),
            ("rows", totals.map { String($0.requests) } ?? "null"),
            ("total_tokens", totals.map { String($0.total) } ?? "null"),
            ("state", JSONText.quoted(state)),
        ]
        if let recorded {
            members += [
                ("closed_at", recorded.closed.map { JSONText.quoted("\($0)") } ?? "null"),
                ("changed_at", JSONText.quoted("\(recorded.changed)")),
                ("rejects", String(recorded.rejects)),
                ("conflicts", recorded.conflicts.map { String($0) } ?? "null"),
                ("file_as_recorded", String(recorded.isUnchanged)),
                ("may_hold_unknown_rows", String(recorded.mayHoldUnknownRows)),
                ("restatements", JSONText.array(recorded.restatements.map { $0.json() })),
            ]
        }
        return JSONText.object(members)
    }
}

extension Restatement {
    /// `restated at 2025-12-09T12:00:00Z by ingest: acme +1 calls, +15 tokens`.
    fileprivate var sentence: String {
        let changes = differences.map { entry in
            let change = entry.difference
            return "\(TerminalText.visible(entry.tenant.rawValue)) \(Self.signed(change.requests)) "
                + "calls, \(Self.signed(change.total)) tokens"
        }
        let what = changes.isEmpty ? "no sum changed" : changes.joined(separator: "; ")
        return "restated at \(time.secondsText) by \(reason.rawValue): \(what)"
    }

    private static func signed(_ number: some SignedInteger) -> String {
        number < 0 ? "\(number)" : "+\(number)"
    }

    fileprivate func json() -> String {
        let differences = differences.map { entry in
            let change = entry.difference
            return JSONText.object([
                ("tenant_id", JSONText.quoted(entry.tenant.rawValue)),
                ("request_count", String(change.requests)),
                ("input_tokens", String(change.input)),
                ("output_tokens", String(change.output)),
                ("total_tokens", String(change.total)),
                ("cache_read_input_tokens", String(change.cacheRead)),
                ("cache_write_input_tokens", String(change.cacheWrite)),
            ])
        }
        return JSONText.object([
            ("at", JSONText.quoted("\(time)")), ("by", JSONText.quoted(reason.rawValue)),
            ("run", String(run)), ("differences", JSONText.array(differences)),
        ])
    }
}

extension EventTime {
    /// `2025-12-07T01:23:45Z`.
    var secondsText: String { "\(description.prefix(19))Z" }
}
