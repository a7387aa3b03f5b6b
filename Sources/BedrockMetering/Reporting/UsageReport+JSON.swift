extension UsageReport {
    /// One JSON object: `version`, `from`, `to`, `granularity` (`hourly`, `daily` or `monthly`), `rows`, `totals`
    /// of these, `all_rows` and `all_totals` of all where a limit has cut rows off, for a report over log
    /// objects `lines`, for one over a lake whose state is known `days`, and `time_zone` where that is
    /// not UTC.
    ///
    /// What else is to be said of the rows is in members of its own, and as sentences in `notes`;
    /// `complete` is false where money is missing or in doubt. Null is what is not known.
    public func json() -> String {
        let granularity =
            switch query.window {
            case .hour: "hourly"
            case .day: "daily"
            case .month: "monthly"
            }
        let columns = query.columns
        let rows = rows.map { row in
            JSONText.object(columns.map { ($0.name, Self.json($0.value(of: row))) })
        }
        var members = [
            ("from", JSONText.quoted(query.period.first.description)),
            ("to", JSONText.quoted(query.period.last.description)),
            ("granularity", JSONText.quoted(granularity)),
            ("rows", rows.isEmpty ? "[]" : "[\n" + rows.joined(separator: ",\n") + "\n]"),
            (
                "totals",
                JSONText.object(
                    columns.filter { !$0.isKey }
                        .map { ($0.name, Self.json($0.total(of: self))) }
                )
            ),
            ("all_rows", whole.map { String($0.rows) } ?? "null"),
            (
                "all_totals",
                whole.map { whole in
                    JSONText.object(
                        columns.filter { !$0.isKey }
                            .map { ($0.name, Self.json($0.total(of: whole))) }
                    )
                } ?? "null"
            ),
        ]
        if query.zone != .utc {
            members.insert(("time_zone", JSONText.quoted(query.zone.identifier)), at: 2)
        }
        if let lines { members.append(("lines", Self.json(lines))) }
        if let days { members.append(("days", JSONText.array(days.map(Self.json)))) }
        return JSONText.document(members + noteMembers)
    }

    private static func json(_ day: Day) -> String {
        JSONText.object([
            ("date", JSONText.quoted(day.day.description)),
            ("state", JSONText.quoted(day.state.rawValue)),
            ("restatements", String(day.restatements)),
        ])
    }

    private static func json(_ lines: LineCounts) -> String {
        JSONText.object(
            [
                ("objects", lines.objects),
                ("failed_objects", lines.failedObjects),
                ("events", lines.events.events),
                ("records", lines.records),
                ("duplicates", lines.duplicates.duplicates),
                ("ambiguous", lines.duplicates.ambiguous),
                ("conflicts", lines.duplicates.conflicts),
                ("foreign", lines.events.foreign),
                ("rejected", lines.events.rejected),
                ("outside_period", lines.outside),
            ].map { ($0.0, String($0.1)) }
        )
    }

    private static func json(_ value: ReportColumn.Value) -> String {
        switch value {
        case .text(let text): JSONText.quoted(text)
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .money(let amount): JSONText.quoted(amount.description)
        case .none: "null"
        }
    }
}
