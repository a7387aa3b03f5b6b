import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// A lake that an ingest has filled, of which somebody makes parts links to places outside.
struct LinkWorld {
    let folder: TemporaryFolder
    let job: IngestJob
    /// What links lead to, and nobody is to change.
    let outside: String

    init() async throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
        outside = try folder.makeFolder("outside")
        try folder.write("kept", to: "outside/kept.json")
        try folder.write("kept", to: "outside/inner/deeper/kept.json")
        try folder.write(Self.unsound(time: 1) + UsageCall(time: 2).row, to: "source/a.json")
        _ = try await job.run()
    }

    /// A line that is rejected.
    static func unsound(time: Int) -> String {
        UsageCall(time: time).row.replacingOccurrences(of: ":10,", with: ":-10,")
    }

    static let dayFolder = "year=2025/month=12/day=07"
    static let dayFile = LakeContents.path(ofDay: "2025-12-07")

    func path(_ name: String) -> String { folder.path("lake/\(name)") }

    /// Adds usage of two days, and a line that is rejected.
    func addSource() throws {
        try folder.write(
            Self.unsound(time: 3) + UsageCall(time: 4).row + UsageCall(day: "2025-12-08").row,
            to: "source/b.json")
    }

    /// Puts a link in the place of what lies in the lake, which is moved to `moved` if it is there.
    func replace(_ name: String, byLinkTo target: String) throws {
        if FileManager.default.fileExists(atPath: path(name)) {
            try FileManager.default.moveItem(atPath: path(name), toPath: folder.path("moved"))
        }
        try folder.link("lake/\(name)", to: target)
    }

    /// How a run ends that nothing can be done in; nil where it does something.
    func failure(of run: () async throws -> Void) async -> PipelineError? {
        do {
            try await run()
            return nil
        } catch {
            return error as? PipelineError
        }
    }

    func report() async throws -> ReportJob.Outcome {
        let query = UsageQuery(per: .day, during: try .day("2025-12-07"))
        return try await ReportJob(query, from: .lake(job.lake)).run()
    }
}
