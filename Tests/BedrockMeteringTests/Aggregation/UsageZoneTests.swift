import Foundation
import Testing

@testable import BedrockMetering

@Suite struct UsageZoneTests {
    /// Zones of all kinds: without changes, with minutes, with half an hour or two hours of summer
    /// time, with changes at midnight, and with new rules since 2020.
    static let names = [
        "Asia/Seoul", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Kiritimati",
        "Pacific/Pago_Pago", "America/New_York", "America/St_Johns", "America/Havana",
        "America/Santiago", "America/Nuuk", "Europe/London", "Europe/Volgograd", "Africa/Cairo",
        "Africa/Casablanca", "Asia/Beirut", "Asia/Almaty", "Australia/Lord_Howe",
        "Antarctica/Casey", "Antarctica/Troll",
    ]

    /// The calendar of a zone, as Foundation has it.
    static func calendar(_ name: String) throws -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        return calendar
    }

    /// The instants of a day in Foundation's calendar.
    private static func instants(of day: UsageDay, _ calendar: Calendar) throws -> Range<Int64> {
        func start(_ day: UsageDay) throws -> Int64 {
            let (year, month, number) = day.civil
            // Noon is never skipped or repeated.
            let components = DateComponents(year: year, month: month, day: number, hour: 12)
            let noon = try #require(calendar.date(from: components))
            return Int64(calendar.startOfDay(for: noon).timeIntervalSince1970) * 1_000_000
        }
        return try start(day)..<start(day.advanced(by: 1))
    }

    @Test(arguments: names)
    func `a day has the instants that the calendar gives it`(name: String) throws {
        let zone = try UsageZone(name)
        let calendar = try Self.calendar(name)
        var random = RandomUsage(seed: 60)
        var days = zone.stretches.dropFirst().flatMap { stretch in
            (-1...1).map { zone.day(of: EventTime(microseconds: stretch.start)).advanced(by: $0) }
        }
        days += (0..<100).map { _ in
            UsageDay.named("2020-01-01").advanced(by: random.number(below: 11_323))
        }
        days += [.named("2020-01-01"), .named("2050-12-31")]

        for day in days {
            let instants = zone.instants(of: .day(day))

            #expect(instants == (try Self.instants(of: day, calendar)), "\(day)")
            for time in [instants.lowerBound, instants.upperBound - 1] {
                #expect(zone.day(of: EventTime(microseconds: time)) == day)
            }
        }
    }

    @Test(arguments: [
        ("Asia/Seoul", "2025-03-09", 24), ("America/New_York", "2025-03-09", 23),
        ("America/New_York", "2025-11-02", 25), ("Antarctica/Troll", "2025-03-30", 22),
        ("Antarctica/Troll", "2025-10-26", 26), ("UTC", "2025-03-30", 24),
    ])
    func `a day on which clocks change is shorter or longer`(
        name: String, day: String, hours: Int64
    ) throws {
        let instants = try UsageZone(name).instants(of: .day(day))

        #expect(Int64(instants.count) == hours * EventTime.perHour)
    }

    @Test func `every zone that the system lists can be counted by`() throws {
        let names = TimeZone.knownTimeZoneIdentifiers.filter { UsageZone.isWellFormed($0) }

        #expect(names.count > 300)
        for name in names {
            let zone = try UsageZone(name)
            let known = try #require(TimeZone(identifier: name))
            for stretch in zone.stretches.dropFirst() {
                for second in [-1, 0, 1] {
                    let instant = Date(
                        timeIntervalSince1970: Double(stretch.start / 1_000_000) + Double(second))
                    let offset = Int64(known.secondsFromGMT(for: instant)) * EventTime.perSecond
                    let index = zone.stretches.lastIndex {
                        $0.start <= stretch.start + Int64(second) * EventTime.perSecond
                    }
                    #expect(index.map { zone.stretches[$0].offset } == offset, "\(name)")
                }
            }
        }
    }

    @Test(arguments: [
        "", "Seoul", "KST", "EST", "GMT", "GMT+9", "UTC+9", "+09:00", "Japan", "Asia", "Asia/",
        "/Asia/Seoul", "Asia//Seoul", "Asia/Seoul ", " Asia/Seoul", "Asia/Seo'ul", "Asia/Seoul'",
        "Asia/Seoul;", "../Asia/Seoul", "Asia/../Asia/Seoul", "Nowhere/City", "Etc/GMT-9",
        "Etc/GMT+9", "utc", "Asia/S\u{e9}oul", "Asia/Seoul\u{301}", "Asia/Seoul\n", "\u{0}",
        "Asia/" + String(repeating: "x", count: 100),
    ])
    func `what is no area and place is refused`(name: String) {
        #expect(throws: UsageZoneError(identifier: name)) { try UsageZone(name) }
    }

    @Test func `UTC has one value, and zones are equal by name and offsets`() throws {
        #expect(try UsageZone("UTC") == .utc)
        #expect(try UsageZone("Etc/UTC") == .utc)
        #expect(try UsageZone("Asia/Seoul") == UsageZone("Asia/Seoul"))
        #expect(try UsageZone("Asia/Seoul") != UsageZone("Asia/Tokyo"))
        #expect(try UsageZone("America/Argentina/Buenos_Aires").description.count == 30)
    }

    @Test func `offsets that queries cannot count by make no zone`() {
        let day: Int64 = 86_400
        let change = 20_000 * day
        func stretches(_ offset: @escaping (Int64) -> Int) -> [UsageZone.Stretch]? {
            UsageZone.stretches(offset: offset)
        }

        #expect(stretches { _ in 60 }?.count == 1)
        #expect(stretches { $0 < change + 60 ? 0 : 3600 }?.count == 2)
        #expect(stretches { $0 < change ? 0 : 3600 }?.count == 2)
        // No whole minutes, a change within a minute, one that leads back to the day before, and two
        // on one day.
        #expect(stretches { _ in 61 } == nil)
        #expect(stretches { $0 < change + 30 ? 0 : 3600 } == nil)
        #expect(stretches { $0 < change + 900 ? 0 : -3600 } == nil)
        #expect(
            stretches { $0 < change + 3600 ? 0 : $0 < change + 7200 ? 3600 : 7200 } == nil
        )
    }

    @Test(arguments: [
        ("Asia/Seoul", "2025-12-07", "2025-12-06", "2025-12-07"),
        ("America/New_York", "2025-12-07", "2025-12-07", "2025-12-08"),
        ("Europe/London", "2025-12-07", "2025-12-07", "2025-12-07"),
        ("Europe/London", "2025-07-01", "2025-06-30", "2025-07-01"),
        ("Asia/Seoul", "2020-01-01", "2020-01-01", "2020-01-01"),
        ("Pacific/Pago_Pago", "2050-12-31", "2050-12-31", "2050-12-31"),
    ])
    func `a day touches one UTC day or two, and none that usage cannot fall on`(
        name: String, day: String, first: String, last: String
    ) throws {
        let days = try UsageZone(name).utcDays(of: .day(day))

        #expect(days == .days(.named(first), .named(last)))
    }

    @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
    func `no instant is too far away to have a day`(microseconds: Int64) throws {
        let time = EventTime(microseconds: microseconds)

        for name in ["UTC", "Asia/Seoul", "America/New_York"] {
            let day = try UsageZone(name).day(of: time)
            #expect(abs(day.number - time.day.number) <= 1)
        }
    }
}
