import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Names over the limit: rejected in log objects, and read in the lake's own day files.
@Suite struct LongNameTests {
    private static let formats: [LakeFormat] = [.json, .parquet]
    private let folder: TemporaryFolder
    private let lake: String
    private let long = UsageCall(tenant: Array(repeating: 0x78, count: 5000))

    init() throws {
        folder = try TemporaryFolder()
        lake = folder.path("lake")
    }

    private func ingest(
        _ calls: UsageCall..., as format: LakeFormat, limits: DecodingLimits = DecodingLimits()
    ) async throws -> IngestSummary {
        let name = "source-\(calls[0].time)-\(calls[0].tenant.count)"
        try folder.write(calls.map(\.row).joined(), to: "\(name)/a.json")
        return try await IngestJob(
            source: folder.path(name), lake: lake, format: format, limits: limits
        ).run()
    }

    private func report() async throws -> ReportJob.Outcome {
        let query = UsageQuery(per: .day, during: try .day("2025-12-07"))
        return try await ReportJob(query, from: .lake(lake)).run()
    }

    @Test(arguments: formats)
    func `a line whose name is over the limit is rejected with its reason`(
        format: LakeFormat
    ) async throws {
        let summary = try await ingest(long, UsageCall(), as: format)

        #expect(summary.records == 1 && !summary.isClean)
        #expect(
            summary.rejects.map { "\($0.reason)" } == ["tenant_id is over the size limit of names"])
    }

    @Test(arguments: formats)
    func `day files with longer names are read, merged and converted as they were`(
        format: LakeFormat
    ) async throws {
        let earlier = try await ingest(
            long, as: format, limits: DecodingLimits(maximumNameSize: 1 << 20))
        #expect(earlier.isClean && earlier.records == 1)

        let later = try await ingest(UsageCall(time: 7), as: format)
        let outcome = try await report()
        let verified = try await VerifyJob(of: lake).run()
        let converted = try await ConvertJob(
            lake: lake, to: format == .json ? .parquet : .json
        ).run()

        #expect(later.isClean && later.records == 1)
        #expect(outcome.failures.isEmpty && outcome.report.totals?.requests == 2)
        #expect(verified.isClean)
        #expect(converted.failures.isEmpty && converted.days.count == 1)
        #expect(try await report().report.totals?.requests == 2)
    }
}
