extension UsageReport {
    /// The rows as RFC 4180 CSV with a header line; no totals.
    ///
    /// Control characters are written as `\u{1b}`, and a text that a spreadsheet would take for a
    /// formula has an apostrophe put before it.
    public func csv() -> String {
        let columns = query.columns
        var lines = [columns.map(\.name).joined(separator: ",")]
        for row in rows {
            lines.append(columns.map { Self.csv($0.value(of: row)) }.joined(separator: ","))
        }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private static func csv(_ value: ReportColumn.Value) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .real(let number): return String(number)
        case .money(let amount): return amount.description
        case .none: return ""
        case .text(let text):
            var text = TerminalText.visible(text)
            // Spreadsheets of East Asia take the full-width signs as well.
            if let first = text.unicodeScalars.first, "=+-@＝＋－＠".unicodeScalars.contains(first) {
                text = "'" + text
            }
            guard text.utf8.contains(where: { "\",'\r\n".utf8.contains($0) }) else { return text }
            return "\"" + text.doubling("\"") + "\""
        }
    }
}
