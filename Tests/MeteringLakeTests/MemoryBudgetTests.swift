import BedrockMetering
import LakeTestSupport
import Testing

@testable import MeteringLake

/// When records are set aside.
@Suite struct MemoryBudgetTests {
    @Test func `a day is not set aside while it is all that is held`() throws {
        let first = try #require(UsageDay("2025-12-07"))
        let budget = MemoryBudget(bytes: 1, jobs: 2)
        let merger = UsageMerger()

        read(0..<5, on: first, into: merger, budget)
        #expect(!budget.isSpent(by: merger))
        read(5..<9, on: first, into: merger, budget)
        #expect(!budget.isSpent(by: merger))
        read(0..<1, on: first.advanced(by: 1), into: merger, budget)
        #expect(budget.isSpent(by: merger))

        budget.startOver()
        let next = UsageMerger()
        read(0..<9, on: first.advanced(by: 2), into: next, budget)
        #expect(!budget.isSpent(by: next))
    }

    @Test func `objects that others are still reading do not count, nor do lines delivered twice`()
        throws
    {
        let first = try #require(UsageDay("2025-12-07"))
        let budget = MemoryBudget(bytes: 1, jobs: 2)
        let merger = UsageMerger()

        read(0..<5, on: first, into: merger, budget)
        read(5..<9, on: first, into: merger)
        #expect(!budget.isSpent(by: merger))
        read(0..<4, on: first.advanced(by: 1), into: merger, budget)
        read(0..<4, on: first.advanced(by: 1), into: merger, budget)
        read(0..<4, on: first.advanced(by: 1), into: merger, budget)
        #expect(merger.count == 13 && budget.isSpent(by: merger))
    }

    @Test func `once records are to be set aside, nobody reads on`() throws {
        let first = try #require(UsageDay("2025-12-07"))
        let budget = MemoryBudget(bytes: 1, jobs: 2)
        let merger = UsageMerger()
        read(0..<3, on: first, into: merger, budget)
        read(0..<3, on: first.advanced(by: 1), into: merger, budget)
        #expect(budget.isSpent(by: merger))

        read(3..<20, on: first, into: merger, budget)

        #expect(budget.isSpent(by: merger))
    }

    /// Inserts records, and counts them in unless their object is still being read.
    private func read(
        _ numbers: Range<Int>, on day: UsageDay, into merger: UsageMerger,
        _ budget: MemoryBudget? = nil
    ) {
        var collector = merger.makeCollector()
        for number in numbers {
            collector.insert(
                UsageRecord(
                    time: EventTime(microseconds: day.start.microseconds + Int64(number)),
                    tenant: "t", user: "u", model: "m", tokens: TokenCounts(), request: nil
                )
            )
        }
        collector.commit()
        budget?.add([day: numbers.count])
    }

    @Test(arguments: [(1, true), (8, false), (512, false)])
    func `records are set aside past the budget and not before`(mebibytes: Int, isSpent: Bool)
        throws
    {
        let first = try #require(UsageDay("2025-12-07"))
        let budget = MemoryBudget(bytes: mebibytes << 20, jobs: 2)
        let merger = UsageMerger()

        for day in 0..<10 {
            read(0..<2000, on: first.advanced(by: day), into: merger, budget)
        }

        #expect(budget.isSpent(by: merger) == isSpent)
    }

    @Test func `objects share half of the budget until they are whole, and 64 MiB at least`() {
        for (bytes, limit) in [(1, 64 << 20), (1 << 30, 512 << 20)] {
            let budget = MemoryBudget(bytes: bytes, jobs: 2)

            #expect(budget.hold(limit, insteadOf: 0) == .enough)
            #expect(budget.hold(1, insteadOf: 0) == .taken)
            #expect(budget.hold(0, insteadOf: 1) == .enough)
            #expect(budget.hold(limit + 1, insteadOf: limit) == .tooLittle)
            #expect(budget.hold(0, insteadOf: limit + 1) == .enough)
        }
    }

    @Test func `what a merger says it takes is what its records and names need`() throws {
        let day = try #require(UsageDay("2025-12-07"))
        let merger = UsageMerger()

        read(0..<100_000, on: day, into: merger)

        let bytes = merger.memory(withCollectors: 2) / 100_000
        #expect((UsageMerger.recordSize..<UsageMerger.recordSize + 40).contains(bytes))
    }
}
