import BedrockMetering
import MeteringPipeline
import TestSupport
import Testing

@Suite struct RestatementTests {
    private let ledger: Ledger
    private let day = UsageDay.on("2025-12-07")
    private let late: EventTime

    init() throws {
        ledger = try Ledger()
        late = .hours(30, after: day)
        try ledger.run(days: [.state(1, of: day, ["a": 2, "b": 2, "c": 2])], now: day.end)
    }

    private func close() throws {
        try ledger.close(day, now: .hours(12, after: day))
    }

    @Test func `a change before the day is closed is no restatement`() throws {
        let restatements = try ledger.run(
            days: [.state(2, of: day, ["a": 3], after: 1)], now: late
        )

        #expect(try restatements.isEmpty && ledger.restatements().isEmpty)
    }

    @Test func `a change to a closed day is kept with the difference of each tenant`() throws {
        try close()

        let after = DayContents.state(2, of: day, ["a": 5, "b": 2, "d": 1], after: 1)
        let restatements = try ledger.run(.replay, days: [after], now: late)

        let restatement = try #require(restatements.first)
        #expect(try ledger.restatements() == restatements && restatements.count == 1)
        #expect(restatement.day == day && restatement.time == late && restatement.run == 2)
        #expect(restatement.reason == .replay)
        #expect(restatement.before == .state(1) && restatement.after == .state(2))
        #expect(restatement.differences.map(\.tenant) == ["a", "c", "d"])
        #expect(restatement.differences.map(\.difference.requests) == [3, -2, 1])
        #expect(restatement.differences.map(\.difference.input) == [30, -20, 10])
        #expect(restatement.differences.map(\.difference.output) == [15, -10, 5])
        #expect(restatement.differences.map(\.difference.total) == [45, -30, 15])
        #expect(restatement.differences.allSatisfy { $0.difference.cacheRead == 0 })
    }

    @Test func `a closed day that is found as it was is not restated`() throws {
        try close()

        let same = DayContents.state(1, of: day, ["a": 2, "b": 2, "c": 2], after: 1)

        #expect(try ledger.run(days: [same], now: late).isEmpty)
    }

    @Test func `another version of a call restates a day without any difference`() throws {
        try close()

        let other = DayContents.state(2, of: day, ["a": 2, "b": 2, "c": 2], after: 1)

        #expect(try ledger.run(days: [other], now: late).map(\.differences) == [[]])
    }

    @Test func `the same rows in another format are no restatement`() throws {
        try close()

        let other = DayContents.state(
            2, of: day, ["a": 2, "b": 2, "c": 2], after: 1, file: "day.json.gz"
        )

        #expect(try ledger.run(days: [other], now: late).isEmpty)
    }

    @Test func `a change that an interrupted run made is restated by the next run`() throws {
        try close()
        _ = try ledger.beginRun(now: late)

        // The next run finds the file that the interrupted one had put in place.
        let found = DayContents.state(2, of: day, ["a": 3, "b": 2, "c": 2], after: 2)
        let restatements = try ledger.run(days: [found], now: late)

        #expect(restatements.flatMap(\.differences).map(\.tenant) == ["a"])
    }

    @Test func `restatements come in the order of days, and only those of the period`() throws {
        let next = UsageDay.on("2025-12-08")
        try close()
        try ledger.run(days: [.state(1, of: next, ["a": 1])], now: late)
        try ledger.close(next, now: late, force: true)

        try ledger.run(days: [.state(2, of: next, ["a": 2], after: 1)], now: late)
        try ledger.run(days: [.state(2, of: day, ["a": 2], after: 1)], now: late)
        try ledger.run(days: [.state(3, of: day, ["a": 1], after: 2)], now: late)

        #expect(try ledger.restatements().map(\.day) == [day, day, next])
        #expect(try ledger.restatements().map(\.number) == [2, 3, 1])
        #expect(try ledger.restatements(in: .day(next)).map(\.day) == [next])
        #expect(try ledger.restatements(in: .day(.on("2025-12-09"))).isEmpty)
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `differences add up to what a day holds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names: [TenantID] = [
            "a", "b", "\u{ac00}", "\u{1100}\u{1161}", "nul\u{0}a", "nul\u{0}b",
        ]
        func totals() -> UsageTotals {
            .calls(
                Int.random(in: 1...3, using: &random),
                of: random.pick([0, 1, 1 << 20, Int64.max / 2]), random.pick([0, 7, Int64.max / 2])
            )
        }
        func tenants() -> [TenantID: UsageTotals] {
            var tenants: [TenantID: UsageTotals] = [:]
            for name in names where random.happens(percent: 60) { tenants[name] = totals() }
            return tenants
        }
        try close()
        let first = try ledger.tenants(of: day)

        var last = first
        for state in 2...8 {
            var contents = DayContents.state(state, of: day, [:], after: state - 1)
            contents.tenants = tenants()
            try ledger.run(days: [contents], now: late)
            last = contents.tenants
        }

        let all = try ledger.restatements()
        #expect(all.count == 7)
        for name in Set(names).union(first.keys) {
            func check(
                _ sum: (UsageTotals) -> Int128, _ change: (Restatement.Difference) -> Int128
            ) {
                let changes = all.flatMap(\.differences).filter { $0.tenant == name }
                    .reduce(0 as Int128) { $0 + change($1.difference) }
                let before = first[name] ?? UsageTotals()
                #expect(sum(before) + changes == sum(last[name] ?? UsageTotals()))
            }
            check({ Int128($0.requests) }, { Int128($0.requests) })
            check({ Int128($0.input) }, { $0.input })
            check({ Int128($0.output) }, { $0.output })
            check({ Int128($0.total) }, { $0.total })
        }
    }
}
