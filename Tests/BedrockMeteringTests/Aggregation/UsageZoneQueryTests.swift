import Foundation
import Testing

@testable import BedrockMetering

/// Queries by the days and hours of a zone, against sums by Foundation's calendar.
@Suite struct UsageZoneQueryTests {
    /// A row as the calendar tells it.
    private struct Row: Equatable {
        var window: String
        var tenant: TenantID
        var sum = UsageSum()
        var cost: UsageCost?
    }

    private struct Key: Hashable {
        var window: String
        var tenant: TenantID
    }

    /// A record and its local hour, `2025-12-07T23`.
    private typealias Timed = (record: UsageRecord, hour: String)

    /// `records` with the hours that `calendar` finds.
    private static func timed(_ records: [UsageRecord], _ calendar: Calendar) -> [Timed] {
        var hours: [Int64: String] = [:]
        return records.map { record in
            // A date is a double and a little coarse, so that it is made of whole minutes.
            let minute = record.time.microseconds.flooredQuotient(by: 60_000_000)
            if let hour = hours[minute] { return (record, hour) }
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour], from: Date(timeIntervalSince1970: Double(minute * 60))
            )
            let hour = String(
                format: "%04d-%02d-%02dT%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
                parts.hour ?? 0
            )
            hours[minute] = hour
            return (record, hour)
        }
    }

    /// The answer of `query` by the hours that the calendar told.
    private static func expected(_ query: UsageQuery, _ records: [Timed]) -> [Row] {
        var sums: [Key: Row] = [:]
        let first = query.period.first.description
        let last = query.period.last.description
        for (record, hour) in records {
            let date = String(hour.prefix(10))
            guard date >= first, date <= last else { continue }
            let window =
                switch query.window {
                case .hour: hour
                case .day: date
                case .month: String(date.prefix(7))
                }
            let key = Key(window: window, tenant: record.tenant)
            var row = sums[key] ?? Row(window: window, tenant: record.tenant)
            row.sum.requests += 1
            row.sum.tokens.input += record.tokens.input
            row.sum.tokens.output += record.tokens.output
            row.sum.tokens.cacheRead += record.tokens.cacheRead
            row.sum.tokens.cacheWrite += record.tokens.cacheWrite
            row.sum.tokens.total += record.tokens.total
            if let prices = query.prices {
                var cost = row.cost ?? UsageCost()
                if let entry = prices.entry(of: record.model, on: record.time.day) {
                    cost += UsageCost(parts: entry.costs(of: record.tokens))
                } else {
                    cost.unpricedRequests += 1
                }
                row.cost = cost
            }
            sums[key] = row
        }
        return sums.values.sorted { left, right in
            if left.window != right.window { return left.window < right.window }
            let (one, other) = (left.sum.tokens.total, right.sum.tokens.total)
            return one == other ? left.tenant < right.tenant : one > other
        }
    }

    private static func rows(_ rows: [UsageRow]) -> [Row] {
        rows.map { row in
            let hour = row.window.hour.map { String(format: "T%02d", $0) } ?? ""
            return Row(
                window: row.window.date + hour, tenant: row.tenant, sum: row.usage, cost: row.cost
            )
        }
    }

    /// Records around the borders of days and hours and the changes of clocks.
    private static func records(
        near instants: [Int64], _ random: inout RandomUsage
    ) -> [UsageRecord] {
        (0..<500).map { _ in
            var record = random.record(on: [.named("2025-01-01")])
            let quarters = Int64(random.number(below: 200) - 100)
            let microseconds = Int64(random.element(of: [-1, 0, 0, 1, 59_999_999, 899_999_999]))
            record.time = EventTime(
                microseconds: random.element(of: instants) + quarters * EventTime.perHour / 4
                    + microseconds
            )
            return record
        }
    }

    /// A change of prices on each of `days`, in UTC, and no price before the first.
    private static func prices(changingOn days: [UsageDay]) throws -> PriceBook {
        let ends = days.dropFirst().map { $0.advanced(by: -1) } + [.named("2050-12-31")]
        return try PriceBook(
            zip(days, ends).enumerated().flatMap { number, days in
                try ["haiku", "sonnet"].map { model in
                    let price = try #require(TokenPrice(usdPerMillionTokens: "\(number + 1).5"))
                    return PriceBook.Entry(
                        model: ModelID(model), first: days.0, last: days.1, input: price,
                        output: price, cacheRead: price, cacheWrite: price
                    )
                }
            }
        )
    }

    @Test(arguments: UsageZoneTests.names)
    func `rows are what the calendar adds up`(name: String) throws {
        let zone = try UsageZone(name)
        let calendar = try UsageZoneTests.calendar(name)
        var random = RandomUsage(seed: 61)
        let changes = zone.stretches.dropFirst().prefix(2).map(\.start)
        for change in changes + [UsageDay.named("2026-01-01").start.microseconds] {
            let day = zone.day(of: EventTime(microseconds: change))
            let records = Self.records(near: [change], &random)
            let timed = Self.timed(records, calendar)
            let calls = Self.timed(records.deduplicated(), calendar)
            let utcDay = EventTime(microseconds: change).day
            let prices = try Self.prices(
                changingOn: [utcDay.advanced(by: -1), utcDay, utcDay.advanced(by: 1)]
            )
            for (first, last) in [(0, 0), (-1, 0), (0, 1)] {
                let period = UsagePeriod.days(day.advanced(by: first), day.advanced(by: last))
                for window in UsageWindow.Size.allCases {
                    let query = UsageQuery(
                        per: window, during: period, in: zone,
                        prices: random.element(of: [nil, prices])
                    )
                    let merger = UsageMerger()
                    var collector = merger.makeCollector(for: query.utcDays)
                    for record in records { collector.insert(record) }
                    collector.commit()
                    var aggregator = UsageAggregator(query)
                    aggregator.add(merger)

                    let rows = try aggregator.rows()

                    #expect(Self.rows(rows) == Self.expected(query, calls))
                    #expect(
                        Self.rows(try query.rows(from: records)) == Self.expected(query, timed)
                    )
                    let outside = collector.outside + merger.count(outside: query)
                    let requests = try Int(rows.totals().requests)
                    #expect(
                        requests + merger.duplicates.duplicates + outside == records.count
                    )
                }
            }
        }
    }

    private static func record(_ time: String) throws -> UsageRecord {
        let date = try Date(time, strategy: .iso8601)
        return UsageRecord(
            time: EventTime(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000),
            tenant: "acme", user: "u", model: "m", tokens: TokenCounts(total: 1)
        )
    }

    @Test(arguments: [
        // Clocks put back: 1:30 in summer time, and 1:30 an hour later.
        (
            "America/New_York", "2025-11-02",
            ["2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z", "2025-11-02T07:30:00Z"], [1, 1, 2]
        ),
        // By two hours: 1, 2, 1, 2, 3.
        (
            "Antarctica/Troll", "2025-10-26",
            [
                "2025-10-25T23:00:00Z", "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z",
                "2025-10-26T02:00:00Z", "2025-10-26T03:00:00Z",
            ], [1, 2, 1, 2, 3]
        ),
        // By half an hour: 1:45, 1:45, 2:15.
        (
            "Australia/Lord_Howe", "2025-04-06",
            ["2025-04-05T14:45:00Z", "2025-04-05T15:15:00Z", "2025-04-05T15:45:00Z"], [1, 1, 2]
        ),
        // Put forward: no hour is 2.
        (
            "America/New_York", "2025-03-09", ["2025-03-09T06:59:59Z", "2025-03-09T07:00:00Z"],
            [1, 3]
        ),
    ])
    func `a repeated hour is one row, and a skipped one is none`(
        name: String, day: String, times: [String], hours: [Int]
    ) throws {
        let query = UsageQuery(per: .hour, during: try .day(day), in: try UsageZone(name))

        let rows = try query.rows(from: try times.map { try Self.record($0) })

        #expect(rows.map(\.window.hour) == Set(hours).sorted())
        #expect(
            rows.map(\.usage.requests)
                == Set(hours).sorted().map { hour in Int64(hours.count { $0 == hour }) }
        )
        #expect(rows.allSatisfy { $0.window.day == .named(day) })
    }

    @Test func `JSON and tables name a zone that is not UTC`() throws {
        func report(_ zone: UsageZone) -> UsageReport {
            UsageReport(
                query: UsageQuery(per: .day, during: .day(.named("2025-12-07")), in: zone), rows: []
            )
        }

        let seoul = try report(UsageZone("Asia/Seoul"))

        #expect(seoul.json().contains("\"to\": \"2025-12-07\", \"time_zone\": \"Asia/Seoul\", "))
        #expect(seoul.table().hasSuffix("\nDays and hours are those of Asia/Seoul.\n"))
        #expect(!report(.utc).json().contains("time_zone"))
        #expect(!report(.utc).table().contains("UTC"))
    }
}
