import Foundation
import Testing

@testable import BedrockMetering

/// Rows of Athena's answers, and their comparison with ours.
@Suite struct AthenaAnswerTests {
    private static let days = UsageDay.days(from: "2025-12-06", count: 3)

    private static func prices(_ model: String = "haiku") throws -> PriceBook {
        let first = UsageDay.named("2020-01-01")
        return try PriceBook(
            json: .init(
                """
                {"prices": [
                    {"model_id": "haiku", "from": "\(first)", "input": "0.25", "output": "1.25",
                     "cache_read": "0.03", "cache_write": "0.30"},
                    {"model_id": "sonnet", "from": "\(first)", "input": "3", "output": "15.000001",
                     "cache_read": "0.3", "cache_write": "3.75"}]}
                """.utf8))
    }

    private static func queries() throws -> [UsageQuery] {
        let period = UsagePeriod.days(days[0], days[2])
        var queries: [UsageQuery] = []
        for window in [UsageWindow.Size.hour, .day, .month] {
            for zone in ["UTC", "Asia/Seoul"] {
                for groups in [[], [UsageQuery.Group.model], [.model, .user]] {
                    for book in [nil, try prices()] {
                        queries.append(
                            UsageQuery(
                                per: window, during: period, in: try UsageZone(zone),
                                by: Set(groups), prices: book))
                    }
                }
            }
        }
        return queries
    }

    /// What Athena answers where it agrees with us.
    private static func cells(_ rows: [UsageRow], _ query: UsageQuery) -> [[String?]] {
        rows.map { row in
            query.columns.map { column in
                switch column.value(of: row) {
                case .text(let text): text
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .money(let amount): amount.rounded(toDecimals: 12)
                case .none: nil
                }
            }
        }
    }

    private static func records() -> [UsageRecord] {
        var usage = RandomUsage(seed: 7)
        return (0..<400).map { _ in usage.record(on: days) }
    }

    @Test func `an answer that agrees with us has our rows, in every cell and in their order`()
        throws
    {
        for query in try Self.queries() {
            let here = try query.rows(from: Self.records())

            let answer = try query.answer(query.columns.map(\.name), Self.cells(here, query))

            #expect(answer.rows.count == here.count)
            let comparison = AnswerComparison(query, here: here, athena: answer)
            #expect(comparison.differences == [])
            #expect(Self.cells(answer.rows, query) == Self.cells(here, query))
        }
    }

    @Test func `a cell that differs is named with its row`() throws {
        let query = UsageQuery(per: .hour, during: .day(Self.days[1]), by: [.model])
        let here = try query.rows(from: Self.records())
        var cells = Self.cells(here, query)
        let column = try #require(query.columns.firstIndex(of: .input))
        cells[3][column] = "77"

        let answer = try query.answer(query.columns.map(\.name), cells)
        let differences = AnswerComparison(query, here: here, athena: answer).differences

        let row = here[3]
        #expect(
            differences == [
                "tenant_id \(row.tenant), usage_date 2025-12-07, usage_hour \(row.window.hour ?? -1), "
                    + "model_id \(row.model ?? ""): input_tokens is \(row.tokens.input) here, "
                    + "77 in Athena"
            ])
    }

    @Test(arguments: ["1.5", "NaN", "-Infinity"])
    func `an average that is not that of Athena's own sums is a difference`(text: String) throws {
        let query = UsageQuery(per: .day, during: .day(Self.days[1]))

        let answer = try query.answer(
            query.columns.map(\.name),
            [
                ["a", "2025-12-07", "2", "1", "1", "2", "1.0", "0", "0"],
                ["b", "2025-12-07", "2", "1", "1", "2", text, "0", "0"],
            ])

        let differences = AnswerComparison(query, here: answer.rows, athena: answer).differences
        #expect(
            differences == [
                "tenant_id b, usage_date 2025-12-07: avg_tokens_per_request is 1.0 here, "
                    + "\(Double(text) ?? 0) in Athena"
            ])
    }

    @Test func `rows that one side lacks, and rows that come twice, are named`() throws {
        let query = UsageQuery(per: .day, during: .day(Self.days[1]))
        let here = try query.rows(from: Self.records())
        let athena = Array(here.dropFirst()) + [here[2]]
        let answer = AthenaAnswer(rows: athena)

        let differences = AnswerComparison(query, here: here, athena: answer).differences
        let reversed = AnswerComparison(
            query, here: athena.dropLast(), athena: AthenaAnswer(rows: here)
        ).differences

        #expect(
            Set(differences) == [
                "tenant_id \(here[0].tenant), usage_date 2025-12-07: only here",
                "tenant_id \(here[2].tenant), usage_date 2025-12-07: more than once in Athena",
            ])
        #expect(
            reversed == ["tenant_id \(here[0].tenant), usage_date 2025-12-07: only in Athena"])
    }

    @Test func `another order is a difference, and so is another form of one name`() throws {
        let query = UsageQuery(per: .day, during: .day(Self.days[1]))
        let here = try query.rows(from: Self.records())
        let composed = try query.answer(
            query.columns.map(\.name),
            [["\u{e9}", "2025-12-07", "1", "1", "1", "2", "2.0", "0", "0"]])
        let decomposed = try query.answer(
            query.columns.map(\.name),
            [["e\u{301}", "2025-12-07", "1", "1", "1", "2", "2.0", "0", "0"]])

        let order = AnswerComparison(
            query, here: here, athena: AthenaAnswer(rows: here.reversed())
        ).differences
        let forms = AnswerComparison(query, here: composed.rows, athena: decomposed).differences

        #expect(order == ["the rows are the same, and come in another order in Athena"])
        #expect(forms.count == 2)
    }

    @Test func `a cost is null exactly where calls have no price`() throws {
        let query = UsageQuery(
            per: .day, during: .day(Self.days[1]), prices: try Self.prices())
        let names = query.columns.map(\.name)
        func answer(_ unpriced: String?, _ cost: String?) throws -> [UsageRow] {
            try query.answer(
                names, [["a", "2025-12-07", "2", "1", "1", "2", "1.0", "0", "0", unpriced, cost]]
            ).rows
        }

        #expect(
            try answer("0", "0.004500000001")[0].cost?.total == Money(picodollars: 4_500_000_001))
        #expect(try answer("1", nil)[0].cost?.total == nil)
        for (unpriced, cost) in [("0", nil), ("1", "0.1"), (nil, "0.1"), ("0", "0.1e3")] {
            #expect(
                throws: AthenaAnswerError(
                    row: 1,
                    reason: "\(unpriced == nil ? "unpriced_requests" : "cost_usd") cannot be read")
            ) {
                try answer(unpriced, cost)
            }
        }
    }

    @Test(arguments: [
        (0, nil, "tenant_id"), (1, "2025-12-32", "usage_date"), (2, "x", "request_count"),
        (2, "0", "avg_tokens_per_request"), (3, nil, "input_tokens"), (5, "1.5", "total_tokens"),
        (6, "x", "avg_tokens_per_request"), (6, nil, "avg_tokens_per_request"),
        (2, "-2", "request_count"), (3, "-1", "input_tokens"),
        (7, "-", "cache_read_input_tokens"), (8, nil, "cache_write_input_tokens"),
    ])
    func `a cell that is no value of its column is named, and not shown`(
        index: Int, text: String?, column: String
    ) throws {
        let query = UsageQuery(per: .day, during: .day(Self.days[1]))
        var cells: [String?] = ["a", "2025-12-07", "2", "1", "1", "2", "1.0", "0", "0"]
        cells[index] = text

        #expect(throws: AthenaAnswerError(row: 2, reason: "\(column) cannot be read")) {
            try query.answer(
                query.columns.map(\.name),
                [["b", "2025-12-07", "2", "1", "1", "2", "1.0", "0", "0"], cells])
        }
    }

    @Test func `an answer to another query is none`() throws {
        let query = UsageQuery(per: .day, during: .day(Self.days[1]))
        let names = query.columns.map(\.name)

        #expect(throws: AthenaAnswerError.self) {
            try query.answer(names.reversed(), [])
        }
        #expect(throws: AthenaAnswerError.self) {
            try query.answer(names, [["a", "2025-12-07"]])
        }
    }

    @Test(arguments: [
        ("0", 0), ("12", 12_000_000_000_000), ("0.25", 250_000_000_000), ("-0.5", -500_000_000_000),
        ("0.0000000000010", 1),
    ])
    func `a decimal is an exact amount`(text: String, picodollars: Int) {
        #expect(Money(text) == Money(picodollars: Int128(picodollars)))
    }

    @Test(arguments: ["", ".", "1.", ".5", "1e3", "0.0000000000001", "+1", "1,5", "NaN", "--1"])
    func `what is no such decimal is no amount`(text: String) {
        #expect(Money(text) == nil)
    }
}
