extension UsageReport {
    /// An aligned table with totals and, under it, the zone where that is not UTC, what was read of log
    /// objects, and what else is to be said of the rows.
    ///
    /// Where a limit has cut rows off there are two totals, of the rows and of all. Names are shortened
    /// to 48 cells; JSON and CSV have them whole.
    public func table() -> String {
        let columns = query.columns
        var table = TextTable(columns.map(\.name))
        table.alignsRight = Set(
            columns.indices.filter { !columns[$0].isKey || columns[$0] == .hour })
        table.rows = rows.map { row in columns.map { Self.cell($0.value(of: row)) } }
        table.totals = totalRows
        var lines: [String] = []
        if query.zone != .utc { lines += ["", "Days and hours are those of \(query.zone)."] }
        if let counts = self.lines { lines += ["", Self.sentence(counts)] }
        let notes = noteLines
        if !notes.isEmpty { lines += [""] + notes.map(\.text) }
        return table.text() + TerminalText.lines(lines)
    }

    /// The total and, where a limit has cut rows off, that of all.
    private var totalRows: [[String]] {
        func row(_ name: String, _ value: (ReportColumn) -> ReportColumn.Value) -> [String] {
            query.columns.enumerated().map { $0 == 0 ? name : Self.cell(value($1)) }
        }
        guard isCut else { return [row("total") { $0.total(of: self) }] }
        let cut = row("total of \(Counted.text(rows.count, "row", "rows"))") { $0.total(of: self) }
        guard let whole else { return [cut] }
        return [cut, row("total of all \(Counted.digits(whole.rows))") { $0.total(of: whole) }]
    }

    private static func cell(_ value: ReportColumn.Value) -> String {
        switch value {
        case .text(let text): TerminalText.name(text)
        case .integer(let number): Counted.digits(number)
        case .real(let number): oneDecimal(number)
        case .money(let amount): amount.rounded(toDecimals: 4)
        case .none: ""
        }
    }

    private static func oneDecimal(_ number: Double) -> String {
        let tenths = (number.magnitude * 10).rounded()
        guard tenths < 0x1p62 else { return String(number) }
        let sign = number < 0 && tenths > 0 ? "-" : ""
        return "\(sign)\(Counted.digits(Int64(tenths) / 10)).\(Int64(tenths) % 10)"
    }

    private static func sentence(_ counts: LineCounts) -> String {
        func number(_ count: Int) -> String { Counted.digits(count) }
        var text =
            "\(Counted.text(counts.events.events, "event", "events")) in "
            + "\(Counted.text(counts.objects, "object", "objects")): "
            + "\(Counted.text(counts.records, "record", "records")), "
            + "\(Counted.text(counts.duplicates.duplicates, "duplicate", "duplicates"))"
        var remarks: [String] = []
        if counts.duplicates.ambiguous > 0 {
            remarks.append("\(number(counts.duplicates.ambiguous)) ambiguous")
        }
        if counts.duplicates.conflicts > 0 {
            remarks.append("\(number(counts.duplicates.conflicts)) in conflict")
        }
        if !remarks.isEmpty { text += " (\(remarks.joined(separator: ", ")))" }
        text += ", \(number(counts.events.foreign)) foreign"
        text += ", \(number(counts.events.rejected)) rejected"
        if counts.outside > 0 { text += ", \(number(counts.outside)) outside the period" }
        if counts.failedObjects > 0 {
            text +=
                "; \(Counted.text(counts.failedObjects, "object", "objects")) could not be read"
        }
        return text + "."
    }
}
