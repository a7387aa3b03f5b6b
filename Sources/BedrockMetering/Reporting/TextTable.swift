/// Rows of text under headings, aligned. Cells are made visible here, wherever they come from.
package struct TextTable {
    private let headings: [String]
    package var rows: [[String]] = []
    /// Rows below a second rule.
    package var totals: [[String]] = []
    /// The columns of numbers.
    package var alignsRight: Set<Int> = []

    package init(_ headings: [String]) {
        self.headings = headings
    }

    /// Every row on a line.
    package func text() -> String {
        let cells = ([headings] + rows + totals).map { $0.map(TerminalText.visible) }
        let widths = headings.indices.map { column in
            cells.map { TerminalText.width($0[column]) }.max() ?? 0
        }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        var lines = cells.map { row in
            headings.indices.map { column in
                let spaces = String(
                    repeating: " ", count: widths[column] - TerminalText.width(row[column]))
                return alignsRight.contains(column) ? spaces + row[column] : row[column] + spaces
            }.joined(separator: "  ").trimmingTrailingSpaces()
        }
        if !totals.isEmpty { lines.insert(rule, at: lines.count - totals.count) }
        lines.insert(rule, at: 1)
        return TerminalText.lines(lines)
    }
}

extension String {
    /// By scalars, since a mark makes one character of itself and the space before it.
    fileprivate func trimmingTrailingSpaces() -> String {
        var scalars = unicodeScalars
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
}
