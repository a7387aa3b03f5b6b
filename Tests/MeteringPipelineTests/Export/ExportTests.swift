import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct ExportTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func job(
        _ stub: StubService, _ day: String = "2025-12-07", now: String = "2025-12-08",
        hour: Int64 = 13
    ) throws -> ExportJob {
        let day = try #require(UsageDay(day))
        let now = try #require(UsageDay(now)).start.microseconds + hour * EventTime.perHour
        var job = ExportJob(
            day, of: "/aws/bedrock/metering", to: try ExportDestination("s3://bucket/exports/"),
            logger: silent)
        job.environment = stub.environment
        job.stores = Stores(remote: S3Store(stub.environment), stateHome: "/nonexistent")
        job.clock = LedgerClock { EventTime(microseconds: now) }
        job.pause = { _ in }
        return job
    }

    private static let window = "\"from\": 1765062000000, \"to\": 1765195200000"
    private static let members = """
        "taskName": "bedrock-metering-2025-12-07", "logGroupName": "/aws/bedrock/metering", \
        "destination": "bucket", "destinationPrefix": "exports/2025-12-07", \(window)
        """

    @Test func `the window reaches from an hour before the day to twelve hours after it`()
        async throws
    {
        let stub = try ExportStub().start()

        let outcome = try await Self.job(stub).run()

        let sent = try #require(stub.calls.first { $0.operation == "CreateExportTask" })
        #expect(sent.value("from") == "1765062000000")
        #expect(sent.value("to") == "1765195200000")
        #expect(sent.value("destinationPrefix") == "exports/2025-12-07")
        #expect("\(outcome.window.start)" == "2025-12-06T23:00:00.000000Z")
        #expect("\(outcome.window.end)" == "2025-12-08T12:00:00.000000Z")
        #expect(outcome.window.isWhole && !outcome.isResumed)
        #expect(outcome.location == "s3://bucket/exports/2025-12-07")
    }

    @Test func `asked again, the task that is complete is the answer`() async throws {
        let stub = try ExportStub().start()

        let first = try await Self.job(stub).run()
        let second = try await Self.job(stub, hour: 20).run()

        #expect(second.task == first.task)
        #expect(second.isResumed)
        #expect(stub.operations.count { $0 == "CreateExportTask" } == 1)
    }

    @Test func `a task that was complete before is not told of as one under way`() async throws {
        let stub = try ExportStub().start()
        let log = LogRecord()
        var job = try Self.job(stub)
        job.logger = Logger(label: "test") { _ in RecordingLogHandler(log: log) }

        _ = try await job.run()
        _ = try await job.run()

        #expect(
            log.all.map(\.message) == [
                "export started", "export complete", "export was complete before",
            ])
        #expect(log.all.allSatisfy { $0.metadata["date"] == "2025-12-07" })
    }

    @Test func `asked to start anew, a task that was complete before is no answer`() async throws {
        let stub = try ExportStub(lostReplies: 1).start()
        var job = try Self.job(stub)
        let first = try await job.run()
        job.startsAnew = true

        let second = try await job.run()

        #expect(first.task == "task-1" && second.task == "task-2")
        #expect(!second.isResumed)
    }

    @Test(arguments: [
        (["own/stream/000000.gz"], true), (["aws-logs-write-test", "own/stream/000000.gz"], true),
        // moto names a folder for each stream.
        (["of-a-stream/stream/000000.gz"], true),
        ([], false), (["aws-logs-write-test"], false), (["early/stream/000000.gz"], false),
        (["aws-logs-write-test", "early/stream/000000.gz", "other/stream/000000.gz"], false),
    ])
    func `a task that is complete is the answer where its objects are there`(
        names: [String], isThere: Bool
    ) async throws {
        let early = Self.members.replacingOccurrences(of: "1765195200000", with: "1765152000000")
        let other = Self.members.replacingOccurrences(of: "bedrock-metering", with: "other")
        let tasks = [("early", early), ("own", Self.members), ("other", other)]
            .map { ExportStub.Task(id: $0.0, members: $0.1, states: ["COMPLETED"]) }
        let stub = try ExportStub(tasks, names: names).start()
        let log = LogRecord()
        var job = try Self.job(stub)
        job.logger = Logger(label: "test") { _ in RecordingLogHandler(log: log) }

        let outcome = try await job.run()
        job.mayBeEmpty = true
        let ofEmptyDay = try await job.run()

        #expect(outcome.task == (isThere ? "own" : "task-4") && outcome.isResumed == isThere)
        #expect(log.all.contains { $0.message == "the export's objects are gone" } == !isThere)
        #expect(ofEmptyDay.isResumed)
    }

    @Test func `a task that ended before the day is whole is known by its own window`()
        async throws
    {
        let stub = try ExportStub().start()

        let early = try await Self.job(stub, hour: 1).run()
        let again = try await Self.job(stub, hour: 5).run()

        #expect(again.task == early.task && again.isResumed)
        #expect(!again.window.isWhole)
        #expect("\(again.window.end)" == "2025-12-08T01:00:00.000000Z")
    }

    @Test func `a day that goes on is exported again each time`() async throws {
        let stub = try ExportStub().start()

        let noon = try await Self.job(stub, now: "2025-12-07", hour: 12).run()
        let evening = try await Self.job(stub, now: "2025-12-07", hour: 20).run()

        #expect(noon.task != evening.task)
        #expect("\(evening.window.end)" == "2025-12-07T20:00:00.000000Z")
    }

    @Test func `a task of ours that runs is waited for`() async throws {
        let stub = try ExportStub([
            .init(id: "old", members: Self.members, states: ["RUNNING", "RUNNING", "COMPLETED"])
        ]).start()

        let outcome = try await Self.job(stub).run()

        #expect(outcome.task == "old" && outcome.isResumed)
        #expect(!stub.operations.contains("CreateExportTask"))
    }

    @Test func `a task that another one has started is waited for, and then ours starts`()
        async throws
    {
        let other = Self.members.replacingOccurrences(of: "bedrock-metering", with: "other")
        let stub = try ExportStub([
            .init(id: "other", members: other, states: ["PENDING", "RUNNING", "RUNNING", "FAILED"])
        ]).start()

        let outcome = try await Self.job(stub).run()

        #expect(outcome.task == "task-2" && !outcome.isResumed)
    }

    @Test(arguments: ["LimitExceededException", "OperationAbortedException"])
    func `a place that is taken though no list shows it is waited for`(refusal: String)
        async throws
    {
        let stub = try ExportStub(refusals: 3, refusal: refusal).start()

        let outcome = try await Self.job(stub).run()

        #expect(outcome.task == "task-1")
        #expect(stub.operations.count { $0 == "CreateExportTask" } == 4)
    }

    @Test func `a task whose reply was lost is found, and no second one is started`() async throws {
        let stub = try ExportStub(lostReplies: 1).start()

        let outcome = try await Self.job(stub).run()

        #expect(outcome.task == "task-1")
        #expect(stub.operations.count { $0 == "CreateExportTask" } == 1)
    }

    @Test(arguments: [
        ("bedrock-metering-2025-12-07", "another"), ("/aws/bedrock/metering", "/aws/other"),
        ("\"destination\": \"bucket\"", "\"destination\": \"other\""),
        ("exports/2025-12-07", "exports"), ("1765062000000", "1765062000001"),
        ("1765195200000", "1765195199999"),
    ])
    func `a task for something else is none of ours`(part: String, other: String) async throws {
        let members = Self.members.replacingOccurrences(of: part, with: other)
        let stub = try ExportStub([
            .init(id: "old", members: members, states: ["COMPLETED"])
        ]).start()

        let outcome = try await Self.job(stub).run()

        #expect(outcome.task == "task-2" && !outcome.isResumed)
    }

    @Test(arguments: ["FAILED", "CANCELLED"])
    func `an export that fails is an error, and the next run starts anew`(state: String)
        async throws
    {
        let failing = try ExportStub(course: ["PENDING", "RUNNING", state]).start()
        let afterwards = try ExportStub([
            .init(id: "old", members: Self.members, states: [state])
        ]).start()

        let error = await #expect(throws: PipelineError.self) {
            try await Self.job(failing).run()
        }
        let outcome = try await Self.job(afterwards).run()

        #expect(error?.exitCode == 74)
        #expect(error?.description.contains("export task task-1: \(state)") == true)
        #expect(error?.reason.contains("gives a task up after 24 hours") == true)
        #expect(outcome.task == "task-2")
    }

    @Test func `a day that is not over for twelve hours is exported so far, and again later`()
        async throws
    {
        let stub = try ExportStub().start()

        let early = try await Self.job(stub, hour: 1).run()
        let whole = try await Self.job(stub, hour: 13).run()

        #expect(!early.window.isWhole && whole.window.isWhole)
        #expect("\(early.window.end)" == "2025-12-08T01:00:00.000000Z")
        #expect(early.task != whole.task)
    }

    @Test func `a day that has not begun cannot be exported`() async throws {
        let stub = try ExportStub().start()

        let error = await #expect(throws: PipelineError.self) {
            try await Self.job(stub, "2025-12-09", now: "2025-12-08").run()
        }

        #expect(error?.code == .usage)
        #expect(stub.calls.isEmpty)
    }

    @Test func `patience ends`() async throws {
        let stub = try ExportStub(course: ["RUNNING"]).start()
        let delays = Record<Duration>()
        var job = try Self.job(stub)
        job.patience = .seconds(300)
        job.pause = { delays.add($0) }

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.reason == "waited long enough for export task task-1")
        #expect(delays.all.prefix(6).map(\.components.seconds) == [1, 2, 4, 8, 16, 30])
        #expect(delays.all.reduce(.zero, +) >= .seconds(300))
    }

    @Test func `patience ends with tasks that are complete and have no objects, one after another`()
        async throws
    {
        let stub = try StubService { call, before in
            guard call.operation == "DescribeExportTasks" else { return .listing(nil) }
            let task =
                "{\"taskId\": \"task-\(before)\", \(Self.members), "
                + "\"status\": {\"code\": \"COMPLETED\"}}"
            return .result("{\"exportTasks\": [\(task)]}")
        }
        var job = try Self.job(stub)
        job.patience = .seconds(300)

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error != nil)
        #expect(stub.calls.count < 100)
    }

    @Test(arguments: [("ResourceNotFoundException", 66), ("AccessDeniedException", 74)])
    func `what AWS refuses names the log group`(code: String, status: Int32) async throws {
        let stub = try StubService { call, _ in
            call.operation == "CreateExportTask" ? .error(code) : .result("{\"exportTasks\": []}")
        }

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == status)
        #expect(error?.location == "log group /aws/bedrock/metering")
        let words =
            status == 66
            ? "there is no log group /aws/bedrock/metering in us-east-1"
            : "these credentials are not allowed to do this in us-east-1"
        #expect(error?.reason.hasPrefix(words) == true)
    }

    @Test(arguments: ["DescribeExportTasks", "CreateExportTask"])
    func `who may not export is told what that needs, and that it holds for every day`(
        operation: String
    ) async throws {
        let stub = try StubService { call, _ in
            call.operation == operation
                ? .error("AccessDeniedException") : .result("{\"exportTasks\": []}")
        }

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.isAccessFailure == true)
        for part in [
            "logs:CreateExportTask", "logs:DescribeExportTasks",
            "s3:PutObject in s3://bucket/exports",
        ] {
            #expect(error?.reason.contains(part) == true)
        }
    }

    @Test(arguments: [
        ("InvalidParameterException", "GetBucketAcl call on the given bucket failed.", 74),
        ("InvalidParameterException", "The given bucket does not exist.", 66),
        ("ResourceNotFoundException", "The bucket does not exist.", 66),
        ("InvalidParameterException", "secret", 74),
    ])
    func `a place that cannot be exported to is named, with what to check`(
        code: String, message: String, status: Int32
    ) async throws {
        let stub = try StubService { call, _ in
            call.operation == "CreateExportTask"
                ? .error(code, message) : .result("{\"exportTasks\": []}")
        }

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == status)
        #expect(error?.location == "s3://bucket/exports")
        for part in [
            code, "/aws/bedrock/metering", "region us-east-1", "policy", "s3:GetBucketAcl",
            "2025-12-07",
        ] {
            #expect(error?.reason.contains(part) == true)
        }
        #expect(error?.reason.contains(message) == false)
    }

    @Test(arguments: [
        ("s3://bucket", "2025-12-07"), ("s3://bucket/", "2025-12-07"),
        ("s3://bucket/a/b/", "a/b/2025-12-07"), ("s3://bucket//a", "a/2025-12-07"),
    ])
    func `a destination has a folder for each day`(text: String, prefix: String) throws {
        let destination = try ExportDestination(text)

        #expect(destination.bucket == "bucket")
        #expect(destination.prefix(of: try #require(UsageDay("2025-12-07"))) == prefix)
    }

    @Test(arguments: [
        "", "bucket", "s3://", "s3:///a", "https://bucket/a", "S3://bucket", "s3://ab/x",
        "s3://-bucket/x", "s3://bucket./x", "s3://192.168.5.4/x", "s3://a bucket/x", "s3://bücket",
        "s3://\(String(repeating: "b", count: 256))/x",
    ])
    func `what is no place in S3 is no destination`(text: String) {
        let error = #expect(throws: PipelineError.self) { try ExportDestination(text) }

        #expect(error?.code == .usage && error?.location == text)
    }
}
