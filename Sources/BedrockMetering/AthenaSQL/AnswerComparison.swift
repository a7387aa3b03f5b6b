/// Compares the rows that this process and Athena have for one query.
public struct AnswerComparison: Sendable {
    /// What differs, a line each; nothing if the answers are equal in every cell and in their order.
    public let differences: [String]

    public init(_ query: UsageQuery, here: [UsageRow], athena: AthenaAnswer) {
        let columns = query.columns
        let keys = columns.filter(\.isKey)
        let measures = columns.filter { !$0.isKey }
        func key(_ row: UsageRow) -> [ReportColumn.Value] { keys.map { $0.value(of: row) } }
        func name(_ key: [ReportColumn.Value]) -> String {
            zip(keys, key).map { "\($0.name) \($1.shown)" }.joined(separator: ", ")
        }
        var differences: [String] = []
        func theirValue(_ measure: ReportColumn, ofRow index: Int) -> ReportColumn.Value {
            if measure == .average, let average = athena.averages[index] { return .real(average) }
            return measure.value(of: athena.rows[index])
        }
        var theirs: [AnswerKey: Int] = [:]
        for (index, row) in athena.rows.enumerated()
        where theirs.updateValue(index, forKey: AnswerKey(key(row))) != nil {
            differences.append("\(name(key(row))): more than once in Athena")
        }
        var known: Set<AnswerKey> = []
        for row in here {
            let key = key(row)
            known.insert(AnswerKey(key))
            guard let other = theirs[AnswerKey(key)] else {
                differences.append("\(name(key)): only here")
                continue
            }
            for measure in measures {
                let (own, foreign) = (measure.value(of: row), theirValue(measure, ofRow: other))
                guard own != foreign else { continue }
                differences.append(
                    "\(name(key)): \(measure.name) is \(own.shown) here, \(foreign.shown) in Athena"
                )
            }
        }
        for row in athena.rows where !known.contains(AnswerKey(key(row))) {
            differences.append("\(name(key(row))): only in Athena")
        }
        if differences.isEmpty,
            here.map({ AnswerKey(key($0)) }) != athena.rows.map({ AnswerKey(key($0)) })
        {
            differences.append("the rows are the same, and come in another order in Athena")
        }
        self.differences = differences
    }
}

/// The keys of a row, names told apart by their bytes.
private struct AnswerKey: Hashable {
    private let parts: [[UInt8]]

    init(_ values: [ReportColumn.Value]) {
        parts = values.map { Array($0.shown.utf8) }
    }
}

extension ReportColumn.Value {
    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .money(let amount): amount.description
        case .none: "null"
        }
    }
}
