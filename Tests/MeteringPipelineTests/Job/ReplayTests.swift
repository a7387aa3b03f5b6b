import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct ReplayTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json)
    }

    private static func unsound(_ time: Int) -> String {
        UsageCall(time: time).row.replacingOccurrences(of: ":10,", with: ":-10,")
    }

    /// Two sound lines and two rejected ones, ingested.
    private func ingest() async throws {
        let rows = [
            UsageCall(time: 1).row, Self.unsound(2), UsageCall(time: 3).row, Self.unsound(4),
        ]
        try folder.write(rows.joined(), to: "source/a.json")
        _ = try await job.run()
    }

    private func repairs() async throws -> [String] {
        try await RejectsJob(of: job.lake).repairable().lines
    }

    private func replay(_ lines: [String]) async throws -> ReplayJob.Outcome {
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "repairs.jsonl")
        return try await ReplayJob([folder.path("repairs.jsonl")], into: job.lake).run()
    }

    private func repaired(_ line: String) -> String {
        line.replacingOccurrences(of: ":-10,", with: ":10,")
    }

    @Test func `a line that is no text is not taken in unrepaired`() async throws {
        var row = Array(UsageCall(time: 1).row.utf8)
        let tenant = try #require(row.firstRange(of: Array("tenant_id".utf8)))
        row[tenant.upperBound + 4] = 0xff
        try folder.write(row, to: "source/a.json")
        #expect(try await job.run().rejects.count == 1)
        let lines = try await repairs()
        #expect(lines.count == 1 && lines[0].contains("raw_base64"))

        let outcome = try await replay(lines)

        #expect(outcome.replayed == 0 && outcome.faults.count == 1)
        #expect(try LakeContents(job.lake).files.isEmpty)
    }

    @Test func `a repaired line is as if it had come from the source`() async throws {
        try await ingest()
        let lines = try await repairs()
        #expect(lines.count == 2)

        let first = try await replay([repaired(lines[0])])

        #expect(first.replayed == 1 && first.faults.isEmpty && first.summary.records == 1)
        #expect(try await RejectsJob(of: job.lake).run().map(\.line) == [4])
        let second = try await replay(lines.map(repaired))
        #expect(second.replayed == 1 && second.known == 1 && second.summary.records == 1)
        #expect(try await RejectsJob(of: job.lake).run().isEmpty)

        let calls = (1...4).map { UsageCall(time: $0) }
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
        var all = RejectsJob(of: job.lake)
        all.includesSettled = true
        #expect(try await all.run().allSatisfy { $0.replayed != nil })
        let ledger = try Ledger(readingAt: folder.path("lake/_ledger.sqlite"))
        #expect(try ledger.sources(of: day).count == 3)
        #expect(try ledger.runs().map(\.kind) == [.ingest, .replay, .replay])
    }

    @Test func `replaying again adds nothing`() async throws {
        try await ingest()
        let lines = try await repairs().map(repaired)
        _ = try await replay(lines)
        let lake = try LakeContents(job.lake)

        let again = try await replay(lines)

        #expect(again.summary.records == 0 && again.summary.skipped == 1)
        #expect(again.replayed == 0 && again.known == 2 && again.faults.isEmpty)
        #expect(try LakeContents(job.lake) == lake)
    }

    @Test func `what is unsound still, or names no reject, is named and left out`() async throws {
        try await ingest()
        let lines = try await repairs()
        let stray = repaired(lines[1]).replacingOccurrences(of: "\"line\": 4", with: "\"line\": 5")
        let untimed = repaired(lines[1]).replacing(/\\"timestamp\\":\\"[^"]*",/, with: "")

        let outcome = try await replay([
            lines[0], stray, "not JSON", "{\"object\": \"a\"}", untimed, repaired(lines[0]),
            repaired(lines[0]),
        ])

        #expect(outcome.replayed == 1 && outcome.summary.records == 1)
        let path = folder.path("repairs.jsonl")
        #expect(
            outcome.faults.map(\.description) == [
                "\(path): line 1: input_tokens is negative",
                "\(path): line 2: names no rejected line",
                "\(path): line 3: is no JSON object with object, line and raw",
                "\(path): line 4: is no JSON object with object, line and raw",
                "\(path): line 5: timestamp is missing",
                "\(path): line 7: names no rejected line",
            ])
    }

    @Test func `a copy of a file of rejects is taken as well, and text may span lines`()
        async throws
    {
        try await ingest()
        let row = UsageCall(time: 2).row.dropLast()
        let base64 = Data(row.utf8).base64EncodedString()
        let spread = JSONName.plain(
            Array(UsageCall(time: 4).row.replacingOccurrences(of: ",", with: ",\n").utf8))
        let object = "\"object\":\"\(folder.path("source/a.json"))\""

        let outcome = try await replay([
            "{\(object),\"line\":2,\"raw_base64\":\"\(base64)\"}",
            "{\(object),\"line\":4,\"raw\":\(spread)}",
        ])

        #expect(outcome.faults.isEmpty && outcome.summary.records == 2)
        let calls = (1...4).map { UsageCall(time: $0) }
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
    }

    @Test func `reading the object again leaves its replayed lines replayed`() async throws {
        try await ingest()
        _ = try await replay(try await repairs().map(repaired))
        var again = job
        again.rereads = true

        let summary = try await again.run()

        #expect(summary.counts.rejected == 2 && summary.records == 0 && summary.isClean)
        #expect(try await RejectsJob(of: job.lake).run().isEmpty)
    }

    @Test func `a new ledger knows the repaired lines again`() async throws {
        try await ingest()
        _ = try await replay(try await repairs().map(repaired))
        let lake = try LakeContents(job.lake)
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))

        _ = try await job.run()

        let ledger = try Ledger(readingAt: folder.path("lake/_ledger.sqlite"))
        #expect(try ledger.day(day)?.mayHoldUnknownRows == false)
        _ = try await RebuildJob(day, of: job.lake).run()
        #expect(try LakeContents(job.lake) == lake)
    }
}
