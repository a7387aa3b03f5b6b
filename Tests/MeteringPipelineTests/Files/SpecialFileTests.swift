import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Pipes and the like where files are read: they are named, and nobody waits for a writer.
@Suite(.timeLimit(.minutes(5))) struct SpecialFileTests {
    private func makePipe(_ world: LinkWorld, _ name: String) throws {
        let path = world.path(name)
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: Folder.parent(of: path), withIntermediateDirectories: true)
        #expect(mkfifo(path, 0o600) == 0)
    }

    @Test(arguments: [
        "_lock", "_ledger.sqlite", "_ledger.sqlite-journal", "_settings", "_staging", "_rejected",
        "_facts", "_facts/0000000001.fact", "_conflicts",
    ])
    func `a pipe in the place of the lake's own ends a run with its name`(
        name: String
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try makePipe(world, name)

        let failure = try #require(await world.failure { _ = try await world.job.run() })

        #expect(failure.exitCode == 65 && failure.location == world.path(name))
        #expect(failure.reason.hasPrefix("is a pipe"))
    }

    @Test(arguments: [LinkWorld.dayFile, LinkWorld.dayFolder])
    func `a pipe in the place of a day is named, and other days are taken`(
        name: String
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try makePipe(world, name)

        let summary = try await world.job.run()
        let report = try await world.report()

        #expect(summary.records == 1 && summary.isBalanced)
        #expect(summary.failures.map(\.location) == [world.path(name)])
        #expect(report.failures.map(\.location).contains(world.path(name)))
    }

    @Test(arguments: ["pipe", "pipe.json", "pipe.parquet"])
    func `a pipe beside a day's file is named and passed over`(name: String) async throws {
        let world = try await LinkWorld()
        try makePipe(world, "\(LinkWorld.dayFolder)/\(name)")

        let summary = try await world.job.run()

        #expect(summary.failures.map(\.location) == [world.path("\(LinkWorld.dayFolder)/\(name)")])
    }

    @Test func `a pipe among lists of conflicts ends a report's doubt with its name`() async throws
    {
        let world = try await LinkWorld()
        try makePipe(world, "_conflicts/20251207.conflicts")

        let report = try await world.report()

        #expect(report.report.totals?.requests == 1)
        #expect(report.failures.map(\.location) == [world.path("_conflicts/20251207.conflicts")])
    }

    @Test func `a pipe among files of rejects is named, and the others are read`() async throws {
        let world = try await LinkWorld()
        try makePipe(world, "_rejected/x.rejects")

        let repairable = try await RejectsJob(of: world.job.lake).repairable()

        #expect(repairable.lines.count == 1 && repairable.missing.isEmpty)
        #expect(repairable.unread.map(\.location) == [world.path("_rejected/x.rejects")])
    }

    @Test(arguments: ["/dev/zero", "pipe"])
    func `a pipe or a device is no source, and no file to read`(name: String) async throws {
        let world = try await LinkWorld()
        #expect(mkfifo(world.folder.path("pipe"), 0o600) == 0)
        let path = name.hasPrefix("/") ? name : world.folder.path(name)
        var job = world.job
        job.source = path

        let summary = try await job.run()
        let query = UsageQuery(per: .day, during: try .day("2025-12-07"))
        let report = try await ReportJob(query, from: .source(path)).run()

        #expect(summary.failures.map(\.location) == [path] && summary.objects == 0)
        #expect(report.failures.map(\.location) == [path])
        #expect(throws: PipelineError.self) { try InputFile.contents(of: path) }
        #expect(throws: PipelineError.self) {
            try RepairedLine.forEach(inFileAt: path, limits: DecodingLimits()) { _, _ in }
        }
    }
}
