import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Calls in conflict, as the lake keeps them.
@Suite struct ConflictStoreTests {
    /// All versions by call, less those that are snapshots of another: by definition, without any merging.
    private static func contradicting(_ calls: [UsageCall]) -> [String: Set<UsageCall>] {
        func isSnapshot(_ call: UsageCall, of other: UsageCall) -> Bool {
            let (one, two) = (counts(of: call), counts(of: other))
            return call.model == other.model && one != two
                && zip(one, two).allSatisfy { $0 <= $1 }
        }
        func counts(of call: UsageCall) -> [Int] {
            [call.input, call.output, call.cacheRead, call.cacheWrite, call.total]
        }
        let groups = Dictionary(grouping: calls.filter { $0.request != nil }) { call in
            "\(call.day) \(call.tenant) \(call.request ?? [])"
        }
        return groups.mapValues { group in
            let versions = Set(group)
            return versions.filter { version in !versions.contains { isSnapshot(version, of: $0) } }
        }.filter { $0.value.count > 1 }
    }

    private static func listed(_ list: ConflictList) -> [String: Set<UsageRecord>] {
        Dictionary(
            uniqueKeysWithValues: list.calls.map { call in
                (
                    "\(call.day) \(Array(call.tenant.rawValue.utf8)) "
                        + "\(Array(call.request.rawValue.utf8))",
                    Set(call.versions.map(\.record))
                )
            })
    }

    private static func record(_ call: UsageCall) -> UsageRecord {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let start = UsageDay.on(call.day).start.microseconds
        return UsageRecord(
            time: EventTime(microseconds: start + Int64(call.time)),
            tenant: TenantID(text(call.tenant)), user: UserID(text(call.user)),
            model: ModelID(text(call.model)),
            tokens: TokenCounts(
                input: Int64(call.input), output: Int64(call.output),
                cacheRead: Int64(call.cacheRead), cacheWrite: Int64(call.cacheWrite),
                total: Int64(call.total)),
            request: call.request.map { RequestID(text($0)) })
    }

    @Test(arguments: Fuzzing.seeds(6))
    func `calls and versions are the same whatever runs met them, in what order and how often`(
        seed: UInt64
    ) async throws {
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(300)
        let expected = Self.contradicting(calls).mapValues { Set($0.map(Self.record)) }
        try #require(expected.count > 2)
        for _ in 0..<2 {
            let world = try await ConflictWorld(format: logs.element(of: LakeFormat.allCases))
            var runs = logs.deal(logs.shuffle(calls), to: 1 + logs.number(below: 5))
            for _ in 0..<2 { runs.append(logs.element(of: runs)) }
            for (number, run) in runs.enumerated() {
                let machine = logs.element(of: ["one", "two"])
                try await world.ingest(run, as: "\(number)", on: machine, rereads: true)
            }

            let list = try await world.conflicts()

            #expect(Self.listed(list) == expected)
            #expect(list.calls.allSatisfy { $0.isOpen } && !list.isSettled)
            for call in list.calls {
                #expect(call.counted == [call.versions[0].record])
            }
        }
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `versions are shown with object and line, and lists are nothing that readers take`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await ConflictWorld(kind)
        try await world.ingest(
            [.init(time: 9), ConflictWorld.version(7, output: 1)], as: "a")
        try await world.ingest([ConflictWorld.version(3, output: 9)], as: "b")

        let call = try #require(try await world.conflicts().calls.first)
        let objects = try await world.store.objects("lake").keys.filter { $0.contains("conflicts") }

        #expect(call.versions.map(\.record.tokens.input) == [3, 7])
        #expect(call.versions[0].place?.line == 1)
        #expect(call.versions[0].place?.object.hasSuffix("source-b/b.json") == true)
        #expect(call.versions[1].place == nil)
        #expect(objects == ["_conflicts/20251207.conflicts"])
        #expect(try await world.inputs() == [3, 10])
        if kind == .local {
            let path = world.store.folder.path("lake/_conflicts/20251207.conflicts")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
        // Whoever reads the first object again finds the place.
        try await world.ingest("a", rereads: true)
        let again = try #require(try await world.conflicts().calls.first)
        #expect(again.versions[1].place?.line == 2)
    }

    @Test func `a later snapshot of all versions settles a conflict`() async throws {
        let world = try await ConflictWorld()
        try await world.ingest(
            [ConflictWorld.version(7), ConflictWorld.version(3, output: 2)], as: "a")
        #expect(try await world.conflicts().calls.count == 1)

        let summary = try await world.ingest([ConflictWorld.version(7, output: 2)], as: "b")

        #expect(summary.duplicates.conflicts == 0)
        #expect(try await world.conflicts().calls.isEmpty)
        #expect(try await world.inputs() == [7])
    }

    @Test func `a list that is damaged keeps its day as it was, and is named`() async throws {
        let world = try await ConflictWorld()
        try await world.ingest(
            [ConflictWorld.version(7), ConflictWorld.version(3, output: 9)], as: "a")
        try await world.store.write("damaged", to: "lake/_conflicts/20251207.conflicts")

        let summary = try await world.ingest([UsageCall(time: 5)], as: "b")
        let list = try await world.conflicts()

        #expect(summary.failures.count == 1 && summary.uncommitted == 1)
        #expect(summary.failures.first?.reason.contains("meter-etl rebuild") == true)
        #expect(try await world.inputs() == [3])
        #expect(list.failures.count == 1 && !list.isSettled)

        try await world.store.remove("lake/_conflicts/20251207.conflicts")
        #expect(try await world.rebuild().rebuilt != nil)
        #expect(try await world.conflicts().calls.map(\.versions.count) == [2])
        #expect(try await world.ingest("b").isClean)
    }
}
