internal import BedrockMetering

/// Rows of text under headings, aligned.
struct TextTable {
    let headings: [String]
    var rows: [[String]] = []
    /// The columns of numbers.
    var alignsRight: Set<Int> = []

    init(_ headings: [String]) {
        self.headings = headings
    }

    /// Every row on a line.
    func text() -> String {
        let widths = headings.indices.map { column in
            ([headings] + rows).map { TerminalText.width($0[column]) }.max() ?? 0
        }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        var lines = ([headings] + rows).map { row in
            let cells = headings.indices.map { column in
                let spaces = String(
                    repeating: " ", count: widths[column] - TerminalText.width(row[column]))
                return alignsRight.contains(column) ? spaces + row[column] : row[column] + spaces
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        lines.insert(rule, at: 1)
        return lines.map { $0 + "\n" }.joined()
    }
}
