import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

@Suite struct LakeTests {
    private let folder: TemporaryFolder
    private let job: IngestJob

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
    }

    private static let day = LakeContents.path(ofDay: "2025-12-07")
    private static let nextDay = LakeContents.path(ofDay: "2025-12-08")

    /// Calls of two days, the same number of each.
    private static func calls(_ numbers: Range<Int>) -> [UsageCall] {
        numbers.flatMap { number in
            ["2025-12-07", "2025-12-08"].map { UsageCall(day: $0, time: number * 7) }
        }
    }

    private func writeSource(_ calls: [UsageCall], as name: String = "a.json") throws {
        try folder.write(calls.map(\.row).joined(), to: "source/\(name)")
    }

    @Test func `rows have the schema's keys in their order, and lines are in order`() async throws {
        let calls = Self.calls(0..<50)
        try writeSource(calls.reversed())

        _ = try await job.run()

        let texts = try LakeContents(job.lake).texts()
        #expect(texts == ExpectedLake(calls).days)
        for line in texts.values.flatMap({ $0.split(separator: "\n") }) {
            let keys = line.matches(of: /"(\w+)":/).map { String($0.1) }
            #expect(keys == UsageSchema.columns.map(\.name).filter { $0 != "request_id" })
        }
    }

    @Test(arguments: [false, true])
    func `an unchanged second run touches no file`(rereads: Bool) async throws {
        try writeSource(Self.calls(0..<5000))
        _ = try await job.run()
        let before = try status()
        var again = job
        again.rereads = rereads

        let summary = try await again.run()

        #expect(try status() == before)
        #expect(before.count == 2 && summary.records == 0)
        #expect(summary.skipped == (rereads ? 0 : 1))
        #expect(summary.duplicates.duplicates == (rereads ? 10_000 : 0))
        #expect(summary.days.map(\.rows) == (rereads ? [5000, 5000] : []))
    }

    @Test func `a run touches only the days that change`() async throws {
        try writeSource(Self.calls(0..<10))
        _ = try await job.run()
        let before = try status()
        try writeSource([UsageCall(day: "2025-12-08", time: 3)], as: "b.json")

        _ = try await job.run()

        let after = try status()
        #expect(after[Self.day] == before[Self.day])
        #expect(after[Self.nextDay] != before[Self.nextDay])
    }

    /// Inode and time of change of each visible file.
    private func status() throws -> [String: String] {
        var status: [String: String] = [:]
        for name in try LakeContents(job.lake).files.keys {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(job.lake)/\(name)"
            )
            let inode = attributes[.systemFileNumber].map { "\($0)" } ?? ""
            let time = attributes[.modificationDate] as? Date
            status[name] = "\(inode) \(time?.timeIntervalSince1970 ?? 0)"
        }
        return status
    }

    @Test func `a lake that another run holds is refused and left as it is`() async throws {
        try writeSource(Self.calls(0..<10))
        try folder.write("", to: "lake/_lock")
        let lock = open(folder.path("lake/_lock"), O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.code == .lakeIsHeld && error?.exitCode == 75)
        #expect(try LakeContents(job.lake).files.isEmpty)

        flock(lock, LOCK_UN)
        #expect(try await job.run().records == 20)
    }

    @Test func `of runs at once one works and the others are refused`() async throws {
        try writeSource(Self.calls(0..<2000))

        let outcomes = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<4 {
                group.addTask { [job] in
                    do { return try await job.run().records } catch {
                        #expect((error as? PipelineError)?.code == .lakeIsHeld)
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(outcomes.compactMap(\.self).reduce(0, +) == 4000)
        #expect(try LakeContents(job.lake).rows == 4000)
    }

    @Test func `what an interrupted run left half-written is forgotten`() async throws {
        let calls = Self.calls(0..<10)
        try writeSource(calls)
        for name in ["bedrock-usage-20251207_json_gz.partial", "x.jsonl"] {
            try folder.write("half", to: "lake/_staging/\(name)")
        }

        _ = try await job.run()

        let staging = try FileManager.default.contentsOfDirectory(
            atPath: folder.path("lake/_staging")
        )
        #expect(staging.isEmpty)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
    }

    @Test func `folders and links under staging go, and what links lead to stays`() async throws {
        let calls = Self.calls(0..<10)
        try writeSource(calls)
        try folder.write("kept", to: "outside/kept.json")
        try folder.write(
            "x", to: "lake/_staging/bedrock-usage-20251207_json_gz.partial/nested/file")
        try folder.link("lake/_staging/folder", to: folder.path("outside"))
        try folder.write("x", to: "lake/_staging/inner/file")
        try folder.link("lake/_staging/inner/link", to: folder.path("outside"))
        try folder.link("lake/_staging/dangling", to: folder.path("nowhere"))

        _ = try await job.run()

        let staging = try FileManager.default.contentsOfDirectory(
            atPath: folder.path("lake/_staging")
        )
        #expect(staging.isEmpty)
        #expect(try folder.files("outside") == ["kept.json": Data("kept".utf8)])
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls).days)
    }

    @Test func `what begins with an underscore or a dot is nobody's usage`() async throws {
        let calls = Self.calls(0..<10)
        try writeSource(calls)
        let partition = "lake/year=2025/month=12/day=07"
        let hidden = ["_SUCCESS", ".part", "_temporary/a.json", ".hidden/a.json"]
        for name in hidden {
            try folder.write(UsageCall(time: 99).row, to: "\(partition)/\(name)")
        }

        let summary = try await job.run()

        #expect(summary.records == 20)
        for name in hidden {
            #expect(FileManager.default.fileExists(atPath: folder.path("\(partition)/\(name)")))
        }
    }
}
