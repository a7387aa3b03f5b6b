extension UsageReport {
    /// An aligned table with totals and, under it, the zone where that is not UTC, what was read of log
    /// objects, and what else is to be said of the rows.
    ///
    /// Where a limit has cut rows off there are two totals, of the rows and of all. Names are shortened
    /// to 48 cells; JSON and CSV have them whole.
    public func table() -> String {
        let columns = query.columns
        let body = rows.map { row in columns.map { Self.cell($0.value(of: row)) } }
        let totals = totalRows
        let cells = [columns.map(\.name)] + body + totals
        let widths = columns.indices.map { column in
            cells.map { TerminalText.width($0[column]) }.max() ?? 0
        }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        var lines = cells.map { row in
            columns.indices.map { column in
                Self.padded(
                    row[column], to: widths[column],
                    atEnd: columns[column].isKey && columns[column] != .hour
                )
            }.joined(separator: "  ").trimmingTrailingSpaces()
        }
        lines.insert(rule, at: lines.count - totals.count)
        lines.insert(rule, at: 1)
        if query.zone != .utc { lines += ["", "Days and hours are those of \(query.zone)."] }
        if let counts = self.lines { lines += ["", Self.sentence(counts)] }
        let notes = noteLines
        if !notes.isEmpty { lines += [""] + notes.map(\.text) }
        return lines.map { $0 + "\n" }.joined()
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

    static let maximumNameWidth = 48

    private static func cell(_ value: ReportColumn.Value) -> String {
        switch value {
        case .text(let text):
            TerminalText.shortened(TerminalText.visible(text), to: maximumNameWidth)
        case .integer(let number): Counted.digits(number)
        case .real(let number): oneDecimal(number)
        case .money(let amount): amount.rounded(toDecimals: 4)
        case .none: ""
        }
    }

    private static func padded(_ text: String, to width: Int, atEnd: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - TerminalText.width(text)))
        return atEnd ? text + spaces : spaces + text
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

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var scalars = unicodeScalars
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
}
