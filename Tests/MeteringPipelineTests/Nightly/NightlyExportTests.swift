import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import TestSupport
import Testing

@testable import MeteringLake
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
        try await log(calls)
    }

    private func log(_ calls: [UsageCall]) async throws {
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
        job.stores = Stores(remote: S3Store(moto.environment), stateHome: folder.path)
        job.clock = LedgerClock { now }
        job.pause = { _ in }
        return job
    }

    /// An environment in which nothing answers.
    private static func nowhere() throws -> AWSEnvironment {
        .loopback(port: try TestServer.freePorts()[0])
    }

    private func night(after day: UsageDay) async throws -> NightlySummary {
        try await job(.night(nil), after: day).run()
    }

    /// How many exports of a day were started.
    private func exports(of day: UsageDay) async throws -> Int {
        try await LogsClient(moto.environment).exportTasks()
            .count { $0.request.logGroup == group && $0.request.name.hasSuffix("\(day)") }
    }

    private func removeLedger() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        for file in files where file.hasSuffix("_ledger.sqlite") {
            try FileManager.default.removeItem(atPath: folder.path(file))
        }
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
        #expect(first.text().contains("\ntable: made\n"))
        #expect(second.text().contains("\ntable: as it should be\n"))
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

    @Test(arguments: ["export", "ingest"])
    func `a first night that fails is made up by the next one`(step: String) async throws {
        let before = yesterday.advanced(by: -1)
        try await log([before, yesterday])
        var first = try job(.night(nil), after: before)
        if step == "export" { first.environment = try Self.nowhere() }
        if step == "ingest" {
            var environment = moto.environment
            environment.transport = WatchedTransport { request, send in
                request.storesADay ? HTTPResponse(status: 403) : try await send(request)
            }
            first.stores = Stores(remote: S3Store(environment), stateHome: folder.path)
        }

        let failed = try await first.run()
        let next = try await night(after: yesterday)

        #expect(failed.failures.map(\.step) == [step])
        #expect(next.isClean)
        #expect(next.days.map(\.day) == [before, yesterday])
        #expect(next.days.map { $0.closed != nil } == [true, false])
        #expect(rows(of: next)["\(before)"] == 2)
    }

    @Test func `a day that is open closes though exports go elsewhere by now`() async throws {
        let before = yesterday.advanced(by: -1)
        try await log([before, yesterday])
        _ = try await night(after: before)
        var elsewhere = try job(.night(nil), after: yesterday)
        elsewhere.input = .exports(
            logGroup: group, to: try ExportDestination("s3://\(bucket)/elsewhere"))

        let next = try await elsewhere.run()

        #expect(next.isClean)
        #expect(next.days.map(\.day) == [before, yesterday])
        #expect(next.days.map { $0.closed != nil } == [true, false])
    }

    @Test func `a day that the night of another input has closed is still read from one's own`()
        async throws
    {
        let days = (-2...0).map { yesterday.advanced(by: $0) }
        try await log(days)
        for day in days.dropLast() {
            var own = try job(.night(nil), after: day)
            own.environment = try Self.nowhere()
            #expect(try await own.run().failures.map(\.step) == ["export"])
            var other = try job(.night(nil), after: day)
            other.input = .source(try folder.makeFolder("source"))
            #expect(try await other.run().isClean)
        }

        let last = try await night(after: yesterday)

        #expect(last.isClean)
        #expect(last.days.map(\.day) == days)
        #expect(last.days.map { $0.closed != nil } == [true, true, false])
        #expect(last.days.compactMap(\.ingest?.restated).first == [days[0]])
        #expect(rows(of: last) == ["\(days[0])": 2, "\(days[1])": 2, "\(days[2])": 2])
    }

    @Test func `events that come after the export of their day are taken by a backfill --again`()
        async throws
    {
        let before = yesterday.advanced(by: -1)
        try await log([before])
        _ = try await night(after: before)
        _ = try await night(after: yesterday)
        var late = UsageCall()
        late.day = before.description
        try await log([late])
        let day = UsagePeriod.day(before)

        let usual = try await job(.backfill(day), after: yesterday).run()
        var job = try job(.backfill(day), after: yesterday)
        job.exportsAgain = true
        let again = try await job.run()

        #expect(usual.days.isEmpty)
        #expect(again.isClean)
        #expect(again.days.map { $0.export?.isResumed } == [false])
        #expect(again.days.map { $0.ingest?.records } == [1])
        #expect(again.days.compactMap(\.ingest?.restated) == [[before]])
        #expect(try await exports(of: before) == 2)
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
        let nothing = try await job(.backfill(first), after: yesterday).run()
        #expect(nothing.isClean && nothing.text().hasPrefix("nothing to do: all days are closed\n"))
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

    @Test(arguments: [true, false])
    func `a day without usage is exported once and closes, and nights leave it alone`(
        hasStreams: Bool
    ) async throws {
        if !hasStreams {
            // An export leaves no object then.
            _ = try await AWSClient(moto.environment, service: "logs").call(
                "Logs_20140328.DeleteLogStream",
                JSONValue.object([
                    "logGroupName": .string(group), "logStreamName": "tenant/a",
                ]), as: JSONValue?.self)
        }
        let days = (-3...0).map { yesterday.advanced(by: $0) }
        var nights: [NightlySummary] = []
        for day in days { nights.append(try await night(after: day)) }

        #expect(nights.flatMap { $0.failures.map { "\($0.error)" } } == [])
        #expect(
            nights.dropFirst().map { $0.days.map(\.day) } == [
                [days[0], days[1]], [days[1], days[2]], [days[2], days[3]],
            ])
        #expect(nights[1].days.map { $0.closed != nil } == [true, false])
        for day in days { #expect(try await exports(of: day) == 1) }
        var status = StatusJob(of: "s3://\(bucket)/lake")
        status.stores = try job(.night(nil), after: yesterday).stores
        let states = try await status.run().days
        #expect(states.map(\.state) == ["closed", "closed", "closed", "provisional"])
        #expect(states.allSatisfy { $0.totals?.requests == 0 })
    }

    @Test func `a day that is over is exported once before it can be whole, and once after`()
        async throws
    {
        try await log([yesterday])
        var tasks: [String?] = []
        for hour in [3, 5, 11, 12, 13] as [Int64] {
            let summary = try await job(.night(yesterday), after: yesterday, hour: hour).run()
            #expect(summary.isClean)
            tasks.append(summary.days.last?.export?.task)
        }

        #expect(tasks[0] == tasks[1] && tasks[1] == tasks[2])
        #expect(tasks[3] == tasks[4] && tasks[2] != tasks[3])
        #expect(try await exports(of: yesterday) == 2)
    }

    @Test func `without its ledger a night makes up what was not exported, and closes it anew`()
        async throws
    {
        let days = (-4...0).map { yesterday.advanced(by: $0) }
        try await log(days)
        for day in days.prefix(2) { _ = try await night(after: day) }
        try removeLedger()

        let later = try await night(after: yesterday)

        #expect(later.failures.map { "\($0.error)" } == [])
        #expect(later.ledger == .missing)
        #expect(later.days.map(\.day) == days)
        #expect(later.days.map { $0.export?.isResumed } == [true, true, false, false, false])
        #expect(later.days.map { $0.closed != nil } == [true, true, true, true, false])
        let files = try await S3Client(moto.environment)
            .listObjects(in: bucket, prefix: "lake/year=")
        #expect(files.count == 5)
        for day in days { #expect(try await exports(of: day) == 1) }
    }

    @Test func `an export whose objects are gone is made again where nobody knows the day`()
        async throws
    {
        try await log([yesterday])
        _ = try await night(after: yesterday)
        try removeLedger()
        let s3 = S3Client(moto.environment)
        for prefix in ["exports/", "lake/"] {
            for object in try await s3.listObjects(in: bucket, prefix: prefix) {
                try await s3.deleteObject(object.key, in: bucket)
            }
        }

        let summary = try await night(after: yesterday)

        #expect(summary.isClean)
        #expect(rows(of: summary) == ["\(yesterday)": 2])
        #expect(try await exports(of: yesterday) == 2)
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
