import BedrockMetering
import Testing

@testable import MeteringPipeline

@Suite struct NightlyPlanTests {
    private static func day(_ number: Int) throws -> UsageDay {
        try #require(UsageDay("2025-12-01")).advanced(by: number - 1)
    }

    private static func days(_ numbers: [Int]) throws -> Set<UsageDay> {
        Set(try numbers.map(day))
    }

    @Test(arguments: [
        // The first night of all.
        (7, [], [], [7]),
        // Nothing is amiss: the day before was exported, and is closed tonight.
        (7, [4, 5, 6], [4, 5], [6, 7]),
        // Two nights failed.
        (7, [3, 4], [3, 4], [5, 6, 7]),
        (7, [3, 4], [3], [4, 5, 6, 7]),
        // An export is there that never was ingested to its end.
        (7, [3, 5, 6], [3, 5], [4, 6, 7]),
        // A night is repeated, or one of long ago.
        (5, [3, 4, 5, 6, 7], [3, 4, 5], [5]),
        (2, [3, 4, 5], [3, 4], [2]),
        // Nothing ran for long.
        (40, [3, 4], [3, 4], [40]), (30, [17, 18], [17], Array(18...30)),
    ])
    func `a night makes up what is not closed since the first export`(
        target: Int, exported: [Int], closed: [Int], expected: [Int]
    ) throws {
        let plan = NightlyPlan(
            night: try Self.day(target), exported: try Self.days(exported),
            closed: try Self.days(closed))

        #expect(plan.days == (try expected.map(Self.day)))
        #expect(plan.open == (try Self.day(target)))
    }

    @Test func `a backfill goes on where it was`() throws {
        let period = try #require(UsagePeriod(from: Self.day(1), to: Self.day(5)))

        let plan = NightlyPlan(
            backfill: period, closed: try Self.days([1, 2, 4]),
            now: EventTime(microseconds: try Self.day(6).start.microseconds + 1))

        #expect(plan.days == (try [3, 5].map(Self.day)))
        #expect(plan.open == (try Self.day(5)))
    }
}
