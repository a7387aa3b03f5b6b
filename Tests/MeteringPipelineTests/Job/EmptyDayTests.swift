import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Days that have no usage, and are closed.
@Suite struct EmptyDayTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")
    private let empty = UsageDay.on("2025-12-08")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
        try folder.write(UsageCall().row, to: "source/a.json")
    }

    private func close(_ day: UsageDay) async throws -> ClosedDay {
        var close = CloseJob(day, of: job.lake)
        close.closesEmpty = true
        return try await close.run()
    }

    private func status() async throws -> LakeStatus { try await StatusJob(of: job.lake).run() }

    @Test func `a day without usage closes, has no rows, and is as recorded`() async throws {
        _ = try await job.run()

        let closed = try await close(empty)

        #expect(closed.isEmpty)
        let states = try await status().days
        #expect(states.map(\.day) == [day, empty])
        #expect(states.map(\.state) == ["provisional", "closed"])
        #expect(states.map(\.totals?.requests) == [1, 0])
        #expect(states.map { $0.recorded?.isUnchanged } == [true, true])
        let verified = try await VerifyJob(of: job.lake).run().days
        #expect(verified.map(\.day) == [day, empty])
        #expect(verified.flatMap(\.findings) == [])
        #expect(verified[1].json().contains("\"file\": null"))
    }

    @Test func `a report says that a day without usage is closed`() async throws {
        _ = try await job.run()
        _ = try await close(empty)
        let query = UsageQuery(per: .day, during: .day(empty))

        let report = try await ReportJob(query, from: .lake(job.lake)).run().report

        #expect(report.rows.isEmpty)
        #expect(report.days == [UsageReport.Day(day: empty, state: .closed)])
    }

    @Test func `runs trust a day without usage, and read nothing again`() async throws {
        _ = try await job.run()
        try folder.write("START\n", to: "source/foreign.json")
        _ = try await job.run()
        _ = try await close(empty)

        let again = try await job.run()
        let converted = try await ConvertJob(lake: job.lake, to: .json).run()
        let afterwards = try await job.run()

        #expect(again.skipped == 2 && afterwards.skipped == 2)
        #expect(converted.failures.isEmpty)
        #expect(try await status().days.map(\.state) == ["provisional", "closed"])
    }

    @Test func `late usage restates a day that closed without any`() async throws {
        _ = try await job.run()
        _ = try await close(empty)
        try folder.write(UsageCall(day: "2025-12-08").row, to: "source/late.json")

        #expect(try await job.run().restated == [empty])

        let late = try #require(try await status().days.last)
        #expect(late.state == "closed" && late.totals?.requests == 1)
        #expect(
            late.restatements.compactMap(\.restatement).flatMap(\.changes).map(
                \.difference.requests) == [1])
        #expect(late.recorded?.mayHoldUnknownRows == false)
        let verified = try await VerifyJob(of: job.lake).run().days
        #expect(verified.flatMap(\.findings) == [])
    }

    @Test func `a file of a day that closed without usage is none that is recorded`() async throws {
        _ = try await job.run()
        _ = try await close(empty)
        let lake = Lake(at: job.lake)
        try folder.makeFolder("lake/year=2025/month=12/day=08")
        try FileManager.default.copyItem(
            atPath: lake.path(of: day, in: .parquet), toPath: lake.path(of: empty, in: .parquet))

        #expect(try await status().days.last?.recorded?.isUnchanged == false)
        let verified = try await VerifyJob(of: job.lake).run().days
        #expect(verified.filter { !$0.findings.isEmpty }.map(\.day) == [empty])
    }

    @Test(arguments: [
        (11, false, false, false), (12, false, false, false), (12, true, false, false),
        (11, false, true, false), (12, false, true, true), (11, true, true, true),
    ])
    func `a day of which the lake has nothing closes only if that is asked for`(
        hours: Int, force: Bool, empty asked: Bool, closes: Bool
    ) async throws {
        _ = try await job.run()
        let now = EventTime.hours(Int64(hours), after: empty)
        var close = CloseJob(empty, of: job.lake, force: force)
        close.closesEmpty = asked
        close.clock = LedgerClock { now }

        let attempt = close
        if closes {
            #expect(try await attempt.run().closed == now)
        } else {
            let error = await #expect(throws: PipelineError.self) { try await attempt.run() }
            #expect(error?.code == .usage)
            #expect(error?.reason.contains("--empty") == !(hours == 11 && !force))
            #expect(try await status().days.map(\.day) == [day])
        }
    }

    @Test func `what could not be read leaves it open whether a day has usage`() async throws {
        try folder.write([0x1f, 0x8b, 0x08, 0x00], to: "source/cut.gz")
        var covering = job
        covering.coveredDays = [day, empty]

        _ = try await covering.run()
        let whileFailing = try await status().days.map(\.day)
        try FileManager.default.removeItem(atPath: folder.path("source/cut.gz"))
        _ = try await covering.run()

        #expect(whileFailing == [day])
        #expect(try await status().days.map(\.day) == [day, empty])
        #expect(try await status().days.map(\.state) == ["provisional", "provisional"])
    }
}
