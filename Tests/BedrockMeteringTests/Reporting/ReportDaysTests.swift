import BedrockMetering
import Testing

/// How final a lake's days are, as reports show it.
@Suite struct ReportDaysTests {
    private static func report(_ days: [UsageReport.Day]?) throws -> UsageReport {
        let period = try #require(
            UsagePeriod(from: .init(number: 20_428), to: .init(number: 20_440)))
        var report = UsageReport(query: UsageQuery(per: .day, during: period), rows: [])
        report.days = days
        return report
    }

    private static func day(
        _ number: Int64, _ state: UsageReport.Day.State, restated count: Int = 0
    ) -> UsageReport.Day {
        UsageReport.Day(day: UsageDay(number: number), state: state, restatements: count)
    }

    @Test func `days in a row that are alike are put together`() throws {
        let report = try Self.report([
            Self.day(20_428, .closed), Self.day(20_429, .closed),
            Self.day(20_430, .closed, restated: 1), Self.day(20_431, .closed, restated: 3),
            Self.day(20_432, .provisional), Self.day(20_434, .provisional),
            Self.day(20_435, .provisional),
        ])

        #expect(
            report.table().hasSuffix(
                """

                provisional: 2025-12-10, 2025-12-12 to 2025-12-13
                closed: 2025-12-06 to 2025-12-07, 2025-12-08 (restated once), \
                2025-12-09 (restated 3 times)

                """
            ))
        #expect(!report.csv().contains("closed"))
    }

    @Test func `where no ledger tells, nothing is said`() throws {
        #expect(try !Self.report(nil).table().contains("closed"))
        #expect(try !Self.report([]).table().contains("closed"))
        #expect(try !Self.report(nil).json().contains("days"))
        #expect(try Self.report([]).json().contains(", \"days\": [], "))
    }
}
