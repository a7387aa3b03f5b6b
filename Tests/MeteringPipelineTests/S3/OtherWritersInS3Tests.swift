import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Files of other writers in a lake in S3.
@Suite struct OtherWritersInS3Tests {
    private static let folder = "year=2025/month=12/day=07"

    @Test func `one is taken over with its bytes, and another left alone and named`() async throws {
        let store = try await TestStore(.moto)
        let calls = (0..<20).map { UsageCall(time: $0, input: $0) }
        let original = try ForeignParquet(calls).bytes()
        try await store.write(original, to: "lake/\(Self.folder)/meter-1.parquet")
        let unsound = UsageCall(time: 50).row + "START RequestId: 1\n"
        try await store.write(unsound, to: "lake/\(Self.folder)/part.json")
        try await store.write("x", to: "lake/\(Self.folder)/_SUCCESS")
        var job = IngestJob(source: nil, lake: store.location("lake"), format: .json)
        job.stores = store.stores()
        var report = ReportJob(
            UsageQuery(per: .day, during: try .day("2025-12-07")), from: .lake(job.lake))
        report.stores = job.stores
        var status = StatusJob(of: job.lake)
        status.stores = job.stores
        var verify = VerifyJob(of: job.lake)
        verify.stores = job.stores
        let before = try await report.run()
        let statusBefore = try await status.run()

        let summary = try await job.run()

        let named = [store.location("lake/\(Self.folder)/part.json")]
        #expect(statusBefore.otherFiles.map(\.rows) == [20, nil])
        #expect(summary.records == 20 && summary.isBalanced && summary.takenOver.count == 1)
        #expect(summary.failures.map(\.location) == named)
        let after = try await report.run()
        for outcome in [before, after] {
            #expect(outcome.failures.map(\.location) == named)
            #expect(outcome.report.totals?.requests == 20)
        }
        #expect(try await verify.run().days.count { !$0.findings.isEmpty } == 1)
        let objects = try await store.objects("lake")
        #expect(
            objects["_replaced/\(Self.folder)/meter-1_parquet.replaced"] == Data(original))
        #expect(objects["\(Self.folder)/part.json"] == Data(unsound.utf8))
        #expect(objects["\(Self.folder)/meter-1.parquet"] == nil)
    }
}
