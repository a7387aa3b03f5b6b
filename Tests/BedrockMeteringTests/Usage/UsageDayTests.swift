import Foundation
import Testing

@testable import BedrockMetering

@Suite struct UsageDayTests {
    /// Every day from 2019-01-01 to 2051-12-31, by Foundation's calendar.
    private static let days: [(number: Int64, date: DateComponents)] = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return (17_897..<29_950).map { number in
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            return (Int64(number), calendar.dateComponents([.year, .month, .day], from: date))
        }
    }()

    private static func text(_ date: DateComponents) -> String {
        String(format: "%04d-%02d-%02d", date.year ?? 0, date.month ?? 0, date.day ?? 0)
    }

    private static let covered = days.filter { (2020...2050).contains($0.date.year ?? 0) }

    @Test func `every day from 2019 to 2051 is the calendar's`() throws {
        #expect(Self.days.first.map { Self.text($0.date) } == "2019-01-01")
        #expect(Self.days.last.map { Self.text($0.date) } == "2051-12-31")
        for (number, date) in Self.days {
            let day = UsageDay(number: number)
            let (year, month, dayOfMonth) = day.civil

            #expect([year, month, dayOfMonth] == [date.year, date.month, date.day])
            #expect(day.description == Self.text(date))

            let isCovered = (2020...2050).contains(year)
            #expect(UsageDay(Self.text(date)) == (isCovered ? day : nil))
            #expect(
                UsageDay(year: year, month: month, day: dayOfMonth) == (isCovered ? day : nil)
            )
        }
    }

    @Test func `every instant of a day lies on it and is written with six digits`() {
        var random = RandomUsage(seed: 1)
        for (number, date) in Self.days {
            let day = UsageDay(number: number)
            let time = random.time(on: [day])
            let rest = Int(time.microseconds - number * 86_400_000_000)
            let text = String(
                format: "T%02d:%02d:%02d.%06dZ",
                rest / 3_600_000_000,
                rest / 60_000_000 % 60,
                rest / 1_000_000 % 60,
                rest % 1_000_000
            )

            #expect(time.description == Self.text(date) + text)
            #expect(time.day == day)
            #expect(day.start <= time && time < day.end)
            #expect(day.end == day.advanced(by: 1).start)
        }
    }

    @Test(
        arguments: [
            (-1, "1969-12-31T23:59:59.999999Z"),
            (0, "1970-01-01T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
        ] as [(Int64, String)]
    )
    func `instants far away have their text as well`(microseconds: Int64, text: String) {
        #expect(EventTime(microseconds: microseconds).description == text)
    }

    @Test(arguments: [
        "", "2025-12-7", "2025-1-07", "25-12-07", "2025-12-07 ", " 2025-12-07", "2025/12/07",
        "2025-13-01", "2025-00-01", "2025-01-00", "2025-02-29", "2100-02-29", "2025-04-31",
        "2019-12-31", "2051-01-01", "+025-12-07", "2025-12-+7", "20251207", "2025-12-07T",
        "\u{662}\u{660}25-12-07", "2025-12-0\u{ff17}", "2025-12-07\u{301}", "2025-12-0x",
    ])
    func `what is no day from 2020 to 2050 is refused`(text: String) {
        #expect(UsageDay(text) == nil)
        #expect(throws: UsagePeriodError.self) { try UsagePeriod.day(text) }
    }

    @Test func `a day's folder leads back to the day`() {
        for (number, date) in Self.covered {
            let day = UsageDay(number: number)
            let path = String(
                format: "year=%04d/month=%02d/day=%02d",
                date.year ?? 0,
                date.month ?? 0,
                date.day ?? 0
            )

            #expect(PartitionSpec.path(of: day) == path)
            #expect(PartitionSpec.day(ofPath: path) == day)
        }
    }

    @Test(arguments: [
        "year=2025/month=12", "year=2025/month=12/day=7", "year=2025/month=12/day=07/",
        "month=12/year=2025/day=07", "year=2025/month=12/day=32", "2025/12/07",
        "year=2025/month=12/day=07/x", "Year=2025/month=12/day=07", "",
    ])
    func `any other folder is no day's`(path: String) {
        #expect(PartitionSpec.day(ofPath: path) == nil)
    }

    @Test func `a month has all of its days and no others`() throws {
        let february = try #require(UsagePeriod.month(2, of: 2024))

        #expect(february.days.count == 29)
        #expect(february.days.first?.description == "2024-02-01")
        #expect(february.days.last?.description == "2024-02-29")
        #expect(february.contains(try #require(UsageDay("2024-02-29"))))
        #expect(!february.contains(try #require(UsageDay("2024-03-01"))))
        #expect(UsagePeriod.month(13, of: 2024) == nil)
        #expect(UsagePeriod.month(12, of: 2051) == nil)
        #expect(UsagePeriod(from: february.last, to: february.first) == nil)
    }
}
