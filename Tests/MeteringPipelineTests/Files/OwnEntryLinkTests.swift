import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Links in the place of what the lake itself has made: they are named, and nothing behind them is changed.
@Suite struct OwnEntryLinkTests {
    private static let folders = [
        "_staging", "_rejected", "_replaced", "_damaged", "_replayed", "_facts", "_conflicts",
    ]
    private static let files = [
        "_lock", "_ledger.sqlite", "_ledger.sqlite-journal", "_ledger.sqlite-wal",
        "_ledger.sqlite-shm", "_settings",
    ]

    @Test(arguments: folders + files, ["outside", "outside/kept.json", "outside/none"])
    func `a link in the place of the lake's own ends every run with its name`(
        name: String, target: String
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try world.replace(name, byLinkTo: world.folder.path(target))
        let outside = try TreeSnapshot(world.outside)
        let lake = try TreeSnapshot(world.job.lake)
        let day = try #require(UsageDay("2025-12-07"))
        let runs: [() async throws -> Void] = [
            { _ = try await world.job.run() },
            { _ = try await ConvertJob(lake: world.job.lake, to: .parquet).run() },
            { _ = try await RebuildJob(day, of: world.job.lake).run() },
            { _ = try await CloseJob(day, of: world.job.lake, force: true).run() },
        ]

        for run in runs {
            let failure = try #require(await world.failure(of: run))
            #expect(failure.exitCode == 65)
            #expect(failure.location == world.path(name))
            #expect(failure.reason.contains("unlink "))
        }

        #expect(try TreeSnapshot(world.outside) == outside)
        #expect(try TreeSnapshot(world.job.lake) == lake)
    }

    @Test func `once the link is taken away, a run does what is left to do`() async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try world.replace("_staging", byLinkTo: world.outside)
        _ = await world.failure { _ = try await world.job.run() }

        try FileManager.default.removeItem(atPath: world.path("_staging"))
        let summary = try await world.job.run()

        #expect(summary.records == 2 && summary.counts.rejected == 1)
    }

    @Test(arguments: ["_ledger.sqlite", "_facts", "_conflicts"])
    func `a report names a link in the place of what it reads`(name: String) async throws {
        let world = try await LinkWorld()
        try world.replace(name, byLinkTo: world.outside)

        let outcome = try await world.report()

        let named = outcome.failures.map(\.location)
        #expect((named + [outcome.ledgerFailure?.location]).contains { $0 == world.path(name) })
        #expect(outcome.report.totals?.requests == 1)
        #expect(outcome.report.notes?.finalityNotKnown?.contains("is a link") == true)
    }

    @Test(arguments: ["outside/none", "outside/kept.json"])
    func `a ledger that is named is no link either`(target: String) async throws {
        let world = try await LinkWorld()
        try world.folder.link("ledger", to: world.folder.path(target))
        let outside = try TreeSnapshot(world.outside)
        var job = world.job
        job.ledger = world.folder.path("ledger")

        let failure = try #require(await world.failure { _ = try await job.run() })

        #expect(failure.exitCode == 65 && failure.location == job.ledger)
        #expect(try TreeSnapshot(world.outside) == outside)
    }

    @Test func `the folder of a lake, and that of a ledger, may be reached by links`() async throws
    {
        let world = try await LinkWorld()
        try world.addSource()
        try world.folder.link("linked", to: world.job.lake)
        var job = world.job
        job.lake = world.folder.path("linked")
        job.ledger = world.folder.path("linked/_ledger.sqlite")

        let summary = try await job.run()

        #expect(summary.records == 2 && summary.skipped == 1 && summary.failures.isEmpty)
    }

    @Test(arguments: ["outside/none", "outside/kept.json"])
    func `a heartbeat is written through no link`(target: String) async throws {
        let world = try await LinkWorld()
        try world.folder.link("heartbeat.json", to: world.folder.path(target))
        let outside = try TreeSnapshot(world.outside)
        let heartbeat = Heartbeat(at: world.folder.path("heartbeat.json"))

        let day = try #require(UsageDay("2025-12-07"))

        let failure = await world.failure {
            try heartbeat.beat(after: NightlySummary(of: .day(day)))
        }

        #expect(failure?.exitCode == 65)
        #expect(failure?.location == world.folder.path("heartbeat.json"))
        #expect(try TreeSnapshot(world.outside) == outside)
    }
}
