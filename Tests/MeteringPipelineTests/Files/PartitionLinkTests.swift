import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Links in the place of day files and their folders, and beside them.
@Suite struct PartitionLinkTests {
    @Test(arguments: ["year=2025", "year=2025/month=12"])
    func `a link in the place of a folder of many days ends a run with its name`(
        name: String
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try world.replace(name, byLinkTo: world.folder.path("moved"))
        let moved = try TreeSnapshot(world.folder.path("moved"))

        let failure = try #require(await world.failure { _ = try await world.job.run() })
        let report = try await world.report()

        #expect(failure.exitCode == 65 && failure.location == world.path(name))
        #expect(report.failures.map(\.location).contains(world.path(name)))
        #expect(try TreeSnapshot(world.folder.path("moved")) == moved)
    }

    @Test(arguments: [LinkWorld.dayFolder, LinkWorld.dayFile], [true, false])
    func `a link in the place of a day is named, and other days are taken`(
        name: String, isDangling: Bool
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try world.replace(name, byLinkTo: world.folder.path(isDangling ? "none" : "moved"))
        let moved = try TreeSnapshot(world.folder.path("."))
            .entries.filter { $0.key.hasPrefix("moved") }

        let summary = try await world.job.run()
        let report = try await world.report()

        #expect(summary.records == 1 && summary.uncommitted == 2 && summary.isBalanced)
        #expect(summary.failures.map(\.location) == [world.path(name)])
        #expect(report.failures.map(\.location).contains(world.path(name)))
        #expect(report.report.totals?.requests == 0)
        let after = try TreeSnapshot(world.folder.path("."))
        #expect(after.entries.filter { $0.key.hasPrefix("moved") } == moved)
        #expect(after.entries["lake/\(name)"]?.kind == .typeSymbolicLink)
        #expect(after.entries["none"] == nil)
    }

    /// A link, and what it leads to.
    private static let beside = [
        ("folder", "usage"), ("folder.json", "usage"), ("part-0.json", "usage/a.json"),
        ("dangling.json", "none"), ("loop", "lake/\(LinkWorld.dayFolder)"),
    ]

    @Test(arguments: beside)
    func `a link beside a day's file is left where it is, and so is what is behind it`(
        name: String, target: String
    ) async throws {
        let world = try await LinkWorld()
        try world.addSource()
        try world.folder.write(UsageCall(time: 7).row, to: "usage/a.json")
        try world.folder.write(UsageCall(time: 8).row, to: "usage/inner/b.json")
        let link = "\(LinkWorld.dayFolder)/\(name)"
        try world.folder.link("lake/\(link)", to: world.folder.path(target))
        let usage = try TreeSnapshot(world.folder.path("usage"))

        let summary = try await world.job.run()
        let report = try await world.report()

        #expect(summary.records == 2 && summary.takenOver.isEmpty && !summary.isClean)
        #expect(summary.failures.map(\.location) == [world.path(link)])
        #expect(summary.failures.first?.reason.hasPrefix("is a link") == true)
        #expect(report.failures.map(\.location) == [world.path(link)])
        #expect(report.report.totals?.requests == 2)
        #expect(try TreeSnapshot(world.folder.path("usage")) == usage)
        #expect(try TreeSnapshot(world.job.lake).entries[link]?.kind == .typeSymbolicLink)
        #expect(!FileManager.default.fileExists(atPath: world.path("_replaced")))
    }

    @Test func `files in folders beside a day's file are still taken over`() async throws {
        let world = try await LinkWorld()
        try world.folder.write(
            UsageCall(time: 7).row, to: "lake/\(LinkWorld.dayFolder)/job/part-0.json")

        let summary = try await world.job.run()

        let moved = try #require(summary.takenOver.first?.movedTo)
        let lake = try TreeSnapshot(world.job.lake)
        #expect(summary.records == 1 && summary.isClean)
        #expect(lake.mode(moved) == "600")
        for folder in ["_replaced", "_replaced/\(LinkWorld.dayFolder)/job"] {
            #expect(lake.mode(folder) == "700")
        }
    }

    @Test func `folders are not looked into without end`() async throws {
        let world = try await LinkWorld()
        let deep = String(repeating: "/d", count: 200)
        try world.folder.makeFolder("lake/\(LinkWorld.dayFolder)\(deep)")

        let summary = try await world.job.run()

        #expect(summary.failures.map(\.reason).allSatisfy { $0.hasPrefix("is a folder") })
        #expect(summary.failures.count == 1)
    }
}
