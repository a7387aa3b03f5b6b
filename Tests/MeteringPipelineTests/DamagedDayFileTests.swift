import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

/// A day file that is none is left alone and named; all other days are written.
@Suite struct DamagedDayFileTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
    }

    private static let day = LakeContents.path(ofDay: "2025-12-07")
    private static let nextDay = LakeContents.path(ofDay: "2025-12-08")

    /// A row of the day that names the order of its time and its tenant.
    private static func row(_ time: Int, _ tenant: String, day: String = "2025-12-07") -> String {
        UsageCall(day: day, time: time, tenant: Array(tenant.utf8)).row
    }

    private static let damaged: [String: [UInt8]] = {
        let sound = GzipData.compressed((row(1, "a") + row(2, "b")).utf8)
        func file(_ rows: String...) -> [UInt8] { GzipData.compressed(rows.joined().utf8) }
        return [
            "cut": sound.dropLast(),
            "no usage": file("hello\n"),
            "a rejected row": file(row(1, "a").replacingOccurrences(of: ":10,", with: ":-1,")),
            "a row of another day": file(row(1, "a"), row(2, "b", day: "2025-12-08")),
            "rows out of order": file(row(2, "a"), row(1, "b")),
            "rows of one instant out of order": file(row(1, "b"), row(1, "a")),
            "a row twice": file(row(1, "a"), row(1, "a")),
        ]
    }()

    @Test(arguments: damaged.keys.sorted(), [1, 4])
    func `a damaged day file is left alone and named, and other days are written`(
        damage: String,
        jobs: Int
    ) async throws {
        let damaged = try #require(Self.damaged[damage])
        let path = try folder.write(damaged, to: "lake/\(Self.day)")
        let calls = ["2025-12-06", "2025-12-07", "2025-12-08"].flatMap { day in
            [1, 2, 2].map { UsageCall(day: day, time: $0, tenant: Array("a".utf8)) }
        }
        try folder.write(calls.map(\.row).joined(), to: "source/a.json")
        var job = job
        job.jobs = jobs

        let summary = try await job.run()

        var expected = ExpectedLake(calls).days
        expected[Self.day] = nil
        var lake = try LakeContents(job.lake)
        #expect(lake.files.removeValue(forKey: Self.day) == Data(damaged))
        #expect(try lake.texts() == expected)
        #expect(summary.failures.map(\.location) == [path])
        #expect(summary.failedObjects == 0 && !summary.isClean)
        #expect(summary.uncommitted == 2 && summary.records == 4 && summary.isBalanced)
        #expect(summary.days.map(\.day.description) == ["2025-12-06", "2025-12-08"])
    }

    @Test func `a damaged day that no run has records of is not looked at`() async throws {
        try folder.write("x", to: "lake/\(Self.day)")
        try folder.write(Self.row(1, "a", day: "2025-12-08"), to: "source/a.json")

        let summary = try await job.run()

        #expect(summary.isClean && summary.records == 1)
    }

    @Test func `once the damaged file is gone, the next run completes the day`() async throws {
        let path = try folder.write("x", to: "lake/\(Self.day)")
        try folder.write(Self.row(1, "a") + Self.row(2, "a"), to: "source/a.json")
        _ = try await job.run()
        try FileManager.default.removeItem(atPath: path)

        let summary = try await job.run()

        #expect(summary.isClean && summary.records == 2)
    }
}
