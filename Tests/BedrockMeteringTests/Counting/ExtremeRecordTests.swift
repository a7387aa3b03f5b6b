import Testing

@testable import BedrockMetering

/// Records that no decoder makes: whatever a caller puts into them, nothing traps.
@Suite struct ExtremeRecordTests {
    private static let times: [Int64] = [
        .min, .min + 1, -62_167_219_200_000_001, -1, 0, 253_402_300_800_000_000, .max - 1, .max,
    ]

    private static func record(_ time: Int64, total: Int64 = 1) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: time), tenant: "t", user: "u", model: "m",
            tokens: TokenCounts(input: total, output: total, total: total),
            request: time.isMultiple(of: 2) ? "r" : nil
        )
    }

    @Test(arguments: [
        (Int64.min, "-290308-12-21T19:59:05.224192Z"), (.max, "+294247-01-10T04:00:54.775807Z"),
        (-62_167_219_200_000_001, "-0001-12-31T23:59:59.999999Z"),
        (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (253_402_300_800_000_000, "+10000-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ])
    func `every instant has a text`(microseconds: Int64, text: String) {
        #expect(EventTime(microseconds: microseconds).description == text)
    }

    @Test(arguments: times)
    func `every instant has a day that begins and ends around it`(microseconds: Int64) {
        let time = EventTime(microseconds: microseconds)

        #expect(time.day.start <= time && time <= time.day.end)
        #expect(time.day.advanced(by: 1) > time.day && time.day.advanced(by: -1) < time.day)
    }

    @Test func `records of all times are kept once and in order`() {
        let records = Self.times.map { Self.record($0) }

        #expect((records + records.reversed()).deduplicated() == records)
    }

    @Test(arguments: times, UsageWindow.Size.allCases)
    func `a query of any day counts what lies on it`(
        microseconds: Int64, window: UsageWindow.Size
    ) throws {
        let day = EventTime(microseconds: microseconds).day
        let records = Self.times.map { Self.record($0) }
        let wanted = records.count { $0.time.day == day }

        let rows = try UsageQuery(per: window, during: .day(day)).rows(from: records)

        #expect(try rows.totals().requests == Int64(wanted))
        for zone in ["Asia/Seoul", "America/New_York", "Asia/Kolkata"] {
            let zoned = UsageQuery(per: window, during: .day(day), in: try UsageZone(zone))
            #expect(try zoned.rows(from: records).totals().requests <= 2)
        }
    }

    @Test(arguments: [Int64.min, -1_234_567_890, -1, 0, .max])
    func `negative counts add up as numbers do`(total: Int64) throws {
        let day = UsageDay.named("2025-12-07")
        let records = [Self.record(day.start.microseconds, total: total)]
        let query = UsageQuery(per: .day, during: .day(day), by: [.model])

        let report = try UsageReport(query: query, rows: query.rows(from: records.deduplicated()))

        #expect(report.totals?.tokens.total == total)
        #expect(report.json().contains("\"total_tokens\": \(total)"))
        #expect(report.csv().contains(",\(total),"))
        #expect(!report.table().contains("-."))
        if total == .min {
            #expect(throws: UsageOverflowError.self) { try query.rows(from: records + records) }
        }
        if total == -1_234_567_890 { #expect(report.table().contains(" -1,234,567,890.0")) }
    }
}
