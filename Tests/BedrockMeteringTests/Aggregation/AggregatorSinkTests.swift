import Foundation
import Gzip
import Testing

@testable import BedrockMetering

@Suite struct AggregatorSinkTests {
    private static let query = UsageQuery(
        per: .day,
        during: .days(.named("2025-12-01"), .named("2025-12-31")),
        by: [.model]
    )

    private static func line(
        tenant: String = "acme",
        day: Int = 7,
        total: Int64,
        request: String? = nil
    ) -> String {
        let date = "2025-12-" + (day < 10 ? "0" : "") + String(day)
        let id = request.map { ", \"request_id\": \"\($0)\"" } ?? ""
        return """
            {"timestamp": "\(date)T01:02:03.000004Z", "tenant_id": "\(tenant)", "user_id": "u", \
            "model_id": "m", "input_tokens": 0, "output_tokens": 0, "total_tokens": \(total), \
            "event_type": "bedrock_token_usage"\(id)}\n
            """
    }

    private static func gzip(_ text: String) -> Data {
        let bytes = Array(text.utf8)
        return Data(bytes.withUnsafeBytes { GzipCompressor(level: 6).compress($0) })
    }

    private static func totals(_ aggregator: UsageAggregator) throws -> [String: Int64] {
        let rows = try aggregator.rows()
        return Dictionary(
            uniqueKeysWithValues: rows.map { ("\($0.window.date) \($0.tenant)", $0.tokens.total) }
        )
    }

    @Test func `an object that is damaged at its end adds nothing`() throws {
        let decoder = UsageRecordDecoder()
        let sound = Self.gzip((1...2000).map { Self.line(total: $0) }.joined())
        let late = (1...30).map { Self.line(tenant: "other", day: $0, total: 1) }.joined()
        var aggregator = UsageAggregator(Self.query)
        try decoder.decode(sound, into: &aggregator)
        let before = try Self.totals(aggregator)

        #expect(throws: ExportDecodingError.self) {
            try decoder.decode(sound.dropLast(3), into: &aggregator)
        }
        #expect(throws: ExportDecodingError.self) {
            try decoder.decode(Self.gzip(late) + [0x1f, 0x8b, 8, 0], into: &aggregator)
        }

        #expect(before == ["2025-12-07 acme": 2_001_000])
        #expect(try Self.totals(aggregator) == before)

        try decoder.decode(Self.gzip(Self.line(tenant: "other", total: 5)), into: &aggregator)

        #expect(try Self.totals(aggregator)["2025-12-07 other"] == 5)
        #expect(try Self.totals(aggregator)["2025-12-07 acme"] == 2_001_000)
    }

    @Test func `what was decoded counts only once it is committed`() throws {
        var session = DecodingSession(named: "object")
        var aggregator = UsageAggregator(Self.query)
        let text = Array(Self.line(total: 3).utf8)

        try session.feed(text.span.bytes, into: &aggregator)
        #expect(try aggregator.rows().isEmpty)
        _ = try session.finish(into: &aggregator)

        #expect(try Self.totals(aggregator) == ["2025-12-07 acme": 3])
    }

    @Test func `as a sink the aggregator adds a line as often as it comes`() throws {
        let object = Data((Self.line(total: 3, request: "r") + Self.line(total: 3)).utf8)
        var aggregator = UsageAggregator(Self.query)

        for _ in 0..<3 { try UsageRecordDecoder().decode(object, into: &aggregator) }

        #expect(try Self.totals(aggregator) == ["2025-12-07 acme": 18])
        #expect(try aggregator.rows().first?.usage.requests == 6)
    }

    @Test func `a sum that does not fit is an error, and a rolled back one is forgotten`() throws {
        let decoder = UsageRecordDecoder()
        let half = Int64.max / 2 + 1
        let overflowing = Self.gzip(Self.line(total: half) + Self.line(total: half))
        var aggregator = UsageAggregator(Self.query)

        #expect(throws: ExportDecodingError.self) {
            try decoder.decode(overflowing.dropLast(1), into: &aggregator)
        }
        try decoder.decode(Self.gzip(Self.line(total: half)), into: &aggregator)
        #expect(try Self.totals(aggregator) == ["2025-12-07 acme": half])

        try decoder.decode(Self.gzip(Self.line(day: 8, total: half)), into: &aggregator)
        #expect(try aggregator.rows().count == 2)
        #expect(throws: UsageOverflowError.self) { try aggregator.rows().totals() }

        try decoder.decode(Self.gzip(Self.line(total: half)), into: &aggregator)
        #expect(throws: UsageOverflowError.self) { try aggregator.rows() }
    }

    @Test func `the largest sum that fits is exact`() throws {
        let records = [Int64.max - 1, 1].map {
            UsageRecord(
                time: UsageDay.named("2025-12-07").start,
                tenant: "acme",
                user: "u",
                model: "m",
                tokens: TokenCounts(total: $0)
            )
        }

        #expect(try Self.query.rows(from: records).first?.tokens.total == .max)
        #expect(throws: UsageOverflowError.self) {
            try Self.query.rows(from: records + records.suffix(1))
        }
    }
}
