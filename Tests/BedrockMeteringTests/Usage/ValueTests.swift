import BedrockMetering
import Foundation
import Testing

/// What values can do beside being decoded.
@Suite struct ValueTests {
    private static func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
    }

    // MARK: Tokens

    @Test(
        arguments: [
            (TokenCounts(input: 10, output: 20), 30), (TokenCounts(cacheRead: 1, cacheWrite: 2), 3),
            (TokenCounts(), 0), (TokenCounts(input: 10, output: 20, total: 31), 31),
            (TokenCounts(input: -1), -1), (.zero, 0),
        ] as [(TokenCounts, Int64)])
    func `a total is the sum of the parts unless another was logged`(
        tokens: TokenCounts, total: Int64
    ) {
        #expect(tokens.total == total)
    }

    @Test func `tokens add up and can be taken away`() {
        let one = TokenCounts(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, total: 11)
        let other = TokenCounts(input: 10, output: 20, cacheRead: 30, cacheWrite: 40)

        #expect(one + other - other == one)
        #expect([one, other].reduce(.zero, +).total == 111)
        #expect(one - one == .zero)
    }

    // MARK: Instants and days

    @Test(arguments: [
        Int64.min, .min + 1, -62_167_219_200_000_001, -1, 0, 1_765_069_425_678_901,
        253_402_300_800_000_000, .max,
    ])
    func `every instant comes back from its text`(microseconds: Int64) throws {
        let time = EventTime(microseconds: microseconds)

        #expect(EventTime(time.description) == time)
        #expect(try Self.roundTrip([time]) == [time])
        #expect(try Self.roundTrip([time.day]) == [time.day])
    }

    @Test(arguments: [
        "", "2025-12-07", "2025-12-07T01:23:45Z", "2025-12-07T24:00:00.000000Z",
        "2025-12-07T23:60:00.000000Z", "2025-12-07T23:59:60.000000Z",
        "2025-02-29T00:00:00.000000Z", "02025-12-07T00:00:00.000000Z",
        "+2025-12-07T00:00:00.000000Z", "10000-01-01T00:00:00.000000Z",
        "-0000-01-01T00:00:00.000000Z", "2025-12-07T01:23:45.678901+",
        "2025-12-07T01:23:45.67890aZ",
        "2025-12-07 01:23:45.678901Z", "-290308-12-21T19:59:05.224191Z",
        "+294247-01-10T04:00:54.775808Z", "+999999-12-31T00:00:00.000000Z",
    ])
    func `what is no instant in that form is none`(text: String) {
        #expect(EventTime(text) == nil)
    }

    @Test(arguments: [0, 0.5, -0.5, 1_765_069_425.678901, -1_765_069_425.25, 4_102_444_799.999999])
    func `an instant is the microsecond nearest to a date`(seconds: TimeInterval) {
        let time = EventTime(Date(timeIntervalSince1970: seconds))

        #expect((Double(time.microseconds) / 1e6 - seconds).magnitude < 1e-6)
        #expect(EventTime(time.date) == time)
    }

    @Test func `days can be stepped through`() throws {
        let first = try #require(UsageDay("2025-12-30"))
        let last = try #require(UsageDay("2026-01-02"))

        var days: [String] = []
        for day in first...last { days.append(day.description) }

        #expect(days == ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"])
        #expect(first.distance(to: last) == 3)
        #expect(first.advanced(by: 3) == last)
        #expect(Array(first...last) == UsagePeriod(from: first, to: last)?.days)
    }

    @Test(arguments: ["\"2025-13-01\"", "\"25-12-07\"", "7", "\"2025-12-07T\"", "\"\""])
    func `what is no day is not decoded as one`(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([UsageDay].self, from: Data("[\(json)]".utf8))
        }
    }

    // MARK: JSON

    @Test func `values come back from JSON`() throws {
        let day = try #require(UsageDay("2025-12-07"))
        let period = UsagePeriod.day(day)
        let usage = UsageSum(requests: 2, tokens: TokenCounts(input: 1, output: 2, total: 4))
        let cost = UsageCost(
            parts: TokenCosts(input: Money(picodollars: 1), cacheWrite: Money(picodollars: -7)),
            unpricedRequests: 1)
        let row = UsageRow(
            window: UsageWindow(.hour, holding: day, hour: 13), tenant: "\u{1100}\u{1161}",
            model: "m", usage: usage, cost: cost)
        let record = UsageRecord(
            time: day.start, tenant: "t", user: "u", model: "m", tokens: usage.tokens, request: "r")
        let counts = EventCounts(
            usage: 1, foreign: 2, rejected: 3, totalMismatches: 4, placeholderIDs: 5)
        let duplicates = DuplicateCounts(duplicates: 1, ambiguous: 2, conflicts: 3)

        #expect(try Self.roundTrip(period) == period)
        #expect(try Self.roundTrip(row) == row)
        #expect(try Self.roundTrip(record) == record)
        #expect(try Self.roundTrip(CallID(record)) == CallID(record))
        #expect(try Self.roundTrip(counts) == counts)
        #expect(try Self.roundTrip(duplicates) == duplicates)
        #expect(try Self.roundTrip(["a": TenantID("t")]) == ["a": "t"])
    }

    @Test func `a period that ends before it begins is not decoded`() {
        let json = Data(#"{"first": "2025-12-08", "last": "2025-12-07"}"#.utf8)

        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(UsagePeriod.self, from: json)
        }
    }
}
