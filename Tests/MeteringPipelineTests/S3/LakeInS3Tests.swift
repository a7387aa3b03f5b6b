import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// A lake in S3 is the lake that a folder would be, byte for byte.
@Suite struct LakeInS3Tests {
    private let local: TestStore

    init() async throws {
        local = try await TestStore(.local)
    }

    private func job(
        _ source: String, _ lake: String, _ stores: Stores, format: LakeFormat? = .parquet
    ) -> IngestJob {
        var job = IngestJob(source: source, lake: lake, format: format, jobs: 2)
        job.stores = stores
        return job
    }

    private static func objects(
        seed: UInt64, calls: Int = 200
    ) -> (objects: [(name: String, bytes: [UInt8])], expected: ExpectedLake, logs: RandomLogs) {
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(calls)
        let objects = logs.objects(of: logs.events(of: calls), count: 8)
        return (objects, ExpectedLake(calls), logs)
    }

    private func write(
        _ objects: [(name: String, bytes: [UInt8])], to source: String, of store: TestStore
    ) async throws {
        for (name, bytes) in objects { try await store.write(bytes, to: "\(source)/\(name)") }
    }

    /// What one run over all objects makes of a folder.
    private func localLake(
        _ objects: [(name: String, bytes: [UInt8])], format: LakeFormat
    ) async throws -> LakeContents {
        try await write(objects, to: "all", of: local)
        let job = job(
            local.location("all"), local.location("one"), local.stores(), format: format)
        let summary = try await job.run()
        #expect(summary.failures.isEmpty)
        return try await local.contents("one")
    }

    private static let draws: [(seed: UInt64, format: LakeFormat)] = [
        (71, .json), (72, .parquet), (73, .parquet),
    ]

    @Test(arguments: TestStore.Kind.servers, draws)
    func `any split into runs, any order and any repeats leave the bytes of one run on a folder`(
        kind: TestStore.Kind, draw: (seed: UInt64, format: LakeFormat)
    ) async throws {
        var (objects, expected, logs) = Self.objects(seed: draw.seed)
        let one = try await localLake(objects, format: draw.format)
        let store = try await TestStore(kind)
        var runs = logs.deal(logs.shuffle(objects), to: 4)
        runs.append(logs.element(of: runs))
        var records = 0

        for (number, run) in logs.shuffle(runs).enumerated() {
            try await write(run, to: "source-\(number)", of: store)
            // Another machine each time, or one that has lost what it knew.
            let machine = "machine-\(logs.number(below: 3))"
            let job = job(
                store.location("source-\(number)"), store.location("a/lake"),
                store.stores(ofMachine: machine), format: draw.format
            )
            let summary = try await job.run()
            #expect(summary.failures.isEmpty && summary.isBalanced)
            records += summary.records
        }

        #expect(try await store.contents("a/lake") == one)
        #expect(records == expected.rows)
    }

    @Test(arguments: TestStore.Kind.servers)
    func `sources and lakes may lie in different stores`(kind: TestStore.Kind) async throws {
        let (objects, _, _) = Self.objects(seed: 81)
        let one = try await localLake(objects, format: .parquet)
        let store = try await TestStore(kind)
        try await write(objects, to: "source", of: store)

        let inwards = try await job(
            store.location("source"), local.location("two"), store.stores()
        ).run()
        let outwards = try await job(
            local.location("all"), store.location("lake"), store.stores()
        ).run()
        let again = try await job(
            store.location("source"), local.location("two"), store.stores()
        ).run()

        #expect(try await local.contents("two") == one)
        #expect(try await store.contents("lake") == one)
        #expect(inwards.counts == outwards.counts && inwards.records == outwards.records)
        #expect(again.skipped == objects.count && again.objects == 0)
    }

    @Test(arguments: TestStore.Kind.servers)
    func `machines that ingest at once leave the lake of one after the other`(
        kind: TestStore.Kind
    ) async throws {
        var (objects, expected, logs) = Self.objects(seed: 91, calls: 400)
        let one = try await localLake(objects, format: .parquet)
        let store = try await TestStore(kind)
        let runs = logs.deal(logs.shuffle(objects), to: 4)
        for (number, run) in runs.enumerated() {
            // Each has some objects of another one.
            try await write(
                run + runs[(number + 1) % 4].prefix(1), to: "source-\(number)", of: store)
        }

        let summaries = try await withThrowingTaskGroup(of: IngestSummary.self) { group in
            for number in 0..<4 {
                let job = job(
                    store.location("source-\(number)"), store.location("lake"),
                    store.stores(ofMachine: "machine-\(number)")
                )
                group.addTask { try await job.run() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(try await store.contents("lake") == one)
        #expect(summaries.allSatisfy { $0.failures.isEmpty && $0.isBalanced })
        #expect(summaries.reduce(0) { $0 + $1.records } == expected.rows)
    }

    @Test func `machines that ingest the same objects at once count each call once`() async throws {
        let (objects, expected, _) = Self.objects(seed: 92)
        let store = try await TestStore(.moto)
        try await write(objects, to: "source", of: store)

        let summaries = try await withThrowingTaskGroup(of: IngestSummary.self) { group in
            for number in 0..<3 {
                let job = job(
                    store.location("source"), store.location("lake"),
                    store.stores(ofMachine: "machine-\(number)")
                )
                group.addTask { try await job.run() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(summaries.reduce(0) { $0 + $1.records } == expected.rows)
        #expect(summaries.allSatisfy { $0.failures.isEmpty && $0.isBalanced })
    }

    @Test func `a lake that somebody else has changed is read again`() async throws {
        let store = try await TestStore(.moto)
        try await store.write(UsageCall(time: 1).row, to: "a/a.json")
        try await store.write(UsageCall(time: 2).row, to: "b/b.json")
        func ingest(_ source: String, by machine: String) async throws -> IngestSummary {
            try await job(
                store.location(source), store.location("lake"), store.stores(ofMachine: machine)
            ).run()
        }

        #expect(try await ingest("a", by: "one").records == 1)
        #expect(try await ingest("a", by: "one").skipped == 1)
        #expect(try await ingest("b", by: "two").records == 1)
        let third = try await ingest("a", by: "one")
        #expect(third.skipped == 0 && third.records == 0 && third.duplicates.duplicates == 1)
        #expect(try await ingest("a", by: "one").skipped == 1)
    }

    @Test func `rejected lines and files of others find the same places`() async throws {
        let store = try await TestStore(.moto)
        let rows = [UsageCall(time: 1).row, "{\"event_type\":\"bedrock_token_usage\"\n"]
        let other = UsageCall(time: 2).row
        let day = "year=2025/month=12/day=07"
        for store in [local, store] {
            try await store.write(rows.joined(), to: "source/a b+%.json")
            try await store.write(other, to: "lake/\(day)/sub/한 +%.json")
            let summary = try await job(
                store.location("source"), store.location("lake"), store.stores(), format: nil
            ).run()
            #expect(summary.counts.rejected == 1 && summary.records == 2)
        }

        var (here, there) = (
            try await local.objects("lake"), try await store.objects("lake")
        )
        here = here.filter { !["_lock", "_ledger.sqlite"].contains($0.key) }
        // Their names and lines tell where the object was.
        let rejects = (Array(here.keys) + Array(there.keys)).filter {
            $0.hasPrefix("_rejected/a_b___json-")
        }
        #expect(rejects.count == 2)
        for name in rejects {
            here[name] = nil
            there[name] = nil
        }
        #expect(here == there && here.count == 3)
        #expect(here["_replaced/\(day)/sub/한 +%_json.replaced"] == Data(other.utf8))
    }

    @Test(arguments: ["lake/source", "lake", ""])
    func `a source and a lake in each other are wrong usage`(source: String) async throws {
        let store = try await TestStore(.moto)
        try await store.write(UsageCall().row, to: "lake/source/a.json")
        let job = job(store.location(source), store.location("lake"), store.stores())

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.exitCode == 64)
    }
}
