import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct VerifyTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
    }

    private func ingest(as format: LakeFormat) async throws {
        let calls = ["2025-12-06", "2025-12-07"].flatMap { day in
            (0..<10).map { UsageCall(day: day, time: $0) }
        }
        try folder.write(calls.map(\.row).joined(), to: "source/a.json")
        var job = job
        job.format = format
        _ = try await job.run()
    }

    private func findings() async throws -> [[DayVerification.Finding]] {
        try await VerifyJob(of: job.lake).run().days.map(\.findings)
    }

    @Test(arguments: LakeFormat.allCases)
    func `a lake is as recorded until a byte changes`(format: LakeFormat) async throws {
        try await ingest(as: format)
        #expect(try await findings() == [[], []])
        let url = URL(fileURLWithPath: Lake(at: job.lake).path(of: day, in: format))
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)

        let findings = try await findings()

        #expect(findings.first == [] && findings.last?.first == .checksum)
    }

    @Test func `sums are compared with the rows, also where the bytes are as recorded`()
        async throws
    {
        try await ingest(as: .json)
        let queue = try DatabaseQueue(path: folder.path("lake/_ledger.sqlite"))
        try await queue.write {
            try $0.execute(
                sql: "UPDATE day_sum SET total_tokens = '1' WHERE day = '2025-12-07'")
        }
        try queue.close()

        #expect(try await findings() == [[], [.totals]])
    }

    @Test func `files that are gone or unknown are named`() async throws {
        try await ingest(as: .json)
        let lake = Lake(at: job.lake)
        let (file, other) = (
            lake.path(of: day, in: .json), lake.path(of: day.advanced(by: 1), in: .json)
        )
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: other).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        let row = UsageCall(day: "2025-12-08").row
        try Data(GzipData.compressed(row.utf8)).write(to: URL(fileURLWithPath: other))
        try FileManager.default.removeItem(atPath: file)

        #expect(try await findings() == [[], [.missing], [.unknown]])
        let one = try await VerifyJob(of: job.lake, period: .day(day)).run().days
        #expect(one.map(\.findings) == [[.missing]])
    }

    @Test func `without a ledger files are read alone, and a damaged one is found`() async throws {
        try await ingest(as: .json)
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))
        let sound = try await findings()
        try folder.write("x", to: "lake/\(LakeContents.path(ofDay: "2025-12-07"))")

        let damaged = try await findings()

        #expect(sound == [[], []])
        #expect(damaged.map(\.isEmpty) == [true, false])
    }
}
