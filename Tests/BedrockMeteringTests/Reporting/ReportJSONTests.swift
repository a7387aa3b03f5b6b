import Foundation
import Testing

@testable import BedrockMetering

@Suite struct ReportJSONTests {
    private struct Document: Decodable {
        var from: String
        var to: String
        var granularity: String
        var rows: [Row]
        var totals: Totals
        var lines: [String: Int]?
    }

    private struct Row: Decodable, Equatable {
        var tenant_id: String
        var usage_date: String?
        var usage_month: String?
        var usage_hour: Int?
        var model_id: String?
        var user_id: String?
        var request_count: Int64
        var input_tokens: Int64
        var output_tokens: Int64
        var total_tokens: Int64
        var avg_tokens_per_request: Double
        var cache_read_input_tokens: Int64
        var cache_write_input_tokens: Int64
    }

    private struct Totals: Decodable {
        var request_count: Int64
        var input_tokens: Int64
        var output_tokens: Int64
        var total_tokens: Int64
        var avg_tokens_per_request: Double?
    }

    private static func document(_ report: UsageReport) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(report.json().utf8))
    }

    @Test func `every name comes back byte by byte`() throws {
        let records = HostileNames.all.enumerated().map { index, name in
            UsageRecord(
                time: UsageDay.named("2025-12-07").start,
                tenant: TenantID(name),
                user: UserID(name),
                model: ModelID(name),
                tokens: TokenCounts(total: 1_000_000 - Int64(index))
            )
        }
        let query = UsageQuery(
            per: .day,
            during: .day(.named("2025-12-07")),
            by: [.model, .user]
        )

        let report = try UsageReport(query: query, rows: query.rows(from: records))

        #expect(!report.json().unicodeScalars.contains { $0.isHidden && $0 != "\n" })
        #expect(report.json().hasPrefix(#"{"version": 1, "from": "#))
        let rows = try Self.document(report).rows
        #expect(rows.count == HostileNames.all.count)
        for (name, row) in zip(HostileNames.all, rows) {
            for text in [row.tenant_id, row.model_id, row.user_id] {
                #expect(text.map { $0.utf8.elementsEqual(name.utf8) } == true)
            }
        }
    }

    @Test(arguments: UsageWindow.Size.allCases)
    func `the keys follow the window, and the numbers are the rows'`(
        window: UsageWindow.Size
    ) throws {
        var random = RandomUsage(seed: 30)
        let days = UsageDay.days(from: "2025-11-29", count: 4)
        let records = (0..<500).map { _ in random.record(on: days) }
        let query = UsageQuery(per: window, during: .days(days[0], days[3]), by: [.user])
        let report = try UsageReport(query: query, rows: query.rows(from: records))

        let document = try Self.document(report)

        #expect(document.from == "2025-11-29" && document.to == "2025-12-02")
        #expect(
            document.granularity == ["hour": "hourly", "day": "daily"][window.rawValue] ?? "monthly"
        )
        #expect(document.lines == nil)
        #expect(document.totals.request_count == 500)
        #expect(document.totals.total_tokens == records.reduce(0) { $0 + $1.tokens.total })
        #expect(
            document.rows
                == report.rows.map { row in
                    Row(
                        tenant_id: row.tenant.rawValue,
                        usage_date: window == .month ? nil : row.window.date,
                        usage_month: window == .month ? row.window.date : nil,
                        usage_hour: row.window.hour,
                        user_id: row.user?.rawValue,
                        request_count: row.usage.requests,
                        input_tokens: row.tokens.input,
                        output_tokens: row.tokens.output,
                        total_tokens: row.tokens.total,
                        avg_tokens_per_request: row.usage.averageTotal ?? -1,
                        cache_read_input_tokens: row.tokens.cacheRead,
                        cache_write_input_tokens: row.tokens.cacheWrite
                    )
                }
        )
    }

    @Test func `numbers of any size are exact`() throws {
        let record = UsageRecord(
            time: UsageDay.named("2025-12-07").start,
            tenant: "acme",
            user: "u",
            model: "m",
            tokens: TokenCounts(input: .max, output: 0, total: 9_007_199_254_740_993)
        )
        let query = UsageQuery(per: .day, during: .day(.named("2025-12-07")))

        let row = try #require(
            try Self.document(
                UsageReport(query: query, rows: query.rows(from: [record]))
            ).rows.first
        )

        #expect(row.input_tokens == .max)
        #expect(row.total_tokens == 9_007_199_254_740_993)
    }

    @Test func `what was read is told with every fate`() throws {
        var events = EventCounts()
        events.usage = 10
        events.foreign = 3
        events.rejected = 2
        var duplicates = DuplicateCounts()
        duplicates.duplicates = 4
        let lines = UsageReport.LineCounts(
            objects: 2,
            failedObjects: 1,
            events: events,
            duplicates: duplicates,
            outside: 1
        )
        let query = UsageQuery(per: .day, during: .day(.named("2025-12-07")))

        let document = try Self.document(UsageReport(query: query, rows: [], lines: lines))

        #expect(
            document.lines == [
                "objects": 2, "failed_objects": 1, "events": 15, "records": 5, "duplicates": 4,
                "ambiguous": 0, "conflicts": 0, "foreign": 3, "rejected": 2, "outside_period": 1,
            ]
        )
        #expect(document.totals.avg_tokens_per_request == nil)
    }
}
