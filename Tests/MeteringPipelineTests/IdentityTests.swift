import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Lakes whose calls are told apart by the whole record.
@Suite struct IdentityTests {
    private let folder: TemporaryFolder
    private let lake: String

    init() throws {
        folder = try TemporaryFolder()
        lake = folder.path("lake")
    }

    /// Three calls of one request id, each logged twice.
    private static let calls = (0..<3).map {
        UsageCall(time: 1000 * $0, input: 10 + $0, request: Array("trace-1".utf8))
    }

    private func ingest(
        _ calls: [UsageCall], as identity: UsageIdentity? = nil, format: LakeFormat? = nil,
        memory: Int? = nil
    ) async throws -> IngestSummary {
        let source = "source-\(UUID().uuidString)"
        for (number, call) in (calls + calls).enumerated() {
            try folder.write(call.row, to: "\(source)/\(number).json")
        }
        var job = IngestJob(source: folder.path(source), lake: lake, format: format)
        job.identity = identity
        job.memory = memory
        return try await job.run()
    }

    private func rows() async throws -> Int {
        let job = ReportJob(
            UsageQuery(per: .day, during: .day(.on("2025-12-07"))), from: .lake(lake))
        return try await job.run().report.rows.reduce(0) { $0 + Int($1.usage.requests) }
    }

    @Test(arguments: LakeFormat.allCases, [nil, 1])
    func `records that share a request id stay apart, in any run and format`(
        format: LakeFormat, memory: Int?
    ) async throws {
        let first = try await ingest(
            Array(Self.calls[..<2]), as: .record, format: format, memory: memory)
        let second = try await ingest(Self.calls, memory: memory)

        #expect(first.records == 2 && first.isClean)
        #expect(second.records == 1 && second.duplicates.duplicates == 5 && second.isClean)
        #expect(try await rows() == 3)
        _ = try await RebuildJob(.on("2025-12-07"), of: lake).run()
        #expect(try await rows() == 3)
        let other: LakeFormat = format == .json ? .parquet : .json
        _ = try await ConvertJob(lake: lake, to: other).run()
        #expect(try await rows() == 3)
        #expect(try await StatusJob(of: lake).run().identity == .record)
    }

    @Test(arguments: [UsageIdentity.record, .request])
    func `another identity than the lake has is refused, and nothing is changed`(
        identity: UsageIdentity
    ) async throws {
        let other: UsageIdentity = identity == .record ? .request : .record
        _ = try await ingest(Self.calls, as: identity)
        let before = try LakeContents(lake)

        let error = await #expect(throws: PipelineError.self) {
            try await ingest([UsageCall(time: 9)], as: other)
        }

        #expect(error?.exitCode == 64)
        #expect(try LakeContents(lake) == before)
        #expect(try await ingest([UsageCall(time: 9)], as: identity).records == 1)
        #expect(try await ingest([UsageCall(time: 10)]).records == 1)
    }

    @Test(arguments: ["", "{", #"{"version": 2, "identity": "record"}"#, #"{"version": 1}"#])
    func `settings that cannot be read stop a run, since calls could be lost`(
        text: String
    ) async throws {
        _ = try await ingest(Self.calls, as: .record)
        try folder.write(text, to: "lake/_settings")

        let error = await #expect(throws: PipelineError.self) { try await ingest(Self.calls) }

        #expect(error?.code == .damagedLake)
    }

    @Test func `a report from objects tells calls apart as it is asked to`() async throws {
        for (number, call) in Self.calls.enumerated() {
            try folder.write(call.row, to: "source/\(number).json")
        }
        for (identity, calls) in [(UsageIdentity.request, 1), (.record, 3)] {
            var job = ReportJob(
                UsageQuery(per: .day, during: .day(.on("2025-12-07"))),
                from: .source(folder.path("source")))
            job.identity = identity

            let rows = try await job.run().report.rows

            #expect(rows.reduce(0) { $0 + Int($1.usage.requests) } == calls)
        }
    }
}
