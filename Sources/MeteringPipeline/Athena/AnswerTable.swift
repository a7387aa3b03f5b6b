internal import BedrockMetering

/// Why a cell of an answer is not what it should be. Never says what it holds.
struct UnreadableAnswer: Error {}

/// The rows of an answer by the names of their columns.
struct AnswerTable {
    struct Row {
        fileprivate let cells: [String: String?]

        func text(_ column: String) throws(UnreadableAnswer) -> String {
            guard let cell = cells[column], let text = cell else { throw UnreadableAnswer() }
            return text
        }

        /// A count of lines, rows or calls: as many as there can be, and few enough to be added up.
        func count(_ column: String) throws(UnreadableAnswer) -> Int64 {
            guard let number = Int64(try digits(column)), number <= AnswerTable.maximumCount else {
                throw UnreadableAnswer()
            }
            return number
        }

        /// The digits of a number without a sign, which may be larger than any integer here.
        func digits(_ column: String) throws(UnreadableAnswer) -> String {
            let text = try text(column)
            guard (1...38).contains(text.utf8.count),
                text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { throw UnreadableAnswer() }
            return text
        }

        func day(_ column: String) throws(UnreadableAnswer) -> UsageDay {
            guard let day = UsageDay(try text(column)) else { throw UnreadableAnswer() }
            return day
        }
    }

    /// 2^36, with which the counts of as many rows as an answer can have add up to a number.
    fileprivate static let maximumCount: Int64 = 1 << 36

    let rows: [Row]

    init(_ answer: AthenaRunner.Answer) {
        rows = answer.rows.map { cells in
            Row(
                cells: Dictionary(
                    zip(answer.columns, cells), uniquingKeysWith: { first, _ in first }))
        }
    }
}
