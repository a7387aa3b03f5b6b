import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import Synchronization
import TestSupport
import Testing

/// An object that cannot be read leaves nothing of itself, and everything of the others.
@Suite struct DamagedObjectTests {
    private let folder: TemporaryFolder
    private static let sound = rows(1...3000)

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func rows(_ numbers: ClosedRange<Int>) -> [UInt8] {
        let rows = numbers.map { UsageCall(time: $0, tenant: Array("sound".utf8), input: $0).row }
        return GzipData.compressed(rows.joined().utf8)
    }

    private static let damaged: [String: [UInt8]] = {
        let rows = (1...3000).map { UsageCall(time: $0, tenant: Array("lost".utf8), input: $0).row }
        let object = GzipData.compressed(rows.joined().utf8)
        let last = GzipData.compressed(UsageCall().row.utf8)
        var changed = object
        changed[object.count / 2] ^= 0x10
        var sum = object
        sum[object.count - 6] ^= 1
        return [
            "its last byte is missing": object.dropLast(),
            "half of it is missing": Array(object.prefix(object.count / 2)),
            "only its header is left": Array(object.prefix(10)),
            "a byte is changed": changed,
            "its checksum is wrong": sum,
            "its second member is cut": object + last.prefix(last.count - 4),
            "it inflates past the limit": GzipData.compressed(
                rows.joined().utf8 + Array(repeating: 0x20, count: 6_000_000)
            ),
        ]
    }()

    @Test(arguments: damaged.keys.sorted())
    func `nothing of a damaged object is in the lake, and all of the others is`(
        damage: String
    ) async throws {
        let damaged = try #require(Self.damaged[damage])
        for name in ["source/a.gz", "whole/a.gz"] { try folder.write(Self.sound, to: name) }
        let path = try folder.write(damaged, to: "source/b.gz")
        for name in ["source/c.gz", "whole/c.gz"] {
            try folder.write(Self.rows(3001...3500), to: name)
        }
        let limits = DecodingLimits(maximumInflatedSize: 4_000_000)

        let summary = try await IngestJob(
            source: folder.path("source"),
            lake: folder.path("lake"),
            format: .json,
            limits: limits,
            jobs: 2
        ).run()
        _ = try await IngestJob(
            source: folder.path("whole"), lake: folder.path("expected"), format: .json
        ).run()

        #expect(summary.failures.map(\.location) == [path])
        #expect(summary.failedObjects == 1 && summary.objects == 2 && !summary.isClean)
        #expect(summary.records == 3500 && summary.counts.events == 3500)
        #expect(summary.failures.allSatisfy { !$0.reason.contains("lost") })
        #expect(
            try LakeContents(folder.path("lake")) == LakeContents(folder.path("expected"))
        )
    }

    @Test
    func `an object over a limit is named by each run, and opened again once a limit is another`()
        async throws
    {
        let path = try folder.write(
            try #require(Self.damaged["it inflates past the limit"]), to: "source/b.gz")
        try folder.write(Self.sound, to: "source/a.gz")
        let begun = Mutex(0)
        func run(_ size: Int, rereads: Bool = false) async throws -> (IngestSummary, begun: Int) {
            var job = IngestJob(
                source: folder.path("source"), lake: folder.path("lake"),
                limits: DecodingLimits(maximumInflatedSize: size))
            job.rereads = rereads
            begun.withLock { $0 = 0 }
            job.progress = { _, _ in begun.withLock { $0 += 1 } }
            let summary = try await job.run()
            return (summary, begun.withLock(\.self))
        }

        let first = try await run(4_000_000)
        let next = try await run(4_000_000)
        let reread = try await run(4_000_000, rereads: true)
        let raised = try await run(1 << 30)

        #expect([first, next, reread, raised].map(\.begun) == [2, 0, 2, 1])
        for (summary, _) in [first, next, reread] {
            #expect(summary.failures == first.0.failures && summary.failures.count == 1)
            #expect(summary.failures.first?.location == path && !summary.isClean)
            #expect(summary.failures.first?.reason.contains("--max-object-size") == true)
        }
        #expect(raised.0.isClean && raised.0.records == 3000)
    }

    @Test func `a repaired object is taken as if it had never been damaged`() async throws {
        try folder.write(Self.sound.dropLast(9), to: "source/a.gz")
        let job = IngestJob(source: folder.path("source"), lake: folder.path("lake"), format: .json)
        let first = try await job.run()
        try folder.write(Self.sound, to: "source/a.gz")

        let second = try await job.run()

        #expect(first.records == 0 && first.days.isEmpty)
        #expect(second.records == 3000 && second.isClean)
    }

    @Test func `a report leaves a damaged object out and names it`() async throws {
        try folder.write(Self.sound, to: "source/a.gz")
        let path = try folder.write(Self.sound.dropLast(9), to: "source/b.gz")
        let day = try UsagePeriod.day("2025-12-07")

        let outcome = try await ReportJob(
            UsageQuery(per: .day, during: day),
            from: .source(folder.path("source"))
        ).run()

        #expect(outcome.failures.map(\.location) == [path])
        #expect(outcome.report.rows.map(\.usage.requests) == [3000])
        #expect(outcome.report.lines?.failedObjects == 1)
    }
}
