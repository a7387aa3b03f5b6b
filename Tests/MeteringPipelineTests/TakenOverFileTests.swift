import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

/// Files that something else wrote into a day's folder, such as a plain `bedrock-usage-20251207.json`,
/// become part of the day file.
@Suite struct TakenOverFileTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
        try folder.makeFolder("source")
    }

    private static let name = LakeContents.path(ofDay: "2025-12-07", ending: ".json")
    private static let keptName =
        "_replaced/" + LakeContents.path(ofDay: "2025-12-07", ending: "_json.replaced")

    /// Calls in no order, every fifth on the next day.
    private static func calls(_ numbers: Range<Int>) -> [UsageCall] {
        numbers.map { number in
            UsageCall(
                day: number % 5 == 0 ? "2025-12-08" : "2025-12-07",
                time: number * 7919 % 1000,
                input: number
            )
        }
    }

    /// Rows as the file has them: spaces after separators, no request id, no cache counts, no `Z`.
    private static func text(_ calls: [UsageCall]) -> String {
        calls.map { call in
            call.row.replacingOccurrences(of: ",\"cache_read_input_tokens\":0", with: "")
                .replacingOccurrences(of: ",\"cache_write_input_tokens\":0", with: "")
                .replacingOccurrences(of: "Z\",", with: "\", ")
        }.joined()
    }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.path(name))
    }

    @Test func `its rows are taken over, each into its own day, and it is put aside`() async throws
    {
        let calls = Self.calls(0..<300)
        let text = Self.text(calls)
        try folder.write(text, to: "lake/\(Self.name)")

        let summary = try await job.run()

        #expect(summary.records == 300 && summary.isClean && summary.isBalanced)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
        #expect(!exists("lake/\(Self.name)"))
        let kept = try String(
            contentsOfFile: folder.path("lake/\(Self.keptName)"),
            encoding: .utf8
        )
        #expect(kept == text)
    }

    @Test func `together with sources nothing is lost or doubled`() async throws {
        try folder.write(Self.text(Self.calls(0..<200)), to: "lake/\(Self.name)")
        try folder.write(Self.calls(100..<300).map(\.row).joined(), to: "source/a.json")

        let first = try await job.run()
        let lake = try LakeContents(job.lake)
        let second = try await job.run()

        #expect(first.records == 300 && first.duplicates.duplicates == 100)
        #expect(try lake.texts() == ExpectedLake(Self.calls(0..<300)).days)
        #expect(second.records == 0 && second.objects == 0 && second.skipped == 1)
        #expect(try LakeContents(job.lake) == lake)
    }

    @Test func `it joins a day that has a file already`() async throws {
        try folder.write(Self.calls(0..<200).map(\.row).joined(), to: "source/a.json")
        _ = try await job.run()
        try FileManager.default.removeItem(atPath: folder.path("source/a.json"))
        try folder.write(
            GzipData.compressed(Self.text(Self.calls(100..<250)).utf8),
            to: "lake/year=2025/month=12/day=08/part-0.gz"
        )

        let summary = try await job.run()

        #expect(summary.records == 50 && summary.isBalanced)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(Self.calls(0..<250)).days)
        #expect(exists("lake/_replaced/year=2025/month=12/day=08/part-0_gz.replaced"))
    }

    @Test func `before the takeover a report counts its rows once as well`() async throws {
        let calls = Self.calls(0..<300).filter { $0.day == "2025-12-07" }
        try folder.write(calls.prefix(150).map(\.row).joined(), to: "source/a.json")
        _ = try await job.run()
        try folder.write(Self.text(Array(calls.dropFirst(100))), to: "lake/\(Self.name)")
        let query = UsageQuery(per: .hour, during: try .day("2025-12-07"), by: [.user])
        let report = ReportJob(query, from: .lake(job.lake))

        let before = try await report.run().report
        _ = try await job.run()
        let after = try await report.run().report

        #expect(before.rows == after.rows)
        #expect(after.totals?.requests == Int64(calls.count))
    }

    @Test func `a damaged one stays where it is and is named`() async throws {
        let text = GzipData.compressed(Self.text(Self.calls(0..<300)).utf8)
        let name = "lake/year=2025/month=12/day=07/part.gz"
        let path = try folder.write(text.dropLast(5), to: name)
        try folder.write(Self.text(Self.calls(300..<350)), to: "lake/\(Self.name)")

        let summary = try await job.run()

        #expect(summary.failures.map(\.location) == [path])
        #expect(exists(name) && !exists("lake/\(Self.name)"))
        #expect(try LakeContents(job.lake).files.count == 3)
        #expect(summary.records == 50)
    }

    @Test func `it stays where it is while a day of its rows cannot be written`() async throws {
        try folder.write(Self.text(Self.calls(0..<50)), to: "lake/\(Self.name)")
        let damaged = "lake/" + LakeContents.path(ofDay: "2025-12-08")
        try folder.write("x", to: damaged)
        let first = try await job.run()
        let stayed = exists("lake/\(Self.name)")
        try FileManager.default.removeItem(atPath: folder.path(damaged))

        let second = try await job.run()

        #expect(stayed && first.uncommitted == 10 && first.records == 40)
        #expect(second.records == 10 && !exists("lake/\(Self.name)"))
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(Self.calls(0..<50)).days)
    }
}
