import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct RebuildTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
    }

    private func write(_ times: Range<Int>, to name: String) throws {
        let calls = times.flatMap { time in
            ["2025-12-07", "2025-12-08"].map { UsageCall(day: $0, time: time) }
        }
        try folder.write(calls.map(\.row).joined(), to: "source/\(name)")
    }

    private func ledger() throws -> Ledger {
        try Ledger(readingAt: folder.path("lake/_ledger.sqlite"))
    }

    private var file: String { Lake(at: job.lake).path(of: day, in: .parquet) }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `every day can be made again, with the same bytes`(seed: UInt64) async throws {
        var logs = RandomLogs(seed: seed)
        let objects = logs.objects(of: logs.events(of: logs.calls(200)), count: 6)
        let format: LakeFormat = seed % 2 == 0 ? .json : .parquet
        for (name, bytes) in objects { try folder.write(bytes, to: "source/\(name)") }
        var job = job
        job.format = format
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        let known = try ledger().days()

        for day in known.map(\.day) {
            let file = Lake(at: job.lake).path(of: day, in: format)
            if logs.chance(1, in: 2) {
                try FileManager.default.removeItem(atPath: file)
            } else {
                try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
            }
            let outcome = try await RebuildJob(day, of: job.lake).run()
            #expect(outcome.lost.isEmpty && outcome.rebuilt != nil && !outcome.isRestated)
        }

        #expect(try LakeContents(job.lake) == lake)
        #expect(try ledger().days().map(\.totals) == known.map(\.totals))
        #expect(try await VerifyJob(of: job.lake).run().days.allSatisfy { $0.findings.isEmpty })
    }

    @Test(arguments: ["gone", "changed", "damaged"])
    func `a source that is lost is named, and the day stays as it is`(loss: String) async throws {
        try write(0..<10, to: "a.json")
        try write(10..<20, to: "b.json")
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        let path = Folder.resolved(folder.path("source/b.json"))
        switch loss {
        case "gone": try FileManager.default.removeItem(atPath: path)
        case "changed": try write(10..<21, to: "b.json")
        default:
            try folder.write([0x1f, 0x8b, 8, 0], to: "source/b.json")
            _ = try await job.run()
        }

        let outcome = try await RebuildJob(day, of: job.lake, force: true).run()

        #expect(outcome.rebuilt == nil && outcome.sources == 2)
        #expect(outcome.lost.map(\.location) == [path])
        #expect(try LakeContents(job.lake) == lake)
    }

    /// A closed day of 20 rows, of which the sources hold 15 by now.
    private func loseRows() async throws {
        try write(0..<10, to: "a.json")
        try write(10..<20, to: "b.json")
        _ = try await job.run()
        _ = try await CloseJob(day, of: job.lake).run()
        try write(10..<15, to: "b.json")
        _ = try await job.run()
    }

    @Test func `rows of unknown sources are given up only if forced, as a restatement`()
        async throws
    {
        try await loseRows()
        let lake = try LakeContents(job.lake)

        let kept = try await RebuildJob(day, of: job.lake).run()
        #expect(kept.rebuilt?.rows == 20 && kept.keptRows == 5 && !kept.isRestated)
        #expect(try LakeContents(job.lake) == lake)
        #expect(try ledger().day(day)?.mayHoldUnknownRows == true)
        let outcome = try await RebuildJob(day, of: job.lake, force: true).run()

        #expect(outcome.rebuilt?.rows == 15 && outcome.isRestated)
        #expect(outcome.keptRows == 0 && outcome.givenUpRows == 5)
        let restatement = try #require(try ledger().restatements().last?.restatement)
        #expect(restatement.reason == "rebuild")
        #expect(restatement.changes.map(\.difference.requests) == [-5])
        #expect(try ledger().day(day)?.mayHoldUnknownRows == false)
        #expect(try ledger().day(day.advanced(by: 1))?.totals.requests == 20)
        #expect(try ledger().day(day.advanced(by: 1))?.mayHoldUnknownRows == true)
        #expect(try await job.run().skipped == 2)
    }

    @Test(arguments: [true, false])
    func `usage that neither sources nor file hold any more is listed, and given up if forced`(
        isDamaged: Bool
    ) async throws {
        try await loseRows()
        if isDamaged {
            try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        } else {
            try FileManager.default.removeItem(atPath: file)
        }
        let lake = try LakeContents(job.lake)

        let refused = try await RebuildJob(day, of: job.lake).run()
        #expect(refused.rebuilt == nil && refused.lost.isEmpty)
        #expect(refused.lostUsage.map(\.difference.requests) == [-5])
        #expect((refused.damage != nil) == isDamaged)
        #expect(try LakeContents(job.lake) == lake)
        #expect(!FileManager.default.fileExists(atPath: folder.path("lake/_damaged")))

        let forced = try await RebuildJob(day, of: job.lake, force: true).run()
        #expect(forced.rebuilt?.rows == 15)
        let copy = forced.damagedCopy.flatMap { FileManager.default.contents(atPath: $0) }
        #expect(copy == (isDamaged ? Data("damaged".utf8) : nil))
    }

    @Test func `rows that another ledger knows are kept`() async throws {
        try write(0..<10, to: "a.json")
        _ = try await job.run()
        try write(10..<20, to: "b.json")
        var other = job
        other.ledger = folder.path("other.sqlite")
        _ = try await other.run()
        let lake = try LakeContents(job.lake)

        let outcome = try await RebuildJob(day, of: job.lake).run()

        #expect(outcome.rebuilt?.rows == 20 && outcome.keptRows == 10)
        #expect(try LakeContents(job.lake) == lake)
    }

    @Test func `a day's file is read whatever the limits of its objects are`() async throws {
        try write(0..<100, to: "a.json")
        var job = job
        job.format = .json
        _ = try await job.run()
        try write(100..<200, to: "b.json")
        job.ledger = folder.path("other.sqlite")
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        var limits = DecodingLimits()
        limits.maximumInflatedSize = 40_000

        let outcome = try await RebuildJob(day, of: job.lake, limits: limits).run()

        #expect(outcome.damage == nil && outcome.rebuilt?.rows == 200 && outcome.keptRows == 100)
        #expect(try LakeContents(job.lake) == lake)
    }

    @Test func `a day that no source is named of cannot be made`() async throws {
        try write(0..<10, to: "a.json")
        _ = try await job.run()

        let error = await #expect(throws: PipelineError.self) {
            try await RebuildJob(day.advanced(by: -1), of: job.lake).run()
        }
        #expect(error?.exitCode == 66)
        #expect(error?.reason.hasPrefix("the ledger names no sources of this day; ") == true)
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))
        let without = await #expect(throws: PipelineError.self) {
            try await RebuildJob(day, of: job.lake).run()
        }
        #expect(without?.exitCode == 66)
        #expect(
            without?.reason.hasPrefix("there is no ledger, which would name the sources") == true)
    }
}
