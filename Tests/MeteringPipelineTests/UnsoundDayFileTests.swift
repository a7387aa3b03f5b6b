import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Day files that something else has changed, as reports and ingests meet them.
@Suite struct UnsoundDayFileTests {
    private static func line(_ day: String, _ number: Int) -> String {
        #"{"timestamp":"\#(day)T01:00:00.\#(String(format: "%06d", number))","tenant_id":"t","#
            + #""user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"#
            + #""event_type":"bedrock_token_usage"}"# + "\n"
    }

    private let folder: TemporaryFolder
    private let seventh = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.json.gz"

    init() throws {
        folder = try TemporaryFolder()
        let lines = (1...5).map { Self.line("2025-12-06", $0) + Self.line("2025-12-07", $0) }
        try folder.write(lines.joined(), to: "source/a.json")
    }

    private func ingest(_ source: String = "source") async throws -> IngestSummary {
        try await IngestJob(source: folder.path(source), lake: folder.path("lake"), format: .json)
            .run()
    }

    private func report() async throws -> ReportJob.Outcome {
        let first = try #require(UsageDay("2025-12-06"))
        let period = try #require(UsagePeriod(from: first, to: first.advanced(by: 1)))
        let query = UsageQuery(per: .day, during: period)
        return try await ReportJob(query, from: .lake(folder.path("lake"))).run()
    }

    @Test func `another file with rows of another day counts nothing twice`() async throws {
        _ = try await ingest()
        let rows = (1...5).map { Self.line("2025-12-06", $0) }.joined()
        try folder.write(rows, to: "lake/year=2025/month=12/day=07/stray.json")

        let outcome = try await report()

        #expect(outcome.report.totals?.requests == 10)
        #expect(outcome.failures.isEmpty)
    }

    @Test(arguments: ["", "rows of the day before", "rows out of order", "foreign"])
    func `a day file that is unsound is named by reports and left alone by ingests`(
        content: String
    ) async throws {
        _ = try await ingest()
        let text =
            switch content {
            case "rows of the day before": Self.line("2025-12-06", 1)
            case "rows out of order": Self.line("2025-12-07", 2) + Self.line("2025-12-07", 1)
            case "foreign": Self.line("2025-12-07", 1) + "{\"event_type\":\"other\"}\n"
            default: ""
            }
        try folder.write(text, to: seventh)

        let outcome = try await report()
        try folder.write(Self.line("2025-12-07", 9), to: "late/b.json")
        let summary = try await ingest("late")

        #expect(outcome.report.totals?.requests == 5)
        #expect(outcome.failures.map(\.location) == [folder.path(seventh)])
        #expect(summary.failures.map(\.location) == [folder.path(seventh)])
        #expect(summary.uncommitted == 1)
        let left = try String(contentsOfFile: folder.path(seventh), encoding: .utf8)
        #expect(left == text)
    }
}
