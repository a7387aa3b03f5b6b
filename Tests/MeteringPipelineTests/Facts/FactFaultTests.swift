import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Runs that end between the steps, and facts that are lost or damaged.
@Suite struct FactFaultTests {
    /// A lake whose one day is closed, and another call of it under `late`.
    private func closedWorld(_ kind: TestStore.Kind) async throws -> FactWorld {
        let world = try await FactWorld(kind)
        try await world.write([UsageCall(time: 1), UsageCall(time: 2)], to: "a/a.json")
        try await world.write([UsageCall(time: 3)], to: "late/b.json")
        try await world.ingest("a", by: "first")
        try await world.close(by: "first")
        return world
    }

    /// Has a run end after it has put the day's file in place and before it has made the fact.
    private func interrupt(_ world: FactWorld) async throws {
        let obstacle = "lake/_facts/0000000002.fact"
        if world.store.kind == .local {
            try world.store.folder.makeFolder(obstacle)
            await #expect(throws: PipelineError.self) {
                try await world.ingest("late", by: "first")
            }
            try FileManager.default.removeItem(atPath: world.store.folder.path(obstacle))
            return
        }
        let transport = WatchedTransport { request, send in
            if request.method == "PUT", request.path.contains("_facts/") {
                return HTTPResponse(status: 403)
            }
            return try await send(request)
        }
        let stores = world.store.stores(ofMachine: "first", through: transport)
        await #expect(throws: PipelineError.self) {
            try await world.ingest("late", by: "first", through: stores)
        }
    }

    @Test(arguments: TestStore.Kind.allCases, ["first", "second"])
    func `what a run could not record is named, and restated by the next run`(
        kind: TestStore.Kind, machine: String
    ) async throws {
        let world = try await closedWorld(kind)
        try await interrupt(world)
        #expect(try await world.facts().count == 1)

        for reader in ["first", "second"] {
            let status = try await world.status(reader)
            #expect(status.days.map(\.isAsClosed) == [false])
            #expect(status.failures.map(\.reason).contains { $0.contains("interrupted") })
            #expect(try await world.report(reader).failures.count == 1)
        }
        let verified = try await world.verify("first").days
        #expect(verified.flatMap(\.findings).contains(.notAsClosed))
        try await world.write([UsageCall(day: "2025-12-09")], to: "other/c.json")
        let summary = try await world.ingest("other", by: machine)

        #expect(summary.restated == [world.day])
        let closed = try #require(ClosedDay(try await world.facts().compactMap(\.fact)))
        #expect(closed.sums.whole.requests == 3 && closed.restatements.count == 1)
        #expect(try await world.status("second").failures.isEmpty)
        #expect(try await world.ingest("late", by: "first").restated.isEmpty)
        #expect(try await world.kinds() == ["day_closed", "day_restated"])
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `a closed day's file that lost usage is named, and no restatement`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await closedWorld(kind)
        let other = try await FactWorld(kind)
        try await other.write([UsageCall(time: 1)], to: "a/a.json")
        try await other.ingest("a", by: "x")
        let file = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"
        let less = try await other.store.objects(file)
        try await world.store.write(Array(try #require(less.values.first)), to: file)

        try await world.write([UsageCall(day: "2025-12-09")], to: "other/c.json")
        _ = try await world.ingest("other", by: "first")

        #expect(try await world.kinds() == ["day_closed"])
        #expect(try await world.status("first").days.map(\.isAsClosed) == [false, true])
        try await world.store.remove(file)
        let gone = try await world.status("second")
        #expect(gone.failures.map(\.reason).contains { $0.contains("meter-etl rebuild") })
    }

    /// What is done to the facts, and which machine finds out: all but the first have no ledger.
    enum Damage: CaseIterable {
        case lostFirst, lostLast, cut, changed, foreign
    }

    @Test(arguments: TestStore.Kind.allCases, Damage.allCases)
    func `a chain that does not hold is named and left alone`(
        kind: TestStore.Kind, damage: Damage
    ) async throws {
        let world = try await closedWorld(kind)
        try await world.ingest("late", by: "first")
        let before = try await world.facts()
        let names = ["lake/_facts/0000000001.fact", "lake/_facts/0000000002.fact"]
        switch damage {
        case .lostFirst: try await world.store.remove(names[0])
        case .lostLast: try await world.store.remove(names[1])
        case .cut: try await world.store.write(Array(before[0].bytes.prefix(100)), to: names[0])
        case .changed:
            let text = String(decoding: before[0].bytes, as: UTF8.self)
            try await world.store.write(
                text.replacing("\"forced\": false", with: "\"forced\": true"), to: names[0])
        case .foreign: try await world.store.write("{}", to: "lake/_facts/notes.txt")
        }
        let damaged = try await world.store.objects("lake/_facts")

        let breaks = try await world.verify("first").factBreaks
        let report = try await world.report("second")
        let status = try await world.status("second")

        #expect(!breaks.isEmpty)
        // That the last fact was there is known to the ledger that has read it.
        let isSeen = damage != .lostLast
        #expect(status.factBreaks.isEmpty == !isSeen)
        let breaksChain = isSeen && damage != .foreign
        #expect(status.failures.contains { $0.reason.contains("chain of facts") } == breaksChain)
        #expect(report.failures.contains { $0.reason.contains("chain of facts") } == breaksChain)
        _ = try await world.ingest("a", by: "second")
        for (name, bytes) in damaged {
            #expect(try await world.store.objects("lake/_facts")[name] == bytes)
        }
        guard damage != .foreign, damage != .lostLast else { return }
        // What was brought back is sound again, also for one who has read the damage.
        for fact in before {
            try await world.store.write(
                fact.bytes, to: "lake/_facts/\(FactFile.name(of: fact.sequence))")
        }
        _ = try await world.ingest("a", by: "second")
        #expect(try await world.verify("second").factBreaks.isEmpty)
        #expect(try await world.verify("first").factBreaks.isEmpty)
    }
}
