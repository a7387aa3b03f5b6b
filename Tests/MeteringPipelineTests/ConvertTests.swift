import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Lakes that become such of another format.
@Suite struct ConvertTests {
    private let folder: TemporaryFolder
    private let lake: String
    private static let formats: [(from: LakeFormat, to: LakeFormat)] = [
        (.json, .parquet), (.parquet, .json),
    ]

    init() throws {
        folder = try TemporaryFolder()
        lake = folder.path("lake")
    }

    private func ingest(
        _ source: String = "source", into lake: String = "lake", as format: LakeFormat?
    ) async throws -> IngestSummary {
        try await IngestJob(
            source: folder.path(source), lake: folder.path(lake), format: format
        ).run()
    }

    /// Objects of three days, with and without request ids.
    private func writeSource(_ name: String = "source", seed: UInt64 = 7) throws {
        var logs = RandomLogs(seed: seed)
        for (object, bytes) in logs.objects(of: logs.events(of: logs.calls(200)), count: 4) {
            try folder.write(bytes, to: "\(name)/\(object)")
        }
    }

    private func report() async throws -> UsageReport {
        let first = try #require(UsageDay("2025-12-01"))
        let period = try #require(UsagePeriod(from: first, to: first.advanced(by: 20)))
        let query = UsageQuery(per: .hour, during: period, by: [.model, .user])
        let outcome = try await ReportJob(query, from: .lake(lake)).run()
        #expect(outcome.failures.isEmpty)
        return outcome.report
    }

    @Test(arguments: formats)
    func `a converted lake is what an ingest writes in that format`(
        from: LakeFormat, to: LakeFormat
    ) async throws {
        try writeSource()
        let summary = try await ingest(as: from)
        _ = try await ingest(into: "expected", as: to)
        let rows = try await report().rows

        let outcome = try await ConvertJob(lake: lake, to: to).run()
        let second = try await ConvertJob(lake: lake, to: to).run()

        #expect(outcome.days.map(\.holdings) == summary.holdings && outcome.failures.isEmpty)
        #expect(second.days.isEmpty)
        #expect(try LakeContents(lake) == LakeContents(folder.path("expected")))
        #expect(try await report().rows == rows)
    }

    @Test(arguments: formats)
    func `where a run was interrupted, reports are right and the next run completes it`(
        from: LakeFormat, to: LakeFormat
    ) async throws {
        try writeSource()
        _ = try await ingest(as: from)
        _ = try await ingest(into: "expected", as: to)
        let rows = try await report().rows
        let expected = try LakeContents(folder.path("expected"))
        // The first day is converted, and the second one too but for its old file.
        let names = expected.files.keys.sorted()
        for name in names.prefix(2) {
            try folder.write(expected.files[name] ?? Data(), to: "lake/\(name)")
        }
        let old = try #require(LakeContents(lake).files.keys.sorted().first { !names.contains($0) })
        try FileManager.default.removeItem(atPath: "\(lake)/\(old)")

        #expect(try await report().rows == rows)
        let meanwhile = try await ingest(as: nil)
        #expect(meanwhile.records == 0)
        #expect(meanwhile.failures.map { $0.location.contains(names[1].prefix(26)) } == [true])
        #expect(try await report().rows == rows)
        let outcome = try await ConvertJob(lake: lake, to: to).run()

        #expect(outcome.failures.isEmpty && outcome.days.count == names.count - 1)
        #expect(try LakeContents(lake) == expected)
        // The first day's file came from elsewhere, so the ledger knows the others.
        let verified = try await VerifyJob(of: lake).run().days
        #expect(verified.dropFirst().allSatisfy { $0.findings.isEmpty })
    }

    @Test(arguments: formats)
    func `rows that came between two runs stay`(from: LakeFormat, to: LakeFormat) async throws {
        try writeSource()
        try writeSource("more", seed: 8)
        _ = try await ingest(into: "old", as: from)
        _ = try await ingest(as: to)
        _ = try await ingest("more", as: to)
        let expected = try LakeContents(lake)
        for (name, bytes) in try LakeContents(folder.path("old")).files {
            try folder.write(bytes, to: "lake/\(name)")
        }

        _ = try await ConvertJob(lake: lake, to: to).run()

        #expect(try LakeContents(lake) == expected)
    }

    @Test func `a day that is damaged stays as it is and is named`() async throws {
        try writeSource()
        let summary = try await ingest(as: .parquet)
        let day = try #require(summary.days.first?.day)
        let path = Lake(at: lake).path(of: day, in: .parquet)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))

        let outcome = try await ConvertJob(lake: lake, to: .json).run()

        #expect(outcome.failures.map(\.location) == [path])
        #expect(outcome.days.count == summary.days.count - 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test(arguments: formats)
    func `after a damaged day kept its format, ingests go on, and a rebuild completes it`(
        from: LakeFormat, to: LakeFormat
    ) async throws {
        try writeSource()
        try writeSource("more", seed: 8)
        for source in ["source", "more"] { _ = try await ingest(source, into: "expected", as: to) }
        let expected = try LakeContents(folder.path("expected"))
        let days = try await ingest(as: from).days.map(\.day)
        let path = Lake(at: lake).path(of: days[1], in: from)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try await ConvertJob(lake: lake, to: to).run().failures.map(\.location) == [path])

        let late = try await ingest("more", as: nil)

        #expect(late.failures.map(\.location) == [path] && late.isBalanced)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        let layout = await #expect(throws: PipelineError.self) {
            try await LakeLayout(of: lake, stores: .standard)
        }
        #expect(layout?.code == .damagedLake)
        _ = try await RebuildJob(days[1], of: lake).run()
        #expect(try await ConvertJob(lake: lake, to: to).run().failures.isEmpty)
        _ = try await ingest("more", as: nil)
        #expect(try LakeContents(lake) == expected)
    }

    @Test func `an ingest keeps a lake's format, and refuses another`() async throws {
        try writeSource()
        _ = try await ingest(as: .json)

        let refused = await #expect(throws: PipelineError.self) { try await ingest(as: .parquet) }
        let kept = try await ingest(as: nil)

        #expect(refused?.code == .usage)
        #expect(kept.records == 0)
        #expect(try LakeContents(lake).files.keys.allSatisfy { $0.hasSuffix(".json.gz") })
    }

    @Test func `a new lake is one of Parquet`() async throws {
        try writeSource()

        _ = try await ingest(as: nil)

        #expect(try LakeContents(lake).files.keys.allSatisfy { $0.hasSuffix(".parquet") })
    }

    @Test func `what is no lake is not converted`() async throws {
        let missing = await #expect(throws: PipelineError.self) {
            try await ConvertJob(lake: lake, to: .json).run()
        }
        #expect(missing?.code == .notFound)
    }
}
