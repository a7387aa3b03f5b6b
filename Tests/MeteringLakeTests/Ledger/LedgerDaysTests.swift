import BedrockMetering
import LakeTestSupport
import Testing

@testable import MeteringLake

@Suite struct LedgerDaysTests {
    private let ledger: Ledger
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        ledger = try Ledger()
    }

    @Test func `a day holds the sums of its tenants and models`() throws {
        let contents = DayContents.state(1, of: day, ["a": 2, "b": 3])

        try ledger.run(days: [contents], now: .hours(1, after: day))

        let stored = try #require(try ledger.day(day))
        #expect(stored.totals == .calls(5) && stored.totals.total == 75)
        #expect(stored.checksum == .state(1) && stored.file == "day.parquet")
        #expect(stored.fileSize == 1000)
        #expect(stored.changed == .hours(1, after: day))
        #expect(!stored.mayHoldUnknownRows)
        #expect(try ledger.sums(of: day) == UsageSums(contents.sums))
    }

    @Test func `sums beyond 63 and 64 bits come back as they were`() throws {
        var totals = UsageTotals()
        let most = TokenCounts(
            input: .max, output: .max, cacheRead: .max, cacheWrite: .max, total: .max
        )
        for _ in 0..<7 { totals.add(most) }
        var contents = DayContents.state(1, of: day, [:])
        let sums = [TenantModel("a", "m"): totals, TenantModel("b", "m"): totals]
        contents.sums = sums

        try ledger.run(days: [contents], now: day.end)

        #expect(try ledger.sums(of: day) == UsageSums(sums))
        #expect(try ledger.day(day)?.totals.total == 14 * UInt128(Int64.max))
    }

    @Test func `a day that was left as it was keeps the time of its change`() throws {
        try ledger.run(days: [.state(1, of: day, ["a": 1])], now: .hours(1, after: day))

        let same = DayContents.state(1, of: day, ["a": 1], after: 1)
        try ledger.run(days: [same], now: .hours(2, after: day))
        #expect(try ledger.day(day)?.changed == .hours(1, after: day))

        try ledger.run(days: [.state(2, of: day, ["a": 2], after: 1)], now: .hours(3, after: day))
        #expect(try ledger.day(day)?.changed == .hours(3, after: day))
        #expect(try ledger.sums(of: day) == UsageSums(.of(["a": 2])))
    }

    @Test func `a tenant that is gone from a day is gone from its sums`() throws {
        try ledger.run(days: [.state(1, of: day, ["a": 1, "b": 1])], now: day.end)

        try ledger.run(.rebuild, days: [.state(2, of: day, ["b": 1])], now: day.end)

        #expect(try ledger.sums(of: day) == UsageSums(.of(["b": 1])))
    }

    @Test(arguments: [
        // The state of the file that was merged in, and whether its rows are explained.
        (nil, false), (1, false), (9, true),
    ])
    func `a file that the ledger did not know may hold rows of no source`(
        previous: Int?, isUnknown: Bool
    ) throws {
        try ledger.run(days: [.state(1, of: day, ["a": 1])], now: day.end)

        try ledger.run(days: [.state(2, of: day, ["a": 2], after: previous)], now: day.end)
        #expect(try ledger.day(day)?.mayHoldUnknownRows == isUnknown)

        try ledger.run(days: [.state(3, of: day, ["a": 3], after: 2)], now: day.end)
        #expect(try ledger.day(day)?.mayHoldUnknownRows == isUnknown)

        var rebuilt = DayContents.state(4, of: day, ["a": 3])
        for holdsOnlyReadRows in [false, true] {
            rebuilt.holdsOnlyReadRows = holdsOnlyReadRows
            try ledger.run(.rebuild, days: [rebuilt], now: day.end)
            #expect(try ledger.day(day)?.mayHoldUnknownRows == !holdsOnlyReadRows)
        }
    }

    @Test func `a ledger younger than its lake says so`() throws {
        try ledger.run(days: [.state(2, of: day, ["a": 2], after: 1)], now: day.end)

        #expect(try ledger.day(day)?.mayHoldUnknownRows == true)
    }

    @Test func `days come in order, and only those of the period`() throws {
        let days = ["2026-01-01", "2025-12-07", "2025-12-31", "2025-12-08"].map(UsageDay.on)
        try ledger.run(days: days.map { .state(1, of: $0, ["a": 1]) }, now: day.end)

        #expect(try ledger.days().map(\.day) == days.sorted())
        let period = UsagePeriod(from: .on("2025-12-08"), to: .on("2025-12-31"))
        #expect(try ledger.days(in: period).map(\.day) == [.on("2025-12-08"), .on("2025-12-31")])
        #expect(try ledger.days(in: .day(.on("2025-12-09"))).isEmpty)
        #expect(try ledger.day(.on("2025-12-09")) == nil)
    }

    @Test(arguments: [(-1, false, false), (0, false, true), (-1, true, true), (99, true, true)])
    func `a day may be closed from twelve hours after its end on, and earlier by force`(
        microseconds: Int64, force: Bool, mayClose: Bool
    ) throws {
        try ledger.run(days: [.state(1, of: day, ["a": 1])], now: day.end)
        let noon = EventTime.hours(12, after: day)
        let now = EventTime(microseconds: noon.microseconds + microseconds)
        func check() throws -> LedgerDay? {
            try ledger.checkClosing(day, now: now, force: force, isEmpty: false)
        }

        if mayClose {
            #expect(try check() == ledger.day(day))
        } else {
            let error = #expect(throws: PipelineError.self) { try check() }
            #expect(error?.code == .usage && error?.location == "2025-12-07")
            #expect(error?.reason.contains("2025-12-08T12:00:00.000000Z") == true)
        }
    }

    @Test func `a day that nothing is known of is not closed`() throws {
        let error = #expect(throws: PipelineError.self) {
            try ledger.checkClosing(day, now: .hours(99, after: day), force: true, isEmpty: false)
        }
        #expect(error?.code == .notFound)
    }
}
