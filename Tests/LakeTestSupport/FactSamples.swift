package import BedrockMetering
package import MeteringLake

// Short forms of facts for tests.

extension UsageSums {
    /// Calls of tenants with the model `m`.
    package static func calls(_ calls: [TenantID: Int]) -> UsageSums { UsageSums(.of(calls)) }
}

extension DayClosing {
    package static func state(
        _ state: Int, of day: UsageDay, _ calls: [TenantID: Int], file: String = "day.parquet"
    ) -> DayClosing {
        DayClosing(
            day: day, isForced: false, file: file, checksum: .state(state), sums: .calls(calls))
    }
}

extension [Fact.Content] {
    /// Facts of these contents, in a chain, one an hour.
    package func chained(from time: EventTime = UsageDay.on("2025-12-08").start) -> [StoredFact] {
        var facts: [StoredFact] = []
        for content in self {
            let chain = FactChain(facts.map(\.link))
            let time = EventTime(
                microseconds: time.microseconds + Int64(facts.count) * EventTime.perHour)
            facts.append(
                StoredFact(
                    Fact(
                        sequence: chain.last + 1, previous: chain.head, time: time,
                        tool: "a test", content: content)))
        }
        return facts
    }
}
