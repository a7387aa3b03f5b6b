import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Ledgers of versions that counted conflicts and did not list them.
@Suite struct OlderLedgerTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let path: String
    private let day = UsageDay.on("2025-12-07")

    /// A lake of two days, one with a call in conflict that was met twice, and its older ledger.
    init() async throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
        path = folder.path("lake/_ledger.sqlite")
        let calls = [
            UsageCall(input: 1, request: Array("r".utf8)),
            UsageCall(input: 2, output: 4, request: Array("r".utf8)), UsageCall(day: "2025-12-08"),
        ]
        try folder.write(calls.map(\.row).joined(), to: "source/a.json")
        _ = try await job.run()
        // Lakes of these versions have no such lists.
        try FileManager.default.removeItem(atPath: folder.path("lake/_conflicts"))
        try OlderLedger.make(at: path, upTo: "first")
        try OlderLedger.change(path, "UPDATE day SET conflicts = 2 WHERE day = '2025-12-07'")
    }

    private func status() async throws -> LakeStatus { try await StatusJob(of: job.lake).run() }

    @Test func `one that is only read stays as it is`() async throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))

        let status = try await status()
        let conflicts = try await ConflictsJob(of: job.lake).run()
        let verified = try await VerifyJob(of: job.lake).run().days

        #expect(status.ledgerFailure == nil && status.days.map(\.conflicts) == [nil, 0])
        #expect(status.days.map(\.state) == ["provisional", "provisional"])
        let remark =
            "2025-12-07: the conflicts that an older version counted are not listed; "
            + "meter-etl rebuild --day 2025-12-07 --lake \(job.lake) lists them"
        #expect(status.table().contains("\n\(remark)\n"))
        #expect(status.table().contains(/2025-12-07 .* \?\n/))
        #expect(status.json().contains(/"conflicts": ?null/))
        #expect(conflicts.calls.isEmpty && conflicts.remarks == [remark])
        #expect(verified.allSatisfy { $0.findings.isEmpty })
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `an ingest keeps what it knows, and a rebuild lists what was counted`() async throws
    {
        #expect(try await job.run().skipped == 1)
        #expect(try await status().days.map(\.conflicts) == [nil, 0])

        var again = job
        again.rereads = true
        #expect(try await again.run().duplicates.conflicts == 1)
        // There may have been others, in objects that nobody reads again.
        #expect(try await status().days.map(\.conflicts) == [nil, 0])
        #expect(try await ConflictsJob(of: job.lake).run().calls.map(\.request) == ["r"])

        _ = try await RebuildJob(day, of: job.lake).run()
        #expect(try await status().days.map(\.conflicts) == [1, 0])
        let conflicts = try await ConflictsJob(of: job.lake).run()
        #expect(conflicts.calls.map(\.request) == ["r"] && conflicts.remarks.isEmpty)
    }

    @Test func `calls that 0.1.0 has listed are in doubt until a rebuild lists their versions`()
        async throws
    {
        try FileManager.default.removeItem(atPath: folder.path("lake"))
        _ = try await job.run()
        try FileManager.default.removeItem(atPath: folder.path("lake/_conflicts"))
        try OlderLedger.make(at: path, upTo: "nights")
        try OlderLedger.change(path, "INSERT INTO conflict VALUES ('2025-12-07', 'acme', 'r')")

        let call = try #require(try await ConflictsJob(of: job.lake).run().calls.first)
        #expect(call.isOpen && call.versions.isEmpty && call.counted.isEmpty)
        #expect(
            call.text(in: "it's").contains(#"meter-etl rebuild --day 2025-12-07 --lake 'it'\''s'"#))
        let decision = DecideJob(.call(day, "acme", "r"), keeping: .largest, of: job.lake)
        let error = await #expect(throws: PipelineError.self) { try await decision.run() }
        #expect(error?.code == .notFound && error?.reason.contains("meter-etl rebuild") == true)

        _ = try await RebuildJob(day, of: job.lake).run()
        #expect(try await ConflictsJob(of: job.lake).run().calls.map(\.versions.count) == [2])
        #expect(try await decision.run().decisions.count == 1)
        #expect(try await status().days.map(\.conflicts) == [0, 0])
    }

    @Test func `one whose tables were changed is set aside, and not read`() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "DROP TABLE restatement_tenant") }
        try queue.close()

        let error = #expect(throws: PipelineError.self) { try Ledger(readingAt: path) }
        #expect(error?.code == .damagedLake)
        #expect(try Ledger(at: path).damaged == path + ".damaged-1")
    }
}
