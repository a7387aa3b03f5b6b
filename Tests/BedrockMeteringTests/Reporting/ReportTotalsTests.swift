import Foundation
import Testing

@testable import BedrockMetering

/// What reports say of totals, limits and prices.
@Suite struct ReportTotalsTests {
    private static func report(
        _ tokens: [TokenCounts] = [], limit: Int? = nil, prices: PriceBook? = nil,
        lines: UsageReport.LineCounts? = nil
    ) throws -> UsageReport {
        let day = UsageDay.named("2026-10-18")
        let query = UsageQuery(per: .day, during: .day(day), limit: limit, prices: prices)
        var aggregator = UsageAggregator(query)
        for (index, tokens) in tokens.enumerated() {
            aggregator.add(
                UsageRecord(
                    time: EventTime(microseconds: day.start.microseconds + 1),
                    tenant: TenantID("tenant-\(index)"), user: "u",
                    model: ModelID("model-\(index % 3)"), tokens: tokens))
        }
        return UsageReport(query: query, answer: try aggregator.answer(), lines: lines)
    }

    /// Totals that are not the sums of input 1, output 2, cache read 3 and cache write 4.
    @Test(
        arguments: [
            ([10, 10], 0, []),
            ([11, 10], 0, ["in 1 row 1 more"]),
            ([1_010, 1_010], 0, ["in 2 rows 2,000 more"]),
            ([15, 5], 0, ["in 1 row 5 more", "in 1 row 5 fewer"]),
            ([0, 0], 3, ["in 2 rows 20 fewer"]),
            ([10], 1, []),
        ] as [([Int64], Int, [String])])
    func `a total that is not the sum of its parts is explained`(
        totals: [Int64], logged: Int, parts: [String]
    ) throws {
        var events = EventCounts()
        events.totalMismatches = logged
        let tokens = totals.map {
            TokenCounts(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, total: $0)
        }

        let report = try Self.report(tokens, lines: .init(events: events))

        let sum = "than input, output and cache tokens add up to"
        var expected = parts.map { "total_tokens is as logged: \($0) \(sum)" }
        if logged > 0 {
            expected.append(
                "\(logged) \(logged == 1 ? "line was" : "lines were") logged with another total "
                    + sum)
        }
        #expect(report.noteLines.map(\.text) == expected)
        #expect(report.isComplete)
    }

    @Test func `a limit's totals are those of its rows, with the total of all beside it`() throws {
        let tokens = (1...17).map { TokenCounts(input: Int64($0), total: Int64($0)) }

        let report = try Self.report(tokens, limit: 3)

        let lines = report.table().split(separator: "\n").map(String.init)
        #expect(lines[lines.count - 2].hasPrefix("total of 3 rows "))
        #expect(lines[lines.count - 1].hasPrefix("total of all 17 "))
        #expect(lines[lines.count - 2].contains(" 48 ") && lines[lines.count - 1].contains(" 153 "))
        #expect(
            report.comments == ["# 3 of 17 rows are shown; all come to 17 calls and 153 tokens"])
        struct Document: Decodable {
            struct Totals: Decodable { var total_tokens: Int64 }
            var totals: Totals
            var all_rows: Int
            var all_totals: Totals
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(report.json().utf8))
        #expect(document.totals.total_tokens == 48 && document.all_totals.total_tokens == 153)
        #expect(document.all_rows == 17)
    }

    @Test(arguments: [(nil, 3), (3, 3), (4, 3), (1, 1)] as [(Int?, Int)])
    func `a limit that cuts nothing off leaves the total`(limit: Int?, count: Int) throws {
        let tokens = (1...count).map { TokenCounts(input: Int64($0), total: Int64($0)) }

        let report = try Self.report(tokens, limit: limit)

        #expect(report.table().split(separator: "\n").last?.hasPrefix("total  ") == true)
        #expect(report.comments.isEmpty && !report.isCut)
    }

    @Test func `where a limit may have cut off rows that nobody has seen, that is said`() throws {
        let all = try Self.report((1...3).map { TokenCounts(input: $0, total: $0) })
        let query = UsageQuery(
            per: .day, during: .day(.named("2026-10-18")), limit: 3)

        let report = UsageReport(query: query, rows: all.rows)

        #expect(report.table().contains("\ntotal of 3 rows  "))
        #expect(
            report.noteLines.map(\.text) == [
                "more than these 3 rows may be there, and what all come to is not known here"
            ])
        #expect(report.json().contains("\"all_rows\": null, \"all_totals\": null"))
    }

    // MARK: Prices

    private static func prices() throws -> PriceBook {
        let price = try #require(TokenPrice(usdPerMillionTokens: "1"))
        return try PriceBook([
            PriceBook.Entry(
                model: "model-0", first: .named("2026-01-01"), last: .named("2026-12-31"),
                input: price, output: price, cacheRead: price, cacheWrite: price)
        ])
    }

    @Test(arguments: [nil, 1]) func `models without a price are named with their calls`(
        limit: Int?
    ) throws {
        let tokens = [TokenCounts](repeating: TokenCounts(input: 1, total: 1), count: 5)

        let report = try Self.report(tokens, limit: limit, prices: Self.prices())

        let note = try #require(report.noteLines.last)
        #expect(note.text == "no price: model-1 (2 calls), model-2 (1 call)" && note.isDoubt)
        #expect(
            report.json().contains(
                #""unpriced_models": [{"model_id": "model-1", "request_count": 2}, "#
                    + #"{"model_id": "model-2", "request_count": 1}]"#))
        #expect(!report.isComplete)
    }

    @Test func `of rows that name no models only the calls without a price are known`() throws {
        let tokens = [TokenCounts](repeating: TokenCounts(input: 1, total: 1), count: 5)
        let own = try Self.report(tokens, prices: Self.prices())

        let report = UsageReport(query: own.query, rows: own.rows)

        #expect(
            report.noteLines.map(\.text) == ["no price: 3 calls of models that --by model names"])
    }
}
