import BedrockMetering
import LakeTestSupport
import Testing

@testable import MeteringLake
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
        (7, [], [], [], [7]),
        // Nothing is amiss: the day before was begun, and is closed tonight.
        (7, [4, 5, 6], [4, 5], [], [6, 7]),
        // Two nights failed.
        (7, [3, 4], [3, 4], [], [5, 6, 7]),
        (7, [3, 4], [3], [], [4, 5, 6, 7]),
        // A night never ran between two that did.
        (7, [3, 5, 6], [3, 5], [], [4, 6, 7]),
        // A night is repeated, or one of long ago.
        (5, [3, 4, 5, 6, 7], [3, 4, 5], [], [5]),
        (2, [3, 4, 5], [3, 4], [], [2]),
        // Nothing ran for long, or a day stays open for long.
        (40, [3, 4], [3, 4], Array(5...26), Array(27...40)),
        (30, [17, 18], [17], [], Array(18...30)),
        (30, [14, 15, 16, 17], [14, 16], [15], Array(17...30)),
    ])
    func `a night makes up what is not done since the first begun, and names what it cannot`(
        target: Int, begun: [Int], done: [Int], outOfReach: [Int], expected: [Int]
    ) throws {
        let plan = NightlyPlan(
            night: try Self.day(target), begun: try Self.days(begun), done: try Self.days(done))

        #expect(plan.days == (try expected.map(Self.day)))
        #expect(plan.outOfReach == (try outOfReach.map(Self.day)))
        #expect(plan.open == (try Self.day(target)))
    }

    @Test func `a backfill goes on where it was`() throws {
        let period = try #require(UsagePeriod(from: Self.day(1), to: Self.day(5)))

        let plan = NightlyPlan(
            backfill: period, done: try Self.days([1, 2, 4]),
            now: EventTime(microseconds: try Self.day(6).start.microseconds + 1))

        #expect(plan.days == (try [3, 5].map(Self.day)))
        #expect(plan.outOfReach == [])
        #expect(plan.open == (try Self.day(5)))
    }
}
