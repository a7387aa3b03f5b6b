import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Who may read what a lake holds.
@Suite struct FileModeTests {
    @Test func `what earlier versions made for all to read is narrowed when it is written`()
        async throws
    {
        let world = try await LinkWorld()
        try world.addSource()
        for (name, mode) in [("_staging", 0o755), ("_rejected", 0o755), ("_ledger.sqlite", 0o644)] {
            #expect(chmod(world.path(name), mode_t(mode)) == 0)
        }

        _ = try await world.job.run()

        let lake = try TreeSnapshot(world.job.lake)
        #expect(lake.mode("_staging") == "700" && lake.mode("_rejected") == "700")
        #expect(lake.mode("_ledger.sqlite") == "600")
    }

    @Test func `a ledger of several names keeps its mode, which is theirs as well`() async throws {
        let world = try await LinkWorld()
        try world.addSource()
        #expect(chmod(world.path("_ledger.sqlite"), 0o644) == 0)
        #expect(link(world.path("_ledger.sqlite"), world.folder.path("snapshot")) == 0)

        let summary = try await world.job.run()

        #expect(summary.records == 2)
        #expect(try TreeSnapshot(world.job.lake).mode("_ledger.sqlite") == "644")
    }
}
