import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Closings and restatements of ledgers of 0.1.0, which become facts.
@Suite struct OlderClosingsTests {
    private static let closed = EventTime.hours(12, after: .on("2025-12-07"))
    private static let restated = EventTime.hours(30, after: .on("2025-12-07"))

    /// A lake of three calls of one day and the ledgers of two machines, the first of which has closed the
    /// day with two calls and restated it.
    private func olderWorld() async throws -> FactWorld {
        let world = try await FactWorld(.local)
        try await world.write([UsageCall(time: 1), UsageCall(time: 2)], to: "a/a.json")
        try await world.ingest("a", by: "first")
        let first = try #require(world.ledger("first"))
        let before = try #require(try Ledger(readingAt: first).day(world.day)).checksum
        try await world.write([UsageCall(time: 3)], to: "a/b.json")
        try await world.ingest("a", by: "first")
        try await world.ingest("a", by: "second")
        let after = try #require(try Ledger(readingAt: first).day(world.day)).checksum
        for machine in ["first", "second"] {
            let path = try #require(world.ledger(machine))
            try OlderLedger.make(at: path, upTo: "nights")
            let time = machine == "first" ? Self.closed : Self.restated
            try OlderLedger.change(
                path, "UPDATE day SET closed_microseconds = \(time.microseconds)")
        }
        try OlderLedger.change(
            first,
            """
            INSERT INTO restatement (day, run, time_microseconds, sha256_before, sha256_after)
            VALUES ('2025-12-07', 2, \(Self.restated.microseconds), '\(before)', '\(after)');
            INSERT INTO restatement_tenant VALUES (1, 'acme', 1, '10', '5', '0', '0', '15');
            """)
        return world
    }

    @Test func `one that is only read says what it knows, and stays as it is`() async throws {
        let world = try await olderWorld()
        let path = try #require(world.ledger("first"))
        let before = try Data(contentsOf: URL(fileURLWithPath: path))

        let status = try await world.status("first")

        let finality = DayFinality.restated(at: Self.restated, times: 1, closed: Self.closed)
        #expect(status.days.map(\.finality) == [finality] && status.failures.isEmpty)
        #expect(status.days[0].restatements.map(\.run) == [2])
        #expect(try await world.facts().isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test(arguments: [["first", "second"], ["second", "first"], ["first", "first"]])
    func `the first run that writes makes facts of it once`(machines: [String]) async throws {
        let world = try await olderWorld()
        try await world.write([UsageCall(day: "2025-12-09")], to: "other/c.json")

        for machine in machines { try await world.ingest("other", by: machine) }

        let isFirst = machines[0] == "first"
        #expect(
            try await world.kinds() == (isFirst ? ["day_closed", "day_restated"] : ["day_closed"]))
        let facts = try await world.facts().compactMap(\.fact)
        let day = try #require(ClosedDay(facts))
        #expect(day.closed == (isFirst ? Self.closed : Self.restated) && day.isForced == nil)
        #expect(day.sums.whole.requests == 3)
        #expect(facts.map(\.time) == (isFirst ? [Self.closed, Self.restated] : [Self.restated]))
        if isFirst {
            #expect(day.restatements.first?.content.day == world.day)
            guard case .dayClosed(let closing) = facts[0].content else { return }
            #expect(closing.sums.whole.requests == 2 && !closing.sums.areByModel)
        }
        for machine in ["first", "second", "third"] {
            #expect(try await world.status(machine).failures.isEmpty)
            #expect(try await world.finalities(machine).first?.closed == day.closed)
        }
        #expect(try await world.verify(machines[0]).factBreaks.isEmpty)
    }

    @Test func `a run that was killed while it made them is completed by the next one`()
        async throws
    {
        let world = try await olderWorld()
        let path = try #require(world.ledger("first"))
        let older = try Data(contentsOf: URL(fileURLWithPath: path))
        try await world.ingest("a", by: "first")
        try #require(try await world.facts().count == 2)
        // As it was before the run, and one fact made.
        try older.write(to: URL(fileURLWithPath: path))
        try await world.store.remove("lake/_facts/0000000002.fact")

        try await world.ingest("a", by: "first")

        #expect(try await world.kinds() == ["day_closed", "day_restated"])
        #expect(try await world.verify("first").factBreaks.isEmpty)
    }

    @Test func `late usage of a day whose sums knew no models is restated with them`()
        async throws
    {
        let world = try await olderWorld()
        try await world.ingest("a", by: "first")
        try await world.write([UsageCall(time: 9)], to: "late/c.json")

        try await world.ingest("late", by: "first")

        let last = try #require(try await world.facts().last?.fact)
        guard case .dayRestated(let restatement) = last.content else {
            Issue.record("no restatement")
            return
        }
        #expect(restatement.changes.map(\.key) == [TenantModel("acme", "haiku")])
        #expect(restatement.changes.map(\.difference.requests) == [1])
    }

    @Test func `a conversion between closing and restatement does not break the chain of files`()
        async throws
    {
        let world = try await olderWorld()
        let path = try #require(world.ledger("first"))
        try OlderLedger.change(
            path, "UPDATE restatement SET sha256_after = '\(Checksum.state(7))'")

        try await world.ingest("a", by: "first")

        #expect(try await world.kinds() == ["day_closed", "day_restated", "day_converted"])
        #expect(try await world.status("third").failures.isEmpty)
    }
}
