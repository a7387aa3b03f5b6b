import BedrockMetering
import Foundation
import TestSupport
import Testing

@testable import MeteringPipeline

/// Runs that hold fewer records than they read.
@Suite struct SpillTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func job(into lake: String, _ format: LakeFormat, holding records: Int?) -> IngestJob {
        var job = IngestJob(
            source: folder.path("source"), lake: folder.path(lake), format: format, jobs: 2
        )
        if let records { job.minimumHeldRecords = records }
        return job
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>, LakeFormat.allCases)
    func `what is set aside changes neither the lake nor the counts`(
        seed: UInt64, format: LakeFormat
    ) async throws {
        var logs = RandomLogs(seed: seed)
        for (name, bytes) in logs.objects(of: logs.events(of: logs.calls(400)), count: 12) {
            try folder.write(bytes, to: "source/\(name)")
        }

        let whole = try await job(into: "whole", format, holding: nil).run()
        let parts = try await job(into: "parts", format, holding: 1).run()
        let again = try await job(into: "parts", format, holding: 1).run()

        #expect(whole.duplicates.conflicts > 0 && whole.days.count > 1)
        #expect(try LakeContents(folder.path("parts")) == LakeContents(folder.path("whole")))
        #expect(parts.json() == whole.json())
        #expect(again.skipped > 0 && again.records == 0)
        let staging = folder.path("parts/_staging")
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging).isEmpty)
    }

    @Test func `records are set aside when there are more than of any day`() throws {
        let first = try #require(UsageDay("2025-12-07"))
        let limit = HeldLimit(minimum: 2)
        let merger = UsageMerger()

        read(0..<5, on: first, into: merger, limit)
        #expect(!limit.isReached(by: merger))
        read(5..<9, on: first, into: merger, limit)
        #expect(!limit.isReached(by: merger))
        read(0..<1, on: first.advanced(by: 1), into: merger, limit)
        #expect(limit.isReached(by: merger))

        limit.startOver()
        let next = UsageMerger()
        read(0..<9, on: first.advanced(by: 2), into: next, limit)
        #expect(!limit.isReached(by: next))
    }

    @Test func `objects that others are still reading do not count, nor do lines delivered twice`()
        throws
    {
        let first = try #require(UsageDay("2025-12-07"))
        let limit = HeldLimit(minimum: 2)
        let merger = UsageMerger()

        read(0..<5, on: first, into: merger, limit)
        read(5..<9, on: first, into: merger)
        #expect(!limit.isReached(by: merger))
        read(0..<4, on: first.advanced(by: 1), into: merger, limit)
        read(0..<4, on: first.advanced(by: 1), into: merger, limit)
        read(0..<4, on: first.advanced(by: 1), into: merger, limit)
        #expect(merger.count == 13 && limit.isReached(by: merger))
    }

    @Test func `once records are to be set aside, nobody reads on`() throws {
        let first = try #require(UsageDay("2025-12-07"))
        let limit = HeldLimit(minimum: 2)
        let merger = UsageMerger()
        read(0..<3, on: first, into: merger, limit)
        read(0..<3, on: first.advanced(by: 1), into: merger, limit)
        #expect(limit.isReached(by: merger))

        read(3..<20, on: first, into: merger, limit)

        #expect(limit.isReached(by: merger))
    }

    /// Inserts records, and counts them in unless their object is still being read.
    private func read(
        _ numbers: Range<Int>, on day: UsageDay, into merger: UsageMerger, _ limit: HeldLimit? = nil
    ) {
        var collector = merger.makeCollector()
        for number in numbers {
            collector.insert(
                UsageRecord(
                    time: EventTime(microseconds: day.start.microseconds + Int64(number)),
                    tenant: "t", user: "u", model: "m", tokens: TokenCounts(), request: nil
                )
            )
        }
        collector.commit()
        limit?.add([day: numbers.count])
    }

    @Test func `a call that had more than one version each time is one conflict`() async throws {
        let call = UsageCall(day: "2025-12-07", time: 1, tenant: Array("t".utf8))
        for (object, outputs) in [[1, 2], [3, 4], [5]].enumerated() {
            var rows = outputs.map { output in
                var row = call
                row.request = Array("r".utf8)
                row.output = output
                return row
            }
            // More records of other days than any day has lines.
            for day in 10..<30 {
                rows.append(UsageCall(day: "2025-12-\(day)", time: object, tenant: call.tenant))
            }
            try folder.write(rows.map(\.row).joined(), to: "source/\(object).json")
        }

        let whole = try await job(into: "whole", .json, holding: nil).run()
        let parts = try await job(into: "parts", .json, holding: 0).run()

        #expect(whole.duplicates.conflicts == 1 && parts.duplicates == whole.duplicates)
        #expect(try LakeContents(folder.path("parts")) == LakeContents(folder.path("whole")))
    }
}
