import AWSServices
import BedrockMetering
import Foundation
import Logging
import TestSupport
import Testing

@testable import MeteringPipeline

/// Nights from a log group to a lake in S3 and its table, in moto.
@Suite struct NightlyExportTests {
    private let folder: TemporaryFolder
    private let moto: MotoServer
    private let bucket: String
    private let group = "/bedrock/\(UUID().uuidString)"
    private let table = TableName.unique()
    /// moto takes events of the last 14 days, as AWS does.
    private let yesterday: UsageDay

    init() async throws {
        folder = try TemporaryFolder()
        moto = try MotoServer.shared
        bucket = try moto.makeBucket()
        yesterday = EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)).day
            .advanced(by: -1)
        let logs = AWSClient(moto.environment, service: "logs")
        for operation in ["CreateLogGroup", "CreateLogStream"] {
            _ = try await logs.call(
                "Logs_20140328.\(operation)",
                JSONValue.object(
                    operation == "CreateLogGroup"
                        ? ["logGroupName": .string(group)]
                        : ["logGroupName": .string(group), "logStreamName": "tenant/a"]),
                as: JSONValue.self)
        }
    }

    /// Logs a call at noon and one at the very end of each day.
    private func log(_ days: [UsageDay]) async throws {
        let calls = days.flatMap { day in
            [43_200_000_001, 86_399_999_999].map { time in
                var call = UsageCall()
                call.day = day.description
                call.time = time
                return call
            }
        }
        let events = calls.map { call in
            JSONValue.object([
                "timestamp": .integer(call.milliseconds),
                "message": .string(String(call.row.dropLast())),
            ])
        }
        let answer = try await AWSClient(moto.environment, service: "logs").call(
            "Logs_20140328.PutLogEvents",
            JSONValue.object([
                "logGroupName": .string(group), "logStreamName": "tenant/a",
                "logEvents": .array(events),
            ]), as: JSONValue.self)
        #expect(answer["rejectedLogEventsInfo"] == nil)
    }

    private func job(
        _ span: NightlyJob.Span, after day: UsageDay, hour: Int64 = 13
    ) throws -> NightlyJob {
        let now = EventTime(microseconds: day.end.microseconds + hour * EventTime.perHour)
        var job = NightlyJob(
            span,
            from: .exports(
                logGroup: group, to: try ExportDestination("s3://\(bucket)/exports")),
            into: "s3://\(bucket)/lake",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        job.table = table
        job.environment = moto.environment
        job.stores = Stores(s3: S3Store(moto.environment), stateHome: folder.path)
        job.clock = LedgerClock { now }
        job.pause = { _ in }
        return job
    }

    private func night(after day: UsageDay) async throws -> NightlySummary {
        try await job(.night(nil), after: day).run()
    }

    private func rows(of summary: NightlySummary) -> [String: Int] {
        var rows: [String: Int] = [:]
        for day in summary.days.compactMap(\.ingest).flatMap(\.days) {
            rows[day.day.description] = day.rows
        }
        return rows
    }

    @Test func `a night exports, ingests, registers and verifies; the next one closes`()
        async throws
    {
        let before = yesterday.advanced(by: -1)
        try await log([before])
        let first = try await night(after: before)
        try await log([yesterday])
        let second = try await night(after: yesterday)

        #expect(first.failures.map { "\($0.error)" } == [])
        #expect(first.isClean && second.isClean)
        #expect(first.registration?.makesTable == true)
        #expect(second.registration?.isChange == false)
        #expect(rows(of: first) == ["\(before)": 2])
        #expect(second.days.map(\.day) == [before, yesterday])
        #expect(second.days.map { $0.export?.isResumed } == [true, false])
        #expect(second.days.map { $0.closed != nil } == [true, false])
        // The window of yesterday holds the last hour of the day before, which is known.
        #expect(second.days[1].ingest?.records == 2)
        #expect(second.days[1].ingest?.duplicates.duplicates == 1)
        let registered = try await GlueClient(moto.environment)
            .table(table.table, in: table.database)
        #expect(
            registered?.input["StorageDescriptor"]?["Location"] == .string("s3://\(bucket)/lake/"))
    }

    @Test func `a night that is repeated exports, writes and closes nothing again`() async throws {
        try await log([yesterday.advanced(by: -1), yesterday])
        _ = try await night(after: yesterday.advanced(by: -1))
        let first = try await night(after: yesterday)
        let s3 = S3Client(moto.environment)
        let objects = try await s3.listObjects(in: bucket)

        let again = try await night(after: yesterday)

        #expect(again.isClean)
        #expect(again.days.map(\.day) == [yesterday])
        #expect(again.days[0].export?.task == first.days[1].export?.task)
        #expect(again.days[0].ingest?.objects == 0)
        #expect(try await s3.listObjects(in: bucket) == objects)
    }

    @Test func `nights that did not run are made up by the next one`() async throws {
        let days = (-3...0).map { yesterday.advanced(by: $0) }
        try await log(days)
        _ = try await night(after: days[0])

        let later = try await night(after: yesterday)

        #expect(later.failures.map { "\($0.error)" } == [])
        #expect(later.days.map(\.day) == days)
        #expect(later.days.map { $0.closed != nil } == [true, true, true, false])
    }

    @Test func `a backfill goes on where it was, and a day that is closed is left alone`()
        async throws
    {
        let days = (-3...0).map { yesterday.advanced(by: $0) }
        try await log(days)
        let first = try #require(UsagePeriod(from: days[0], to: days[1]))
        let all = try #require(UsagePeriod(from: days[0], to: days[3]))

        let begun = try await job(.backfill(first), after: yesterday).run()
        let rest = try await job(.backfill(all), after: yesterday).run()

        #expect(begun.isClean && rest.isClean)
        #expect(begun.days.map { $0.closed != nil } == [true, true])
        #expect(rest.days.map(\.day) == [days[2], days[3]])
        #expect(rest.days.map { $0.closed != nil } == [true, false])
    }

    @Test func `an export that is too early to be whole keeps its day open`() async throws {
        let before = yesterday.advanced(by: -1)
        try await log([before, yesterday])
        let early = try await job(.night(before), after: before, hour: 6).run()

        let noon = try await job(.night(yesterday), after: before, hour: 11).run()
        let next = try await night(after: yesterday)

        #expect(early.days[0].export?.window.isWhole == false)
        #expect(noon.days.map { $0.closed != nil } == [false, false])
        #expect(next.isClean)
        #expect(next.days.map { $0.closed != nil } == [true, false])
    }

    @Test func `a log group that is missing ends the night with its code`() async throws {
        var job = try job(.night(nil), after: yesterday)
        job.input = .exports(
            logGroup: "/none", to: try ExportDestination("s3://\(bucket)/exports"))

        let summary = try await job.run()

        #expect(summary.exitCode == 66)
        #expect(summary.failures.map(\.step) == ["export"])
        #expect(summary.registration == nil)
    }
}
