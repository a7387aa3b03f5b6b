import BedrockMetering
import Testing

/// What is public of telling calls apart.
@Suite struct CallTests {
    private static func records(_ count: Int, seed: UInt64) -> [UsageRecord] {
        var random = RandomUsage(seed: seed)
        let days = UsageDay.days(from: "2025-12-30", count: 3)
        return (0..<count).map { number in
            var record = random.record(on: days)
            if number % 11 == 0 {
                record.request = ["None", "", "0000-0000", "undefined"][number / 11 % 4]
            }
            return record
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `a merger holds a version of each call, the one that prevails`(seed: UInt64) {
        let records = Self.records(800, seed: seed)
        var kept: [CallID: UsageRecord] = [:]
        let merger = UsageMerger()

        for record in records {
            let id = CallID(record)
            let known = kept[id]
            var record = record
            if id.request == nil { record.request = nil }
            let winner = known.map { record.prevails(over: $0) ? record : $0 } ?? record

            let (inserted, member) = merger.insert(record)

            #expect(inserted == (known == nil))
            #expect(member == winner)
            kept[id] = winner
        }

        #expect(merger.records() == kept.values.sorted())
        #expect(merger.count == kept.count)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `the order of records is that of day files`(seed: UInt64) {
        let records = Self.records(500, seed: seed).filter { CallID($0).request == nil }.map {
            var record = $0
            record.request = nil
            return record
        }

        #expect(records.deduplicated() == Set(records).sorted())
        #expect(records.allSatisfy { !($0 < $0) })
    }

    @Test func `snapshots of a call are no conflict, and versions that contradict each other are`()
    {
        let day = UsageDay.named("2025-12-07")
        func version(_ input: Int64, _ output: Int64, model: ModelID = "m") -> UsageRecord {
            UsageRecord(
                time: day.start, tenant: "t", user: "u", model: model,
                tokens: TokenCounts(input: input, output: output), request: "r")
        }
        let merger = UsageMerger()

        merger.insert(version(1, 1))
        merger.insert(version(1, 2))
        #expect(version(1, 1).isSnapshot(of: version(1, 2)))
        #expect(merger.conflicts().isEmpty)

        merger.insert(version(2, 1))
        let conflict = merger.conflicts()
        #expect(conflict.map(\.id) == [CallID(version(9, 9))])
        // Of an equal sum, the one that comes first in a day file stays.
        #expect(conflict[0].versions == [version(1, 2), version(2, 1)])
        #expect(merger.records() == [version(1, 2)])

        merger.insert(version(2, 2))
        #expect(merger.conflicts().isEmpty && merger.records() == [version(2, 2)])
    }

    @Test func `the same id of another tenant or day is another call`() {
        let day = UsageDay.named("2025-12-07")
        func record(_ time: EventTime, _ tenant: TenantID, _ input: Int64) -> UsageRecord {
            UsageRecord(
                time: time, tenant: tenant, user: "u", model: "m",
                tokens: TokenCounts(input: input), request: "r")
        }
        let first = CallID(record(day.start, "a", 1))

        #expect(first == CallID(record(day.start, "a", 2)))
        #expect(first != CallID(record(day.end, "a", 1)))
        #expect(first != CallID(record(day.start, "b", 1)))
    }
}
