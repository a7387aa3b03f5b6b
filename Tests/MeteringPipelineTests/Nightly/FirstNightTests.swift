import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// The first night of a lake says what the log group has from before it.
@Suite struct FirstNightTests {
    private let folder: TemporaryFolder
    private let moto: MotoServer
    private let bucket: String
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        moto = try MotoServer.shared
        bucket = try moto.makeBucket()
    }

    private func night(of day: UsageDay, _ group: StubService.Answer) async throws -> NightlySummary
    {
        let exports = ExportStub(course: ["COMPLETED"])
        let service = try StubService { call, before in
            call.operation == "DescribeLogGroups" ? group : exports.answer(call, before)
        }
        var job = NightlyJob(
            .night(day),
            from: .exports(logGroup: "/a/b", to: try ExportDestination("s3://\(bucket)/exports")),
            into: "s3://\(bucket)/lake",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let now = EventTime.hours(13, after: day)
        job.clock = LedgerClock { now }
        job.pause = { _ in }
        job.table = nil
        job.stores = Stores(remote: S3Store(moto.environment), stateHome: folder.path)
        job.environment = service.environment
        return try await job.run()
    }

    /// A log group that was made on a day.
    private func group(
        since day: UsageDay, retention: Int? = nil, named name: String = "/a/b"
    ) -> StubService.Answer {
        let kept = retention.map { ", \"retentionInDays\": \($0)" } ?? ""
        let created = day.start.microseconds / 1000
        return .result(
            """
            {"logGroups": [{"logGroupName": "/a/bc", "creationTime": 1}, \
            {"logGroupName": "\(name)", "creationTime": \(created)\(kept)}]}
            """)
    }

    @Test(
        arguments: [(nil, "2025-11-06"), (7, "2025-12-01"), (400, "2025-11-06")] as [(Int?, String)]
    )
    func `earlier days are named, with the command that makes them up`(
        retention: Int?, first: String
    ) async throws {
        let summary = try await night(
            of: day, group(since: .on("2025-11-20"), retention: retention))

        let text = summary.text()
        #expect(text.contains("may have \(first) to 2025-12-06, and the lake does not; "))
        #expect(
            text.contains(
                "meter-etl nightly --backfill \(first) 2025-12-06 --log-group /a/b "
                    + "--to s3://\(bucket)/exports --lake s3://\(bucket)/lake makes them up"))
        #expect(summary.json().contains("\"not_in_lake\": [\"\(first)\""))
        #expect(summary.isClean)

        let second = try await night(
            of: day.advanced(by: 1), group(since: .on("2025-11-20"), retention: retention))
        #expect(second.earlier == nil && second.json().contains("\"not_in_lake\": []"))
    }

    @Test func `a log group that is younger has no earlier days`() async throws {
        let summary = try await night(of: day, group(since: day, retention: 1))

        #expect(summary.earlier == nil && !summary.text().contains("first night"))
    }

    @Test func `where it cannot be told that is said, and nothing fails`() async throws {
        let summary = try await night(of: day, .error("AccessDeniedException"))

        #expect(summary.isClean && summary.json().contains("\"not_in_lake\": null"))
        #expect(summary.text().contains("whether the log group has earlier days is not known: "))
        #expect(summary.text().contains("not allowed to do this in us-east-1"))
    }
}
