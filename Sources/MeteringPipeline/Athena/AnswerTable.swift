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

        func integer(_ column: String) throws(UnreadableAnswer) -> Int64 {
            guard let number = Int64(try text(column)) else { throw UnreadableAnswer() }
            return number
        }

        func day(_ column: String) throws(UnreadableAnswer) -> UsageDay {
            guard let day = UsageDay(try text(column)) else { throw UnreadableAnswer() }
            return day
        }
    }

    let rows: [Row]

    init(_ answer: AthenaRunner.Answer) {
        rows = answer.rows.map { cells in
            Row(
                cells: Dictionary(
                    zip(answer.columns, cells), uniquingKeysWith: { first, _ in first }))
        }
    }
}
