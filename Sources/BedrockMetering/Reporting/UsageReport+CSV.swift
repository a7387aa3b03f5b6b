extension UsageReport {
    /// The rows as RFC 4180 CSV with a header line; no totals.
    ///
    /// Names are written so that no two of them become one, whatever they hold, and no spreadsheet takes
    /// one for a formula; the article on reports has the rule.
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
        case .text(let text): return CSVText.field(text)
        }
    }
}
