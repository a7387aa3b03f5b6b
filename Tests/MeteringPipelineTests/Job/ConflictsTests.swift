import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Calls in conflict, as the lake lists them.
@Suite struct ConflictsTests {
    private let folder: TemporaryFolder
    private let lake: String
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        lake = folder.path("lake")
    }

    private func ingest(
        _ source: String, format: LakeFormat = .json, jobs: Int = 2, memory: Int? = nil
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: folder.path(source), lake: lake, format: format, jobs: jobs)
        job.rereads = true
        job.memory = memory
        return try await job.run()
    }

    private func listed() async throws -> [CallConflict] {
        try await ConflictsJob(of: lake).run().calls.map {
            CallConflict(day: $0.day, tenant: $0.tenant, request: $0.request)
        }
    }

    /// The calls of which `calls` has versions that contradict each other, in the order of the list.
    private static func contested(_ calls: [UsageCall]) -> [CallConflict] {
        Self.calls(calls) { versions in
            versions.count { one in !versions.contains { $0.dominates(one) } } > 1
        }
    }

    /// The calls whose versions are such, in the order of the list.
    private static func calls(
        _ calls: [UsageCall], _ isListed: (Set<UsageCall>) -> Bool
    ) -> [CallConflict] {
        let identified = calls.compactMap { call in
            call.request.map { request in
                let identity = CallConflict(
                    day: .on(call.day),
                    tenant: TenantID(String(decoding: call.tenant, as: UTF8.self)),
                    request: RequestID(String(decoding: request, as: UTF8.self)))
                return (identity, call)
            }
        }
        let versions = Dictionary(grouping: identified, by: \.0).mapValues { Set($0.map(\.1)) }
        return versions.filter { isListed($0.value) }.keys.sorted {
            ($0.day, $0.tenant, $0.request) < ($1.day, $1.tenant, $1.request)
        }
    }

    @Test(arguments: Fuzzing.seeds(8))
    func `each is listed and counted once, whatever runs met it, in what order and how often`(
        seed: UInt64
    ) async throws {
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(400)
        let objects = logs.objects(of: logs.events(of: calls), count: 9)
        let contested = Self.contested(calls)
        try #require(contested.count > 3)
        let format = logs.element(of: LakeFormat.allCases)
        var runs = logs.deal(logs.shuffle(objects), to: 1 + logs.number(below: 5))
        for _ in 0..<2 { runs.append(logs.element(of: runs)) }

        for (number, run) in logs.shuffle(runs).enumerated() {
            for (name, bytes) in run { try folder.write(bytes, to: "\(number)/\(name)") }
            let memory = logs.chance(1, in: 2) ? 1 : nil
            for _ in 0..<1 + logs.number(below: 2) {
                _ = try await ingest(
                    "\(number)", format: format, jobs: 1 + logs.number(below: 3), memory: memory)
            }
        }

        let listed = try await listed()
        #expect(listed == contested)
        let days = try await StatusJob(of: lake).run().days
        for day in days {
            #expect(day.conflicts == listed.count { $0.day == day.day })
            _ = try await RebuildJob(day.day, of: lake).run()
        }
        #expect(try await self.listed() == contested)
        #expect(days.count == Set(calls.map(\.day)).count)
    }

    private static func version(_ input: Int) -> UsageCall {
        UsageCall(input: input, output: 40 - 2 * input, request: Array("r".utf8))
    }

    @Test func `a repaired line may be the other version`() async throws {
        let unsound = Self.version(9).row.replacingOccurrences(of: ":9,", with: ":-9,")
        try folder.write(Self.version(10).row + unsound, to: "source/a.json")
        _ = try await ingest("source")
        #expect(try await listed().isEmpty)

        let lines = try await RejectsJob(of: lake).repairable().lines
        try folder.write(lines[0].replacingOccurrences(of: ":-9,", with: ":9,"), to: "repairs")
        _ = try await ReplayJob([folder.path("repairs")], into: lake).run()

        #expect(try await listed() == Self.contested([Self.version(9), Self.version(10)]))
    }

    @Test func `what a run that was killed did not record is listed nevertheless`() async throws {
        let ledger = URL(fileURLWithPath: "\(lake)/_ledger.sqlite")
        try folder.write(Self.version(10).row, to: "source/a.json")
        _ = try await ingest("source")
        let before = try Data(contentsOf: ledger)
        try folder.write(Self.version(9).row, to: "source/b.json")
        _ = try await ingest("source")
        try before.write(to: ledger)
        let healed = try await IngestJob(source: folder.path("source"), lake: lake).run()

        #expect(healed.objects == 2 && healed.records == 0)
        #expect(try await listed().map(\.request) == ["r"])
    }

    @Test func `a conversion keeps the list`() async throws {
        try folder.write(Self.version(10).row + Self.version(9).row, to: "source/a.json")
        _ = try await ingest("source")

        _ = try await ConvertJob(lake: lake, to: .parquet).run()

        #expect(try await listed().map(\.request) == ["r"])
    }
}
