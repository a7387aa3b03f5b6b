import BedrockMetering
import Testing

@Suite struct MergerRowsTests {
    @Test(arguments: UsageWindow.Size.allCases)
    func `the rows of a merger are those of its records`(window: UsageWindow.Size) throws {
        var random = RandomUsage(seed: 3)
        let days = UsageDay.days(from: "2025-12-30", count: 4)
        let merger = UsageMerger()
        for _ in 0..<800 { merger.insert(random.record(on: days)) }
        let query = UsageQuery(per: window, during: .days(days[0], days[2]), by: [.model, .user])

        #expect(try query.rows(from: merger) == query.rows(from: merger.records()))
    }
}
