import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// The ledger is no truth: whatever becomes of it between runs, the lake is the same.
@Suite struct LedgerIndependenceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private enum Fate: CaseIterable {
        case kept, deleted, damaged, random, old, other
    }

    @Test(arguments: Fuzzing.seeds(12))
    func `a ledger kept, deleted, damaged or of another moment changes no byte`(
        seed: UInt64
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(250)
        let objects = logs.objects(of: logs.events(of: calls), count: 8)
        let format: LakeFormat = random.pick([.json, .parquet])
        for (name, bytes) in objects { try folder.write(bytes, to: "all/\(name)") }
        _ = try await IngestJob(
            source: folder.path("all"), lake: folder.path("one"), format: format
        ).run()

        var history: [Data] = []
        var mayKnowMore = false
        for object in logs.shuffle(objects) + [objects[0]] {
            try folder.write(object.bytes, to: "grown/\(object.name)")
            let summary = try await IngestJob(
                source: folder.path("grown"), lake: folder.path("lake"), format: format,
                jobs: 1 + logs.number(below: 3)
            ).run()
            #expect(summary.isBalanced)
            // Another lake's ledger, which has read everything, misses what is not here yet.
            #expect(summary.failures.isEmpty || mayKnowMore)
            #expect(summary.failures.allSatisfy { $0.reason.contains(" recorded; ") })
            let path = folder.path("lake/_ledger.sqlite")
            history.append(try Data(contentsOf: URL(fileURLWithPath: path)))
            let fate = random.pick(Fate.allCases)
            if fate == .other { mayKnowMore = true }
            try change(path, to: fate, history, &random)
        }
        let last = try await IngestJob(
            source: folder.path("grown"), lake: folder.path("lake"), format: format
        ).run()

        #expect(try LakeContents(folder.path("lake")) == LakeContents(folder.path("one")))
        #expect(try rejects("lake", of: "grown") == rejects("one", of: "all"))
        #expect(last.objects + last.skipped == objects.count)
        let verified = try await VerifyJob(of: folder.path("lake")).run().days
        #expect(verified.allSatisfy { $0.findings.isEmpty || $0.findings == [.unknown] })
    }

    private func change(
        _ path: String, to fate: Fate, _ history: [Data], _ random: inout SeededGenerator
    ) throws {
        let url = URL(fileURLWithPath: path)
        switch fate {
        case .kept: break
        case .deleted: try FileManager.default.removeItem(at: url)
        case .damaged:
            var bytes = try Data(contentsOf: url)
            for _ in 0..<random.pick([1, 30, 3000]) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 0x5a
            }
            // The mark tells a ledger that is damaged from another database.
            bytes.replaceSubrange(68..<72, with: history[0][68..<72])
            try bytes.write(to: url)
        case .random:
            try Data((0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }).write(
                to: url)
        // As a run leaves it that is killed before it records what it did.
        case .old: try random.pick(history).write(to: url)
        case .other:
            try Data(contentsOf: URL(fileURLWithPath: folder.path("one/_ledger.sqlite")))
                .write(to: url)
        }
    }

    /// Rejected lines as they are kept, without the folder of their objects.
    private func rejects(_ lake: String, of source: String) throws -> [String] {
        let rejected = folder.path("\(lake)/_rejected")
        guard FileManager.default.fileExists(atPath: rejected) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: rejected).map {
            try String(contentsOfFile: "\(rejected)/\($0)", encoding: .utf8)
                .replacingOccurrences(of: folder.path(source), with: "")
        }.sorted()
    }

    @Test func `a run that was killed before it recorded is healed by the next one`() async throws {
        let calls = (0..<20).map { UsageCall(time: $0) }
        let job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
        try folder.write(calls.prefix(10).map(\.row).joined(), to: "source/a.json")
        _ = try await job.run()
        let ledger = URL(fileURLWithPath: folder.path("lake/_ledger.sqlite"))
        let before = try Data(contentsOf: ledger)
        try folder.write(calls.dropFirst(10).map(\.row).joined(), to: "source/b.json")
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        try before.write(to: ledger)

        let healed = try await job.run()

        #expect(healed.objects == 2 && healed.records == 0)
        #expect(try LakeContents(job.lake) == lake)
        #expect(try await VerifyJob(of: job.lake).run().days.map(\.findings) == [[]])
        #expect(
            try Ledger(readingAt: ledger.path).days().map(\.mayHoldUnknownRows) == [false])
        #expect(try await job.run().skipped == 2)
    }

    @Test func `a damaged ledger is set aside with a warning`() async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        let job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
        _ = try await job.run()
        try folder.write("no database", to: "lake/_ledger.sqlite")

        let summary = try await job.run()

        let path = folder.path("lake/_ledger.sqlite")
        #expect(summary.isClean && summary.duplicates.duplicates == 1)
        #expect(summary.warnings.count == 1)
        #expect(summary.warnings.first?.hasPrefix("\(path): the ledger was damaged") == true)
        #expect(
            try String(contentsOfFile: path + ".damaged-1", encoding: .utf8) == "no database")
    }
}
