import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

/// Files where a lake has folders, and folders where it has files.
@Suite struct MisplacedFileTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"), jobs: 2)
        let calls = [("2024-05-05", 1), ("2025-12-07", 2), ("2025-12-08", 3)].map { day, time in
            UsageCall(day: day, time: time)
        }
        try folder.write(calls.map(\.row).joined(), to: "source/a.json")
    }

    private func report(from first: String, to last: String) async throws -> ReportJob.Outcome {
        let days = try (UsagePeriod.day(first).first, UsagePeriod.day(last).first)
        let period = try #require(UsagePeriod(from: days.0, to: days.1))
        return try await ReportJob(
            UsageQuery(per: .day, during: period), from: .lake(job.lake)
        ).run()
    }

    @Test(arguments: ["year=2023", "year=2025/month=11", "year=2025/month=11/day=01", "year=x"])
    func `a file named like a folder that no usage belongs in does no harm`(
        name: String
    ) async throws {
        try folder.write("x", to: "lake/\(name)")

        let summary = try await job.run()
        let outcome = try await report(from: "2024-01-01", to: "2025-12-31")

        #expect(summary.isClean && summary.records == 3)
        #expect(outcome.report.totals?.requests == 3)
        #expect(FileManager.default.fileExists(atPath: folder.path("lake/\(name)")))
    }

    @Test(arguments: ["year=2024", "year=2024/month=05", "year=2024/month=05/day=05"])
    func `a file in the place of a day's folder is named, and other days are taken`(
        name: String
    ) async throws {
        let path = try folder.write("x", to: "lake/\(name)")

        let summary = try await job.run()
        let outcome = try await report(from: "2024-05-05", to: "2024-05-05")
        let other = try await report(from: "2025-12-07", to: "2025-12-08")

        #expect(summary.records == 2 && summary.uncommitted == 1 && summary.isBalanced)
        #expect(summary.failures.map(\.location) == [path])
        #expect(outcome.failures.map(\.location) == [path])
        #expect(outcome.report.totals?.requests == 0)
        #expect(other.failures.isEmpty && other.report.totals?.requests == 2)
    }

    @Test(arguments: [true, false])
    func `a folder in the place of a day's file is named, and other days are taken`(
        isEmpty: Bool
    ) async throws {
        let day = LakeContents.path(ofDay: "2025-12-07")
        try folder.makeFolder("lake/\(day)")
        if !isEmpty { try folder.write(UsageCall(time: 9).row, to: "lake/\(day)/a.json") }

        let summary = try await job.run()
        let outcome = try await report(from: "2024-01-01", to: "2025-12-31")

        #expect(summary.records == 2 && summary.uncommitted == 1 && summary.isBalanced)
        #expect(summary.failures.map(\.location) == [folder.path("lake/\(day)")])
        #expect(outcome.failures.map(\.location) == [folder.path("lake/\(day)")])
        #expect(outcome.report.totals?.requests == 2)
        #expect(
            FileManager.default.fileExists(atPath: folder.path("lake/\(day)/a.json")) != isEmpty
        )
    }

    @Test func `a folder without a lock and without years is no lake`() async throws {
        try folder.write("x", to: "other/notes.txt")
        try folder.makeFolder("empty")
        try folder.write("x", to: "file/year=2025")
        try folder.makeFolder("foreign/year=2025")
        _ = try await IngestJob(source: folder.path("empty"), lake: folder.path("new")).run()
        func code(_ name: String) async throws -> PipelineError.Code? {
            let query = UsageQuery(per: .day, during: try .day("2025-12-07"))
            do {
                let job = ReportJob(query, from: .lake(folder.path(name)))
                #expect(try await job.run().report.rows.isEmpty)
                return nil
            } catch {
                return (error as? PipelineError)?.code
            }
        }

        for name in ["other", "empty", "file", "nowhere", "other/notes.txt"] {
            #expect(try await code(name) == .notFound)
        }
        for name in ["new", "foreign"] { #expect(try await code(name) == nil) }
    }
}
