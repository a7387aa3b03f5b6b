import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What ends a night, and what does not.
@Suite struct NightlyFailureTests {
    private let folder: TemporaryFolder
    private let moto: MotoServer
    private let bucket: String
    private let days = [UsageDay.on("2025-12-06"), UsageDay.on("2025-12-07")]

    init() throws {
        folder = try TemporaryFolder()
        moto = try MotoServer.shared
        bucket = try moto.makeBucket()
    }

    /// A backfill of two days, of which the first can be closed.
    ///
    /// - Parameter service: CloudWatch Logs; what nobody answers for where nil.
    private func job(_ service: StubService? = nil) throws -> NightlyJob {
        let period = try #require(UsagePeriod(from: days[0], to: days[1]))
        var job = NightlyJob(
            .backfill(period),
            from: .exports(logGroup: "g", to: try ExportDestination("s3://\(bucket)/exports")),
            into: "s3://\(bucket)/lake",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let now = EventTime.hours(13, after: days[1])
        job.clock = LedgerClock { now }
        job.pause = { _ in }
        job.stores = Stores(remote: S3Store(moto.environment), stateHome: folder.path)
        job.environment = try service?.environment ?? .loopback(port: TestServer.freePorts()[0])
        return job
    }

    @Test func `a way to AWS that is missing is told once, with the days that were not done`()
        async throws
    {
        let summary = try await job().run()

        #expect(summary.failures.map(\.step) == ["export"])
        #expect(summary.exitCode == 74)
        #expect(summary.notDone == days)
        #expect(summary.verified == nil && summary.registration == nil)
        #expect(summary.days.map(\.reason) == ["export failed", "the night ended before it"])
        #expect(summary.text().contains("\nnot done: 2025-12-06, 2025-12-07\n"))
        #expect(summary.json().contains("\"not_done\": [\"2025-12-06\", \"2025-12-07\"]"))
    }

    @Test func `credentials that are missing are told once`() async throws {
        struct NoCredentials: CredentialsProvider {
            func credentials() throws -> AWSCredentials {
                throw CredentialsError(attempts: [
                    .init(place: "environment", reason: "AWS_ACCESS_KEY_ID is not set")
                ])
            }
        }
        var job = try job()
        job.environment = AWSEnvironment(region: "us-east-1", credentials: NoCredentials())

        let summary = try await job.run()

        #expect(summary.failures.count == 1 && summary.exitCode == 74)
        #expect(
            summary.failures.first?.error.reason.contains("AWS_ACCESS_KEY_ID is not set") == true)
        #expect(summary.notDone == days)
    }

    @Test func `credentials that are refused are told once`() async throws {
        let service = try StubService { _, _ in .error("UnrecognizedClientException") }

        let summary = try await job(service).run()

        #expect(summary.failures.count == 1 && summary.exitCode == 74)
        #expect(summary.notDone == days)
    }

    @Test func `who may not export is told so once`() async throws {
        let service = try StubService { call, _ in
            call.operation == "CreateExportTask"
                ? .error("AccessDeniedException") : .result("{\"exportTasks\": []}")
        }

        let summary = try await job(service).run()

        #expect(summary.failures.count == 1 && summary.exitCode == 74)
        #expect(summary.notDone == days)
    }

    @Test func `a lake that may not be listed is told by the summary, with the days not done`()
        async throws
    {
        let forbidden = try StubService { _, _ in .error("AccessDenied", status: 403) }
        var job = try job(ExportStub().start())
        job.stores = Stores(remote: S3Store(forbidden.environment), stateHome: folder.path)

        let summary = try await job.run()

        #expect(summary.failures.map(\.step) == ["plan"])
        #expect(summary.exitCode == 74 && summary.notDone == days)
    }

    @Test func `a ledger that is none of ours is left alone, and ends the night`() async throws {
        let path = try folder.write("a log line\n", to: "ledger")
        var job = try job(ExportStub().start())
        job.span = .night(nil)
        job.ledger = path

        let summary = try await job.run()

        #expect(summary.failures.map(\.step) == ["plan"])
        #expect(summary.exitCode == 65 && summary.notDone == [days[1]])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a log line\n")
    }

    @Test(arguments: [0, 1, 2, 3])
    func `a night that is interrupted says so, and the next one makes it up`(pauses: Int)
        async throws
    {
        let service = try ExportStub(course: ["PENDING", "RUNNING", "COMPLETED"]).start()
        var interrupted = try job(service)
        let left = FirstTimes(pauses)
        interrupted.pause = { _ in
            if !left.take() { withUnsafeCurrentTask { $0?.cancel() } }
            try Task.checkCancellation()
        }
        let running = interrupted

        let summary = try await Task { try await running.run() }.value
        let next = try await job(service).run()

        #expect(summary.isInterrupted && summary.failures.count == 1)
        #expect(summary.text().contains(" failed: export: was interrupted\n"))
        #expect(summary.notDone.contains(days[1]))
        #expect(next.isClean && !next.isInterrupted)
    }

    @Test func `a lake that cannot be reached is told once, with the days that were not done`()
        async throws
    {
        let service = try ExportStub().start()
        var job = try job(service)
        job.stores = Stores(
            remote: S3Store(.loopback(port: try TestServer.freePorts()[0])), stateHome: folder.path)

        let summary = try await job.run()

        #expect(summary.failures.map(\.step) == ["plan"])
        #expect(summary.exitCode == 74 && summary.notDone == days)
        #expect(summary.days.allSatisfy { $0.reason == "the night ended before it" })
    }

    @Test func `an export that fails for one day does not keep the others`() async throws {
        let members =
            "\"taskName\": \"bedrock-metering-2025-12-06\", \"logGroupName\": \"g\", "
            + "\"destination\": \"\(bucket)\", \"destinationPrefix\": \"exports/2025-12-06\", "
            + "\"from\": 1764975600000, \"to\": 1765108800000"
        let service = try ExportStub([
            .init(id: "failing", members: members, states: ["RUNNING", "RUNNING", "FAILED"])
        ]).start()

        let summary = try await job(service).run()

        #expect(summary.failures.map(\.day) == [days[0]])
        #expect(summary.exitCode == 74)
        #expect(summary.notDone == [days[0]])
        #expect(
            summary.days.map(\.reason) == [
                "export failed", "closes with the night of 2025-12-08",
            ])
    }

    @Test func `what an export holds of other days is told as theirs`() async throws {
        let service = try ExportStub().start()
        for (name, calls) in [("2025-12-06", ["2025-12-05", "2025-12-07"]), ("2025-12-07", [])] {
            let rows = calls.map { UsageCall(day: $0).row }.joined() + "a line\n"
            _ = try await S3Client(moto.environment).putObject(
                .bytes(Array(rows.utf8)), at: "exports/\(name)/a.json", in: bucket)
        }

        let summary = try await job(service).run()

        #expect(
            summary.text() == """
                2025-12-06: exported, 0 rejected lines, 0 failures; no usage; closed
                2025-12-07: exported, 0 rejected lines, 0 failures; 1 new record; \
                provisional: closes with the night of 2025-12-08
                2025-12-05: 1 new record
                days verified: 3, 0 not as recorded

                """)
        let object = try JSONSerialization.jsonObject(with: Data(summary.json().utf8))
        let members = try #require(object as? [String: Any])
        let days = try #require(members["days"] as? [[String: Any]])
        #expect(members["ingest"] is NSNull)
        #expect(days.map { $0["records"] as? Int } == [0, 1])
        #expect(days.map { ($0["ingest"] as? [String: Any])?["records"] as? Int } == [2, 0])
    }

    @Test func `a table that cannot be registered does not keep days open`() async throws {
        let service = try ExportStub().start()
        var job = try job(service)
        job.table = .unique()
        _ = try await S3Client(moto.environment).putObject(
            .bytes(Array(UsageCall(day: "2025-12-06").row.utf8)), at: "exports/2025-12-06/a.json",
            in: bucket)

        let summary = try await job.run()

        #expect(summary.failures.map(\.step) == ["register"])
        #expect(summary.days.map { $0.closed != nil } == [true, false])
    }
}
