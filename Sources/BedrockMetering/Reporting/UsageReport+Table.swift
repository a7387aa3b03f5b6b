extension UsageReport {
    /// An aligned table with a totals row and, where it is so, the zone that is not UTC, and what was
    /// read of log objects.
    ///
    /// Names are shortened to 48 cells; JSON and CSV have them whole.
    public func table() -> String {
        let columns = query.columns
        var cells = [columns.map(\.name)]
        cells += rows.map { row in columns.map { Self.cell($0.value(of: row)) } }
        cells.append(
            columns.enumerated().map { index, column in
                index == 0 ? "total" : Self.cell(column.total(of: self))
            }
        )
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
        lines.insert(rule, at: lines.count - 1)
        lines.insert(rule, at: 1)
        if query.zone != .utc { lines += ["", "Days and hours are those of \(query.zone)."] }
        if let counts = self.lines { lines += ["", Self.sentence(counts)] }
        if let days, !days.isEmpty { lines += [""] + Self.footnotes(days) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Which days are provisional and which are closed, those that were restated with how often.
    private static func footnotes(_ days: [Day]) -> [String] {
        [Day.State.provisional, .closed].compactMap { state in
            let days = days.filter { $0.state == state }
            if days.isEmpty { return nil }
            return "\(state.rawValue): \(ranges(days).joined(separator: ", "))"
        }
    }

    /// The days, those in a row that were restated as often put together.
    private static func ranges(_ days: [Day]) -> [String] {
        var ranges: [(first: Day, last: Day)] = []
        for day in days {
            if let last = ranges.last?.last, last.day.advanced(by: 1) == day.day,
                last.restatements == day.restatements
            {
                ranges[ranges.count - 1].last = day
            } else {
                ranges.append((day, day))
            }
        }
        return ranges.map { first, last in
            var text = first.day.description
            if first.day < last.day { text += " to \(last.day)" }
            if first.restatements > 0 { text += " (restated \(times(first.restatements)))" }
            return text
        }
    }

    private static func times(_ count: Int) -> String {
        count == 1 ? "once" : "\(count) times"
    }

    private static let maximumNameWidth = 48

    private static func cell(_ value: ReportColumn.Value) -> String {
        switch value {
        case .text(let text):
            TerminalText.shortened(TerminalText.visible(text), to: maximumNameWidth)
        case .integer(let number): grouped(number)
        case .real(let number): oneDecimal(number)
        case .money(let amount): amount.rounded(toDecimals: 4)
        case .none: ""
        }
    }

    private static func padded(_ text: String, to width: Int, atEnd: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - TerminalText.width(text)))
        return atEnd ? text + spaces : spaces + text
    }

    /// `1,234,567`.
    private static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    private static func oneDecimal(_ number: Double) -> String {
        let tenths = (number.magnitude * 10).rounded()
        guard tenths < 0x1p62 else { return String(number) }
        let sign = number < 0 && tenths > 0 ? "-" : ""
        return "\(sign)\(grouped(Int64(tenths) / 10)).\(Int64(tenths) % 10)"
    }

    private static func sentence(_ counts: LineCounts) -> String {
        func number(_ count: Int) -> String { grouped(Int64(count)) }
        var text =
            "\(number(counts.events.events)) events in \(number(counts.objects)) objects: "
            + "\(number(counts.records)) records, "
            + "\(number(counts.duplicates.duplicates)) duplicates"
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
            text += "; \(number(counts.failedObjects)) objects could not be read"
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
