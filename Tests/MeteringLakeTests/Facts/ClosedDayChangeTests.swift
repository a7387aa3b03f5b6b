import BedrockMetering
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

/// Closed days as their facts leave them.
@Suite struct ClosedDayChangeTests {
    private static let day = UsageDay.on("2025-12-07")

    private func closed(_ facts: [Fact.Content]) throws -> ClosedDay {
        try #require(ClosedDay(facts.chained().compactMap(\.fact)))
    }

    private func change(
        of closed: ClosedDay, to state: Int, _ calls: [TenantID: Int], file: String = "day.parquet"
    ) -> Fact.Content? {
        closed.change(to: file, .state(state), .calls(calls), by: "ingest")
    }

    private static let closing = Fact.Content.dayClosed(
        .state(1, of: day, ["a": 2, "b": 2, "c": 2]))

    @Test func `a change is told with the difference of each tenant and model`() throws {
        let closed = try closed([Self.closing])

        guard
            case .dayRestated(let restatement)? = change(
                of: closed, to: 2, ["a": 5, "b": 2, "d": 1])
        else {
            Issue.record("no restatement")
            return
        }

        #expect(restatement.before == .state(1) && restatement.after == .state(2))
        #expect(restatement.reason == "ingest" && restatement.day == Self.day)
        #expect(restatement.changes.map(\.tenant) == ["a", "c", "d"])
        #expect(restatement.changes.map(\.model) == ["m", "m", "m"])
        #expect(restatement.changes.map(\.difference.requests) == [3, -2, 1])
        #expect(restatement.changes.map(\.difference.input) == [30, -20, 10])
        #expect(restatement.changes.map(\.difference.output) == [15, -10, 5])
        #expect(restatement.changes.map(\.difference.total) == [45, -30, 15])
    }

    @Test func `the file of the last fact is no change`() throws {
        let first = try closed([Self.closing])
        let restated = try #require(change(of: first, to: 2, ["a": 1]))
        let second = try closed([Self.closing, restated])

        #expect(change(of: first, to: 1, ["a": 2, "b": 2, "c": 2]) == nil)
        #expect(change(of: second, to: 2, ["a": 1]) == nil)
        #expect(second.checksum == .state(2) && second.restatements.count == 1)
        #expect(second.sums == .calls(["a": 1]))
    }

    @Test(arguments: [("day.parquet", "day_restated"), ("day.json.gz", "day_converted")])
    func `the same sums in another file are a conversion, and in the same one another version`(
        file: String, kind: String
    ) throws {
        let closed = try closed([Self.closing])

        let change = change(of: closed, to: 2, ["a": 2, "b": 2, "c": 2], file: file)

        #expect(change?.kind == kind)
        guard case .dayRestated(let restatement)? = change else { return }
        #expect(restatement.changes.isEmpty)
    }

    @Test func `a day that was closed twice is so since the first time`() throws {
        let second = Fact.Content.dayClosed(.state(9, of: Self.day, ["z": 1]))

        let closed = try closed([Self.closing, second])

        #expect(closed.closed == UsageDay.on("2025-12-08").start)
        #expect(closed.checksum == .state(1))
        #expect(ClosedDay([]) == nil)
    }

    @Test func `sums of tenants alone are compared as such`() {
        let before = UsageSums([TenantModel("a", nil): .calls(3), TenantModel("b", "m"): .calls(1)])
        let after = UsageSums([
            TenantModel("a", "m"): .calls(2), TenantModel("a", "n"): .calls(2),
            TenantModel("b", "m"): .calls(1), TenantModel("b", "n"): .calls(1),
        ])

        let changes = before.changes(to: after)

        #expect(changes.map(\.key) == [TenantModel("a", nil), TenantModel("b", "n")])
        #expect(changes.map(\.difference.requests) == [1, 1])
        #expect(before.losses(to: after) == [] && !before.areByModel && after.areByModel)
        #expect(
            after.losses(to: before).map(\.key) == [TenantModel("a", nil), TenantModel("b", nil)])
    }

    @Test func `usage that goes from one model to another is a change and no loss`() {
        let before = UsageSums([TenantModel("a", "m"): .calls(2)])
        let after = UsageSums([TenantModel("a", "n"): .calls(2)])

        #expect(before.changes(to: after).map(\.difference.requests) == [-2, 2])
        #expect(before.losses(to: after).isEmpty)
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `what facts add up to is what the day holds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "b", "\u{ac00}", "\u{1100}\u{1161}", "nul\u{0}a", "nul\u{0}b"]
        func sums() -> UsageSums {
            var sums: [TenantModel: UsageTotals] = [:]
            for tenant in names {
                for model in names where random.happens(percent: 20) {
                    sums[TenantModel(TenantID(tenant), ModelID(model))] = .calls(
                        Int.random(in: 1...3, using: &random),
                        of: random.pick([0, 1, Int64.max / 2]), random.pick([0, 7, Int64.max / 2]))
                }
            }
            return UsageSums(sums)
        }
        var contents: [Fact.Content] = [
            .dayClosed(
                DayClosing(
                    day: Self.day, isForced: nil, file: "f", checksum: .state(0), sums: sums()))
        ]

        var last = UsageSums()
        for state in 1...8 {
            last = sums()
            let change = try closed(contents).change(to: "f", .state(state), last, by: "replay")
            contents.append(try #require(change))
        }

        // Through their bytes.
        let facts = try contents.chained().map { try FactCodec.decode($0.bytes) }
        #expect(ClosedDay(facts)?.sums == last)
        #expect(ClosedDay(facts)?.restatements.count == 8)
    }
}
