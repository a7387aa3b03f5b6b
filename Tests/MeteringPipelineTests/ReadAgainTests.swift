import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What one run has written is read by all others, whatever limits they were given.
@Suite struct ReadAgainTests {
    private let folder: TemporaryFolder
    private let limits = DecodingLimits(maximumLineSize: 8 << 20, maximumNameSize: 1 << 20)

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Names whose rows are longer than their lines, or than the usual limit of lines.
    @Test(
        arguments: LakeFormat.allCases,
        [("a", (1 << 20) - 160), (#"\u0001"#, 180_000), ("ä", 500_000)])
    func `rows of long names`(
        format: LakeFormat, name: (text: String, times: Int)
    ) async throws {
        let tenant = String(repeating: name.text, count: name.times)
        let line =
            #"{"timestamp":"2025-12-07T00:00:00Z","tenant_id":"\#(tenant)","user_id":"b","#
            + #""model_id":"m","input_tokens":1,"output_tokens":2,"#
            + #""event_type":"bedrock_token_usage"}"# + "\n"
        try folder.write(line, to: "source/a.json")
        let job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: format,
            limits: limits)
        let summary = try await job.run()
        #expect(summary.isClean && summary.records == 1)

        // Others have no such limits.
        let query = UsageQuery(per: .day, during: .day(.on("2025-12-07")))
        let outcome = try await ReportJob(query, from: .lake(job.lake)).run()
        #expect(outcome.failures.isEmpty)
        #expect(outcome.report.rows.map(\.usage.requests) == [1])
        #expect(try await VerifyJob(of: job.lake).run().isClean)
        try folder.write(UsageCall().row, to: "more/b.json")
        let more = try await IngestJob(source: folder.path("more"), lake: job.lake).run()
        #expect(more.isClean && more.records == 1)
        let other: LakeFormat = format == .json ? .parquet : .json
        #expect(try await ConvertJob(lake: job.lake, to: other).run().failures.isEmpty)
        #expect(try await VerifyJob(of: job.lake).run().isClean)
    }

    @Test func `a line that nobody would read is not written`() async throws {
        let lake = Lake(at: try ObjectLocation(folder.path("lake")), stores: .standard)
        try lake.makeStateFolder()
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        var session = DecodingSession(named: "a")
        let row = UsageCall(tenant: Array(repeating: 97, count: 1000)).row
        try session.feed(Array(row.utf8).span.bytes, into: &collector)
        _ = try session.finish(into: &collector)
        let snapshot = merger.snapshot()
        let references = snapshot.days()[0].references
        func write(maximumLineSize: Int) async throws {
            var merge = snapshot.merge(references, into: .on("2025-12-07"))
            var present: (any DayFileReader)?
            let staged = try StagedFile(in: lake)
            try await GzipLinesWriter(
                jobs: 1, conversion: "convert", maximumLineSize: maximumLineSize
            )
            .write(&merge, reading: &present, to: staged)
        }

        try await write(maximumLineSize: row.utf8.count)
        let error = await #expect(throws: PipelineError.self) {
            try await write(maximumLineSize: row.utf8.count - 1)
        }

        #expect(error?.reason.contains("a line of \(row.utf8.count) bytes") == true)
    }
}
