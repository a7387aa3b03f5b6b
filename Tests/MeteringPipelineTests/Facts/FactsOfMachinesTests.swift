import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What every machine knows of closed days, whichever has closed or changed them.
@Suite struct FactsOfMachinesTests {
    @Test(arguments: TestStore.Kind.allCases)
    func `every machine says the same of a day that another has closed or restated`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await FactWorld(kind)
        try await world.write([UsageCall(time: 1)], to: "a/a.json")
        try await world.write([UsageCall(time: 2)], to: "b/b.json")
        try await world.ingest("a", by: "first")
        let closed = try await world.close(by: "first").closed
        #expect(try await world.finalities("second") == [.closed(at: closed)])

        // The second machine has never heard of the closing but by facts.
        let summary = try await world.ingest("b", by: "second")

        #expect(summary.restated == [world.day])
        #expect(try await world.kinds() == ["day_closed", "day_restated"])
        let finality = try await world.finalities("second")
        #expect(finality.first?.restatements == 1 && finality.first?.closed == closed)
        for machine in ["first", "third"] {
            let status = try await world.status(machine)
            #expect(status.days.map(\.finality) == finality)
            let changes = status.days.flatMap(\.restatements).compactMap(\.restatement)
                .flatMap(\.changes)
            #expect(changes.map(\.key) == [TenantModel("acme", "haiku")])
            #expect(changes.map(\.difference.requests) == [1])
            let report = try await world.report(machine)
            #expect(
                report.report.days
                    == [UsageReport.Day(day: world.day, state: .closed, restatements: 1)])
            #expect(report.failures.isEmpty)
        }
        // The first machine's own record is of before; what facts say is not touched by that.
        #expect(try await world.ingest("b", by: "first").restated.isEmpty)
        #expect(try await world.facts().count == 2)
        #expect(try await world.verify("second").factBreaks.isEmpty)
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a ledger that is gone loses nothing of what was closed`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await FactWorld(kind)
        try await world.write([UsageCall(time: 1)], to: "a/a.json")
        try await world.ingest("a", by: "first")
        let closed = try await world.close(by: "first").closed
        let facts = try await world.facts()
        try world.dropLedger(of: "first")

        #expect(try await world.finalities("first") == [.closed(at: closed)])
        #expect(try await world.ingest("a", by: "first").restated.isEmpty)
        #expect(try await world.finalities("first") == [.closed(at: closed)])
        #expect(try await world.close(by: "first").closed == closed)

        #expect(try await world.facts() == facts)
        try await world.write([UsageCall(time: 2)], to: "a/b.json")
        #expect(try await world.ingest("a", by: "first").restated == [world.day])
    }

    @Test(arguments: TestStore.Kind.servers)
    func `of machines that close a day at once one makes the fact, and all say the same`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await FactWorld(kind)
        let machines = (1...4).map { "machine-\($0)" }
        let days = (0..<3).map { world.day.advanced(by: $0) }
        try await world.write(days.map { UsageCall(day: "\($0)") }, to: "a/a.json")
        for machine in machines { try await world.ingest("a", by: machine) }

        let closed = try await withThrowingTaskGroup(of: [EventTime].self) { group in
            for machine in machines {
                group.addTask {
                    var times: [EventTime] = []
                    for day in days { times.append(try await world.close(day, by: machine).closed) }
                    return times
                }
            }
            return try await group.reduce(into: Set<[EventTime]>()) { $0.insert($1) }
        }

        #expect(closed.count == 1)
        #expect(try await world.facts().count == days.count)
        #expect(try await world.verify(machines[0]).factBreaks.isEmpty)
    }

    @Test(arguments: TestStore.Kind.servers)
    func `machines that restate a day at once leave a chain that adds up`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await FactWorld(kind)
        try await world.write([UsageCall(time: 1)], to: "a/a.json")
        try await world.ingest("a", by: "first")
        try await world.close(by: "first")
        for number in 1...4 {
            try await world.write(
                (0..<number).map { UsageCall(time: 100 * number + $0) }, to: "late-\(number)/x.json"
            )
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                group.addTask { try await world.ingest("late-\(number)", by: "machine-\(number)") }
            }
            try await group.waitForAll()
        }
        // Whatever one of them found that another had not recorded yet.
        try await world.ingest("a", by: "last")

        let facts = try await world.facts().compactMap(\.fact)
        let closed = try #require(ClosedDay(facts))
        #expect(closed.sums.whole.requests == 11)
        var before = facts.first.flatMap { fact -> Checksum? in
            guard case .dayClosed(let closing) = fact.content else { return nil }
            return closing.checksum
        }
        for restatement in closed.restatements {
            guard case .dayRestated(let change) = restatement.content else { continue }
            #expect(change.before == before)
            before = change.after
        }
        #expect(try await world.verify("last").factBreaks.isEmpty)
        #expect(try await world.status("third").failures.isEmpty)
    }

    @Test func `a fact whose reply was lost is made once`() async throws {
        let world = try await FactWorld(.moto)
        try await world.write([UsageCall(time: 1)], to: "a/a.json")
        try await world.write([UsageCall(time: 2)], to: "b/b.json")
        try await world.ingest("a", by: "first")
        try await world.close(by: "first")
        let isFirst = FirstTimes(1)
        let transport = WatchedTransport { request, send in
            let response = try await send(request)
            if request.method == "PUT", request.path.contains("_facts/"), isFirst.take() {
                throw TransportError.broken(reason: "the reply is lost")
            }
            return response
        }

        let stores = world.store.stores(ofMachine: "first", through: transport)
        let summary = try await world.ingest("b", by: "first", through: stores)

        #expect(summary.restated == [world.day])
        #expect(try await world.kinds() == ["day_closed", "day_restated"])
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a fact is made only where there is none`(kind: TestStore.Kind) async throws {
        let world = try await FactWorld(kind)
        let lake = Lake(at: try ObjectLocation(world.lake), stores: world.store.stores())
        try lake.makeStateFolder()
        let facts = LakeFacts(of: lake)
        let contents = (1...2).map { Fact.Content.dayClosed(.state($0, of: world.day, ["a": $0])) }
        let (first, other) = ([contents[0]].chained()[0], [contents[1]].chained()[0])

        #expect(try await facts.make(first))
        #expect(try await !facts.make(other))
        #expect(try await !facts.make(first))

        #expect(try await world.facts() == [first])
        #expect(try lake.scratch(.staging).names().isEmpty)
    }
}
