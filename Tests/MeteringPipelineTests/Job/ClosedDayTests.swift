import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Days that are closed, and what is kept of changes to them.
@Suite struct ClosedDayTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
    }

    private func write(_ calls: [UsageCall], to name: String) throws {
        try folder.write(calls.map(\.row).joined(), to: "source/\(name)")
    }

    private func status() async throws -> LakeStatus { try await StatusJob(of: job.lake).run() }

    private func report() async throws -> UsageReport {
        let query = UsageQuery(per: .day, during: .day(day))
        return try await ReportJob(query, from: .lake(job.lake)).run().report
    }

    @Test(arguments: [-1000, -1])
    func `a day that has not ended does not close, and not by force either`(
        hours: Int
    ) async throws {
        try write([UsageCall()], to: "a.json")
        _ = try await job.run()
        var close = CloseJob(day, of: job.lake, force: true)
        let now = EventTime.hours(Int64(hours), after: day)
        close.clock = LedgerClock { now }
        let attempt = close

        let error = await #expect(throws: PipelineError.self) { try await attempt.run() }

        #expect(error?.exitCode == 64 && error?.location == "2025-12-07")
        #expect(try await status().days.map(\.state) == ["provisional"])
    }

    @Test(arguments: [(0, false), (11, false), (12, true), (500, true)])
    func `a day closes twelve hours after its end, and before only if forced`(
        hours: Int, isTime: Bool
    ) async throws {
        try write([UsageCall()], to: "a.json")
        _ = try await job.run()
        let now = EventTime.hours(Int64(hours), after: day)
        var close = CloseJob(day, of: job.lake)
        close.clock = LedgerClock { now }

        if isTime {
            #expect(try await close.run().closed == now)
        } else {
            let attempt = close
            let error = await #expect(throws: PipelineError.self) { try await attempt.run() }
            #expect(error?.exitCode == 64)
            #expect(try await status().days.map(\.state) == ["provisional"])
            close.force = true
            #expect(try await close.run().closed == now)
        }

        #expect(try await status().days.map(\.state) == ["closed"])
        close.clock = .system
        #expect(try await close.run().closed == now)
    }

    @Test func `closing a closed day again notices that its file is gone`() async throws {
        try write([UsageCall()], to: "a.json")
        _ = try await job.run()
        _ = try await CloseJob(day, of: job.lake).run()
        let path = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"
        try FileManager.default.removeItem(atPath: folder.path(path))

        let error = await #expect(throws: PipelineError.self) {
            try await CloseJob(day, of: job.lake).run()
        }

        #expect(error?.exitCode == 65 && error?.reason.contains("meter-etl rebuild") == true)
        #expect(try await status().days.map(\.state) == ["closed"])
    }

    @Test func `a day that is unknown, or not as recorded, does not close`() async throws {
        try write([UsageCall()], to: "a.json")
        let close = CloseJob(day, of: job.lake)
        #expect(await #expect(throws: PipelineError.self) { try await close.run() }?.exitCode == 66)
        _ = try await job.run()
        let file = Lake(at: job.lake).path(of: day, in: .parquet)
        let other = CloseJob(day.advanced(by: 1), of: job.lake)
        try folder.write("", to: "lake/year=2025/month=12/day=08/other.json")
        #expect(await #expect(throws: PipelineError.self) { try await other.run() }?.exitCode == 66)
        try FileManager.default.removeItem(atPath: file)

        #expect(await #expect(throws: PipelineError.self) { try await close.run() }?.exitCode == 65)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `restatements add up to the difference of the reports`(seed: UInt64) async throws {
        var logs = RandomLogs(seed: seed)
        let calls = logs.calls(300).map { call in
            var call = call
            call.day = "2025-12-07"
            call.output = min(call.output, 1000)
            call.total = call.input + call.output
            return call
        }
        try write(Array(calls.prefix(100)), to: "a.json")
        _ = try await job.run()
        // Versions of calls contradict each other.
        _ = try await CloseJob(day, of: job.lake, force: true).run()
        let before = try await report()
        for (number, start) in stride(from: 100, to: 300, by: 50).enumerated() {
            try write(Array(calls[start..<start + 50]), to: "late-\(number).json")
            let summary = try await job.run()
            #expect(summary.restated == [day])
        }
        let after = try await report()

        var sums: [TenantID: Restatement.Difference] = [:]
        let restatements = try #require(try await status().days.first).restatements
            .compactMap(\.restatement)
        #expect(restatements.count == 4 && restatements.allSatisfy { $0.reason == "ingest" })
        for entry in restatements.flatMap(\.changes) {
            sums[entry.tenant, default: Restatement.Difference()].requests +=
                entry.difference.requests
            sums[entry.tenant, default: Restatement.Difference()].total += entry.difference.total
        }
        let tenants = Set((before.rows + after.rows).map(\.tenant))
        for tenant in tenants {
            func row(_ report: UsageReport) -> UsageSum {
                report.rows.first { $0.tenant == tenant }?.usage ?? UsageSum()
            }
            let (old, new) = (row(before), row(after))
            #expect(sums[tenant]?.requests ?? 0 == new.requests - old.requests)
            #expect(sums[tenant]?.total ?? 0 == Int128(new.tokens.total - old.tokens.total))
        }
        #expect(before.days == [UsageReport.Day(day: day, state: .closed)])
        #expect(after.days == [UsageReport.Day(day: day, state: .closed, restatements: 4)])
    }

    @Test func `what changes nothing restates nothing`() async throws {
        try write([UsageCall(time: 1), UsageCall(time: 2)], to: "a.json")
        _ = try await job.run()
        _ = try await CloseJob(day, of: job.lake).run()
        try write([UsageCall(time: 2)], to: "b.json")
        try write([UsageCall(day: "2025-12-08")], to: "c.json")

        #expect(try await job.run().restated.isEmpty)
        #expect(
            try await report().days == [UsageReport.Day(day: day, state: .closed)])
    }

    @Test func `without a ledger a report and a status go on, and say less`() async throws {
        try write([UsageCall(time: 1), UsageCall(time: 2)], to: "a.json")
        _ = try await job.run()
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))
        let before = try FileManager.default.contentsOfDirectory(atPath: job.lake).sorted()

        let status = try await status()
        let report = try await report()

        #expect(status.days.map(\.state) == ["unknown"])
        #expect(status.days.map(\.totals?.requests) == [2])
        #expect(status.ledgerFailure?.code == .notFound)
        #expect(report.days == nil && report.rows.count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: job.lake).sorted() == before)
    }

    @Test func `reading a ledger makes and changes no file`() async throws {
        try write([UsageCall()], to: "a.json")
        _ = try await job.run()
        func files() throws -> [String: Date?] {
            var files: [String: Date?] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: job.lake) {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: "\(job.lake)/\(name)")
                files[name] = attributes[.modificationDate] as? Date
            }
            return files
        }
        let before = try files()

        _ = try await status()
        _ = try await report()
        _ = try await RejectsJob(of: job.lake).run()

        #expect(try files() == before)
    }
}
