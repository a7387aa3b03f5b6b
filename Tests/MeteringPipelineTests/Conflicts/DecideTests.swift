import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Decisions about calls in conflict, and what they make of the lake.
@Suite struct DecideTests {
    private static let largest = ConflictWorld.version(3, output: 9)
    private static let smaller = ConflictWorld.version(7, output: 1)

    private static func world(
        _ kind: TestStore.Kind = .local, format: LakeFormat = .json
    ) async throws -> ConflictWorld {
        let world = try await ConflictWorld(kind, format: format)
        try await world.ingest([smaller, UsageCall(time: 9)], as: "a")
        try await world.ingest([largest], as: "b")
        return world
    }

    /// What is kept, and the input tokens of the rows that follow from it, in their order.
    private static let choices: [(DecideJob.Choice, [Int64])] = [
        (.version("1"), [3, 10]), (.version("2"), [7, 10]), (.largest, [3, 10]),
        (.all, [3, 7, 10]),
    ]

    @Test(arguments: TestStore.Kind.allCases, LakeFormat.allCases)
    func
        `one, the other or all are kept, also when the objects are read again, and again otherwise`(
            kind: TestStore.Kind, format: LakeFormat
        ) async throws
    {
        let world = try await Self.world(kind, format: format)
        for (choice, inputs) in Self.choices + Self.choices.reversed() {
            let outcome = try await world.decide(choice)

            #expect(outcome.decisions.count + outcome.known == 1 && outcome.failures.isEmpty)
            #expect(try await world.inputs() == inputs)
            let list = try await world.conflicts()
            #expect(list.isSettled && list.calls.map(\.isOpen) == [false])
            for name in ["a", "b"] {
                let summary = try await world.ingest(name, rereads: true)
                #expect(summary.duplicates.conflicts == 0 && summary.records == 0)
                #expect(summary.isBalanced)
            }
            #expect(try await world.inputs() == inputs)
            #expect(try await world.rebuild().rebuilt != nil)
            #expect(try await world.inputs() == inputs)
        }
    }

    @Test(arguments: choices.indices)
    func `a decision holds through a conversion`(choice: Int) async throws {
        let world = try await Self.world()
        try await world.decide(Self.choices[choice].0)

        var job = ConvertJob(lake: world.lake, to: .parquet)
        job.ledger = world.ledger(of: "machine")
        _ = try await job.run()

        #expect(try await world.inputs() == Self.choices[choice].1)
        #expect(try await world.conflicts().isSettled)
    }

    @Test(arguments: choices.indices)
    func `a machine that has no ledger yet knows the decision and keeps to it`(
        choice: Int
    ) async throws {
        let world = try await Self.world()
        try await world.decide(Self.choices[choice].0)

        for name in ["b", "a"] { try await world.ingest(name, on: "other") }

        #expect(try await world.inputs() == Self.choices[choice].1)
        #expect(try await world.conflicts(on: "other").isSettled)
    }

    @Test(arguments: choices.indices)
    func `what is decided on one machine is applied by another where the first was killed`(
        choice: Int
    ) async throws {
        let world = try await Self.world()
        let before = try await world.inputs()
        let job = world.decision(Self.choices[choice].0)
        // The fact is made, and no more.
        let lake = Lake(at: try ObjectLocation(world.lake), stores: world.store.stores())
        var record = try await RunRecord(
            .decide, of: lake, ledger: world.ledger(of: "machine"), clock: .system)
        let call = try #require(
            try await record.conflicts(in: .day(ConflictWorld.day)).calls.first)
        let kept = try job.kept(of: call)
        try await record.decide(
            ConflictDecision(
                day: call.day, tenant: call.tenant, request: call.request,
                decision: CallDecision(
                    kept: kept, dropped: call.versions.map(\.record).filter { !kept.contains($0) }),
                counted: call.counted))
        #expect(try await world.inputs() == before)

        let summary = try await world.ingest([UsageCall(day: "2025-12-08")], as: "c", on: "other")

        #expect(summary.isClean)
        #expect(try await world.inputs() == Self.choices[choice].1)
        let again = try await world.decide(Self.choices[choice].0)
        #expect(again.known == 1 && again.decisions.isEmpty)
    }

    @Test(arguments: choices.indices, [false, true])
    func `a run that was killed before it could record the day loses nothing`(
        choice: Int, isClosed: Bool
    ) async throws {
        let world = try await Self.world()
        if isClosed { try await world.close(force: true) }
        let ledger = URL(fileURLWithPath: try #require(world.ledger(of: "machine")))
        let before = try Data(contentsOf: ledger)
        try await world.decide(Self.choices[choice].0)
        try before.write(to: ledger)

        let summary = try await world.ingest("a", rereads: true)

        #expect(summary.isClean && summary.failures.isEmpty)
        #expect(try await world.inputs() == Self.choices[choice].1)
        #expect(try await world.conflicts().isSettled)
    }

    @Test func `a decision that changes a closed day restates it`() async throws {
        let world = try await Self.world()
        try await world.close(force: true)

        let dropped = try await world.decide(.version("2"))
        let kept = try await world.decide(.all)

        #expect(dropped.restated == [ConflictWorld.day] && kept.restated == [ConflictWorld.day])
        let lake = Lake(at: try ObjectLocation(world.lake), stores: world.store.stores())
        let facts = try await FactSurvey(of: lake, ledger: nil)
        #expect(facts.brokenChain == nil)
        #expect(facts.finality(of: ConflictWorld.day).restatements == 2)
        let changes = try facts.facts.restatements().compactMap { recorded in
            if case .dayRestated(let change) = recorded.fact.content {
                change.changes.map { [$0.difference.requests, Int64($0.difference.total)] }
            } else {
                nil
            }
        }
        #expect(changes == [[[0, -4]], [[1, 12]]])
    }

    @Test
    func `a version that comes after the decision is in conflict again, and counts for nothing`()
        async throws
    {
        let world = try await Self.world()
        try await world.decide(.version("2"))
        try await world.ingest([ConflictWorld.version(1, output: 4)], as: "snapshot")
        // A snapshot of what was dropped changes nothing.
        #expect(try await world.conflicts().isSettled)

        let summary = try await world.ingest([ConflictWorld.version(8, output: 0)], as: "new")

        #expect(summary.duplicates.conflicts == 1)
        #expect(try await world.inputs() == [7, 10])
        let call = try #require(try await world.conflicts().calls.first)
        #expect(call.isOpen && call.versions.map(\.record.tokens.input) == [3, 7, 8])
        #expect(call.counted.map(\.tokens.input) == [7])
        try await world.decide(.version("3"))
        #expect(try await world.inputs() == [8, 10])
        #expect(try await world.conflicts().isSettled)
    }

    @Test func `a version that all others are snapshots of is no less in conflict with a decision`()
        async throws
    {
        let world = try await Self.world()
        try await world.decide(.version("2"))

        try await world.ingest([ConflictWorld.version(20, output: 20)], as: "new")

        let call = try #require(try await world.conflicts().calls.first)
        #expect(call.isOpen && call.versions.map(\.record.tokens.input) == [20, 7, 3])
        #expect(try await world.inputs() == [7, 10])
        try await world.decide(.version(CallVersion.mark(of: call.versions[0].record)))
        #expect(try await world.inputs() == [20, 10])
    }

    @Test func `all that are open are decided at once, those of other tenants left alone`()
        async throws
    {
        let world = try await ConflictWorld()
        let calls = ["acme", "b"].flatMap { tenant in
            ["r", "s"].flatMap { request in
                [
                    ConflictWorld.version(3, output: 9, request: request, tenant: tenant),
                    ConflictWorld.version(7, request: request, tenant: tenant),
                ]
            }
        }
        try await world.ingest(calls, as: "a")
        var job = DecideJob(
            .open(nil, ["b"]), keeping: .largest, of: world.lake,
            ledger: world.ledger(of: "machine"))
        job.reason = "ticket 12"

        let outcome = try await job.run()

        #expect(outcome.decisions.map(\.request) == ["r", "s"])
        let list = try await world.conflicts()
        #expect(list.calls.map(\.isOpen) == [true, true, false, false])
        #expect(list.calls.last?.decision?.decision.reason == "ticket 12")
        #expect(try await job.run().decisions.isEmpty)
    }

    @Test(arguments: ["0", "3", "x", "", "-1", "00000000"])
    func `a version that there is none of is refused, and nothing is decided`(
        name: String
    ) async throws {
        let world = try await Self.world()

        let error = await #expect(throws: PipelineError.self) {
            try await world.decide(.version(name))
        }

        #expect(error?.code == .notFound)
        #expect(try await world.conflicts().calls.map(\.isOpen) == [true])
    }

    @Test func `a call that is in no conflict is refused`() async throws {
        let world = try await Self.world()

        let error = await #expect(throws: PipelineError.self) {
            try await world.decide(.largest, request: "other")
        }

        #expect(error?.code == .notFound)
    }

    @Test func `a day with undecided conflicts is closed only by force`() async throws {
        let world = try await Self.world()

        let error = await #expect(throws: PipelineError.self) { try await world.close() }
        #expect(error?.code == .damagedLake && error?.reason.contains("1 call in conflict") == true)

        try await world.decide(.all)
        #expect(try await world.close().sums.whole.requests == 3)
    }

    @Test func `the ledger is only an index`() async throws {
        let world = try await Self.world()
        try await world.decide(.version("2"))
        try FileManager.default.removeItem(
            atPath: try #require(world.ledger(of: "machine")))

        #expect(try await world.conflicts().isSettled)
        try await world.ingest("a")
        try await world.ingest("b")
        #expect(try await world.inputs() == [7, 10])
        #expect(try await world.conflicts().calls.map(\.versions.count) == [2])
    }
}
