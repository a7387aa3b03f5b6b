import Foundation
import Testing

@testable import BedrockMetering

@Suite struct PartitionFilterTests {
    /// All days whose partitions satisfy `condition`, as often as an alternative of it names them.
    private static func days(matching condition: String) throws -> [UsageDay] {
        let isDisjunction = condition.hasPrefix("((")
        let alternatives =
            isDisjunction
            ? condition.dropFirst(2).dropLast(2).components(separatedBy: ") OR (") : [condition]
        return try alternatives.flatMap { try days(matchingAll: $0) }
    }

    private static func days(matchingAll conjunction: String) throws -> [UsageDay] {
        var values: [Substring: [String]] = [:]
        for condition in conjunction.components(separatedBy: " AND ") {
            let form = /(year|month|day) (?:= ('\d+')|IN \(('\d+'(?:, '\d+')+)\))/
            let match = try #require(condition.wholeMatch(of: form), "\(condition)")
            let literals = match.2 ?? match.3 ?? ""
            #expect(values[match.1] == nil, "a column is named once")
            values[match.1] = literals.components(separatedBy: ", ").map {
                String($0.dropFirst().dropLast())
            }
        }
        var days: [UsageDay] = []
        for year in values["year"] ?? numbers(2020...2050) {
            for month in values["month"] ?? numbers(1...12) {
                days += (values["day"] ?? numbers(1...31)).compactMap {
                    UsageDay("\(year)-\(month)-\($0)")
                }
            }
        }
        return days
    }

    private static func numbers(_ range: ClosedRange<Int>) -> [String] {
        range.map { ($0 < 10 ? "0" : "") + String($0) }
    }

    /// Periods that begin or end anywhere in a month, over none, one or many ends of years.
    private static let periods: [UsagePeriod] = {
        var random = RandomUsage(seed: 40)
        var periods: [UsagePeriod] = []
        for _ in 0..<400 {
            let first = UsageDay.named("2020-01-01").advanced(by: random.number(below: 11_200))
            let size = random.element(of: [1, 2, 27, 31, 60, 365, 1000])
            let last = first.advanced(by: random.number(below: size))
            periods.append(.days(first, min(last, .named("2050-12-31"))))
        }
        for (first, last) in [
            ("2020-01-01", "2050-12-31"), ("2024-02-01", "2024-02-29"),
            ("2023-02-01", "2023-02-28"),
            ("2024-02-01", "2024-02-28"), ("2025-01-01", "2025-12-31"),
            ("2025-12-31", "2026-01-01"),
            ("2025-01-02", "2025-12-30"), ("2024-12-31", "2027-01-01"),
            ("2025-06-01", "2025-07-01"),
        ] {
            periods.append(.days(.named(first), .named(last)))
        }
        return periods
    }()

    @Test func `a period's partitions are its days, each named once`() throws {
        for period in Self.periods {
            let days = try Self.days(matching: PartitionFilter.sql(period))

            #expect(days.sorted() == period.days, "\(period.first) to \(period.last)")
        }
    }

    @Test(arguments: [
        ("2025-12-07", "2025-12-07", "year = '2025' AND month = '12' AND day = '07'"),
        ("2025-12-01", "2025-12-31", "year = '2025' AND month = '12'"),
        ("2025-01-01", "2025-12-31", "year = '2025'"),
        ("2025-11-01", "2025-12-31", "year = '2025' AND month IN ('11', '12')"),
        (
            "2025-12-31", "2026-01-01",
            "((year = '2025' AND month = '12' AND day = '31')"
                + " OR (year = '2026' AND month = '01' AND day = '01'))"
        ),
    ])
    func `whole months and years are named without their days`(
        first: String,
        last: String,
        condition: String
    ) {
        #expect(PartitionFilter.sql(.days(.named(first), .named(last))) == condition)
    }
}
