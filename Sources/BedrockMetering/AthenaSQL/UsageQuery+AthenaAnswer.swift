/// Why what Athena answered is no answer to the query. Never says what a cell holds.
public struct AthenaAnswerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The row at fault, from 1; nil if it is the answer as a whole.
    public let row: Int?
    public let reason: String

    public var description: String {
        (row.map { "row \($0) of the answer: " } ?? "the answer: ") + reason
    }
}

/// Athena's answer to a query.
public struct AthenaAnswer: Sendable {
    /// In Athena's order.
    public let rows: [UsageRow]
    /// What Athena says of averages where that is not what its own sums come to, by indices of rows.
    let averages: [Int: Double]

    init(rows: [UsageRow], averages: [Int: Double] = [:]) {
        self.rows = rows
        self.averages = averages
    }
}

extension UsageQuery {
    /// Reads Athena's answer to ``athenaSQL(from:)``.
    ///
    /// - Parameters:
    ///   - names: the answer's columns.
    ///   - cells: its rows without the header, nil for null.
    /// - Throws: ``AthenaAnswerError`` if it is no answer to this query.
    public func answer(
        _ names: [String], _ cells: [[String?]]
    ) throws(AthenaAnswerError) -> AthenaAnswer {
        let columns = columns
        guard names == columns.map(\.name) else {
            throw AthenaAnswerError(row: nil, reason: "its columns are not those of the query")
        }
        var rows: [UsageRow] = []
        rows.reserveCapacity(cells.count)
        var averages: [Int: Double] = [:]
        for (index, cells) in cells.enumerated() {
            do throws(UnreadableCell) {
                guard cells.count == columns.count else { throw UnreadableCell(column: nil) }
                let cells = AnswerRow(columns: columns, cells: cells)
                let row = try row(of: cells)
                averages[index] = try Self.foreignAverage(of: row.usage, cells)
                rows.append(row)
            } catch {
                let what = error.column.map { "\($0.name) cannot be read" }
                throw AthenaAnswerError(
                    row: index + 1, reason: what ?? "it has not as many cells as columns")
            }
        }
        return AthenaAnswer(rows: rows, averages: averages)
    }

    /// Athena's own division, where it comes to something else than ours, of the same sums.
    private static func foreignAverage(
        of usage: UsageSum, _ cells: AnswerRow
    ) throws(UnreadableCell) -> Double? {
        let average = try cells.real(.average)
        guard let own = usage.averageTotal else { throw UnreadableCell(column: .average) }
        return (own - average).magnitude <= own.magnitude * 1e-12 ? nil : average
    }

    private func row(of cells: AnswerRow) throws(UnreadableCell) -> UsageRow {
        let day =
            switch window {
            case .month: UsageDay(try cells.text(.month) + "-01")
            case .hour, .day: UsageDay(try cells.text(.date))
            }
        guard let day else { throw UnreadableCell(column: window == .month ? .month : .date) }
        let hour = window == .hour ? try cells.integer(.hour) : 0
        guard (0...23).contains(hour) else { throw UnreadableCell(column: .hour) }
        let usage = UsageSum(
            requests: try cells.integer(.requests),
            tokens: TokenCounts(
                input: try cells.integer(.input), output: try cells.integer(.output),
                cacheRead: try cells.integer(.cacheRead),
                cacheWrite: try cells.integer(.cacheWrite),
                total: try cells.integer(.total)
            )
        )
        return UsageRow(
            window: UsageWindow(window, holding: day, hour: Int(hour)),
            tenant: TenantID(try cells.text(.tenant)),
            model: groups.contains(.model) ? ModelID(try cells.text(.model)) : nil,
            user: groups.contains(.user) ? UserID(try cells.text(.user)) : nil,
            usage: usage,
            cost: prices == nil ? nil : try cells.cost()
        )
    }
}

private struct UnreadableCell: Error {
    /// Nil where the row as a whole is at fault.
    let column: ReportColumn?
}

/// A row of an answer by its columns.
private struct AnswerRow {
    let columns: [ReportColumn]
    let cells: [String?]

    private func cell(_ column: ReportColumn) -> String? {
        columns.firstIndex(of: column).flatMap { cells[$0] }
    }

    func text(_ column: ReportColumn) throws(UnreadableCell) -> String {
        guard let text = cell(column) else { throw UnreadableCell(column: column) }
        return text
    }

    func integer(_ column: ReportColumn) throws(UnreadableCell) -> Int64 {
        guard let number = Int64(try text(column)), number >= 0 else {
            throw UnreadableCell(column: column)
        }
        return number
    }

    func real(_ column: ReportColumn) throws(UnreadableCell) -> Double {
        guard let number = Double(try text(column)) else { throw UnreadableCell(column: column) }
        return number
    }

    /// The cost, which is null exactly where calls have no price.
    func cost() throws(UnreadableCell) -> UsageCost {
        var cost = UsageCost()
        cost.unpricedRequests = try integer(.unpriced)
        switch (cell(.cost), cost.unpricedRequests) {
        case (let text?, 0):
            guard let amount = Money(text) else { throw UnreadableCell(column: .cost) }
            cost = UsageCost(priced: amount)
        case (nil, 1...): break
        default: throw UnreadableCell(column: .cost)
        }
        return cost
    }
}
