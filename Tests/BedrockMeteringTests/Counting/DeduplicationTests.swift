import Testing

@testable import BedrockMetering

@Suite struct DeduplicationTests {
    /// What tells calls apart, written anew and slowly.
    private struct Identity: Hashable {
        var tenant: TenantID
        var request: RequestID?
        var day: UsageDay
        var record: UsageRecord?

        init(_ record: UsageRecord) {
            tenant = record.tenant
            request = record.request
            day = record.time.day
            if record.request == nil { self.record = record }
        }
    }

    /// The columns of a record in their order, as texts that sort alike.
    private static func columns(_ record: UsageRecord) -> [[UInt8]] {
        func sortable(_ number: Int64) -> [UInt8] {
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
        return [
            Array(record.time.description.utf8), Array(record.tenant.rawValue.utf8),
            Array(record.user.rawValue.utf8), Array(record.model.rawValue.utf8),
            sortable(record.tokens.input), sortable(record.tokens.output),
            sortable(record.tokens.total), Array((record.request?.rawValue ?? "").utf8),
            sortable(record.tokens.cacheRead), sortable(record.tokens.cacheWrite),
        ]
    }

    private static func precedes(_ left: UsageRecord, _ right: UsageRecord) -> Bool {
        for (one, other) in zip(columns(left), columns(right)) where one != other {
            return one.lexicographicallyPrecedes(other)
        }
        return false
    }

    /// Whether `left` stays of two versions of a call.
    private static func prevails(_ left: UsageRecord, _ right: UsageRecord) -> Bool {
        func counts(_ record: UsageRecord) -> [Int64] {
            let tokens = record.tokens
            return [
                tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite, tokens.total,
            ]
        }
        for (one, other) in zip(counts(left), counts(right)) where one != other {
            return one > other
        }
        return precedes(left, right)
    }

    /// Whether `right` is an earlier snapshot of `left`.
    private static func dominates(_ left: UsageRecord, _ right: UsageRecord) -> Bool {
        func counts(_ record: UsageRecord) -> [Int64] {
            let tokens = record.tokens
            return [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, tokens.total]
        }
        let pairs = zip(counts(left), counts(right))
        return left.model == right.model && pairs.allSatisfy { $0 >= $1 }
            && pairs.contains { $0 > $1 }
    }

    private static func expected(_ records: [UsageRecord]) -> [UsageRecord] {
        var kept: [Identity: UsageRecord] = [:]
        for record in records {
            let known = kept[Identity(record)] ?? record
            kept[Identity(record)] = prevails(record, known) ? record : known
        }
        return kept.values.sorted(by: precedes)
    }

    /// The versions that no other one dominates, of the calls that have more than one.
    private static func conflicts(_ records: [UsageRecord]) -> Set<CallConflict> {
        var conflicts: Set<CallConflict> = []
        for (identity, records) in Dictionary(grouping: records, by: Identity.init) {
            guard let request = identity.request else { continue }
            let versions = Set(records)
            let maximal = versions.filter { one in !versions.contains { dominates($0, one) } }
            guard maximal.count > 1 else { continue }
            conflicts.insert(
                CallConflict(
                    day: identity.day, tenant: identity.tenant, request: request,
                    versions: maximal.sorted(by: prevails)))
        }
        return conflicts
    }

    /// Seeded records, a third of them seen before, or changed versions of those.
    private static func records(_ count: Int, _ random: inout RandomUsage) -> [UsageRecord] {
        let days = UsageDay.days(from: "2025-12-30", count: 4)
        var records: [UsageRecord] = []
        for _ in 0..<count {
            var record = random.record(on: days)
            if !records.isEmpty && random.number(below: 3) == 0 {
                record = random.element(of: records)
                switch random.number(below: 6) {
                case 0: record.tokens.input += 1
                case 1:
                    let change = Int64(random.number(below: 3)) - 1
                    record.tokens.output = max(0, record.tokens.output + change)
                default: break
                }
            }
            records.append(record)
        }
        return records
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `each call comes once and in order, whatever came how often`(seed: UInt64) {
        var random = RandomUsage(seed: seed)
        let records = Self.records(1500, &random)

        let deduplicated = records.deduplicated()

        #expect(deduplicated == Self.expected(records))
        #expect(random.shuffle(records + records).deduplicated() == deduplicated)
        #expect(deduplicated.deduplicated() == deduplicated)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `conflicts are the calls whose versions contradict each other, in any order and parts`(
        seed: UInt64
    ) {
        var random = RandomUsage(seed: seed)
        let records = Self.records(1500, &random)
        let conflicts = Self.conflicts(records)
        #expect(conflicts.count > 10)

        for _ in 0..<4 {
            let merger = UsageMerger()
            var rest = random.shuffle(records + records)[...]
            while !rest.isEmpty {
                var collector = merger.makeCollector()
                let part = rest.prefix(1 + random.number(below: 900))
                for record in part { collector.insert(record) }
                collector.commit()
                rest = rest.dropFirst(part.count)
            }

            #expect(merger.duplicates.conflicts == conflicts.count)
            let snapshot = merger.snapshot()
            let calls = snapshot.days().flatMap { snapshot.conflicts(on: $0.day) }
            #expect(calls.count == conflicts.count && Set(calls) == conflicts)
            #expect(merger.count + merger.duplicates.duplicates == 3000)
        }
    }

    @Test func `many records on one instant are in order as well`() {
        var random = RandomUsage(seed: 9)
        let time = EventTime(microseconds: 1_765_069_425_000_000)
        let records = Self.records(2000, &random).map { record in
            var record = record
            record.time = time
            return record
        }

        #expect(records.deduplicated() == Self.expected(records))
    }

    @Test func `workers that fill one merger at once leave what one would`() async {
        var random = RandomUsage(seed: 10)
        let records = Self.records(4000, &random)
        let merger = UsageMerger()

        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    var collector = merger.makeCollector()
                    for (index, record) in records.enumerated() where index % 4 == worker {
                        collector.insert(record)
                        if index % 40 == worker { collector.commit() }
                    }
                    collector.commit()
                }
            }
        }

        #expect(merger.records() == Self.expected(records))
        #expect(merger.count + merger.duplicates.duplicates == records.count)
    }

    @Test func `nothing stays nothing`() {
        #expect([UsageRecord]().deduplicated().isEmpty)
    }
}
