import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct AthenaRunnerTests {
    private static func runner() -> AthenaRunner {
        var runner = AthenaRunner(workgroup: "w")
        runner.pause = { _ in }
        return runner
    }

    private static func failure(
        state: String, reason: String, members: String = ""
    ) async throws -> PipelineError? {
        var athena = AthenaStub()
        athena.states = ["RUNNING", state]
        let quoted = String(decoding: try JSONEncoder().encode(reason), as: UTF8.self)
        athena.status = ", \"StateChangeReason\": \(quoted)\(members)"
        let stub = try athena.start()
        return await #expect(throws: PipelineError.self) {
            try await runner().run("SELECT 1", in: AthenaClient(stub.environment))
        }
    }

    @Test(arguments: [0, 1, 998, 999, 1000, 1999, 2500])
    func `all rows come, over any number of pages, without the header`(count: Int) async throws {
        var athena = AthenaStub()
        athena.columns = ["a", "b"]
        athena.rows = (0..<count).map { ["\($0)", $0.isMultiple(of: 7) ? nil : ""] }
        let stub = try athena.start()

        let answer = try await Self.runner().run("SELECT 1", in: AthenaClient(stub.environment))

        #expect(answer.columns == ["a", "b"])
        #expect(answer.rows == athena.rows)
        #expect(answer.bytesScanned == 123_456_789)
        let pages = stub.operations.count { $0 == "GetQueryResults" }
        #expect(pages == count / 1000 + 1)
    }

    @Test func `rows that have no header before them are all kept`() async throws {
        var athena = AthenaStub()
        athena.rows = [["b"], ["a"]]
        athena.hasHeader = false
        let stub = try athena.start()

        let answer = try await Self.runner().run("SHOW TABLES", in: AthenaClient(stub.environment))

        #expect(answer.rows == [["b"], ["a"]])
    }

    @Test func `waiting grows from look to look up to five seconds`() async throws {
        var athena = AthenaStub()
        athena.states = Array(repeating: "QUEUED", count: 6) + Array(repeating: "RUNNING", count: 9)
        athena.states.append("SUCCEEDED")
        let stub = try athena.start()
        let delays = Record<Duration>()
        var runner = Self.runner()
        runner.pause = { delays.add($0) }

        _ = try await runner.run("SELECT 1", in: AthenaClient(stub.environment))

        let all = delays.all
        #expect(all.count == 15)
        #expect(all.first == .milliseconds(200))
        #expect(all.last == .seconds(5))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test(arguments: ["RUNNING", "QUEUED", "SOMETHING_NEW"])
    func `a statement that never ends is stopped when it has been waited for long enough`(
        state: String
    ) async throws {
        var athena = AthenaStub()
        athena.states = [state]
        let stub = try athena.start()
        var runner = Self.runner()
        runner.patience = .seconds(60)

        let error = await #expect(throws: PipelineError.self) {
            try await runner.run("SELECT 1", in: AthenaClient(stub.environment))
        }

        #expect(error?.location == "Athena query q-1")
        #expect(error?.reason.contains("waited long enough for its end") == true)
        #expect(error?.reason.contains("was stopped; it read 123456789 bytes") == true)
        #expect(stub.operations.contains("StopQueryExecution"))
        #expect(stub.operations.count < 40)
    }

    @Test func `one run of a statement has one token, and another run another one`() async throws {
        let stub = try AthenaStub().start()
        let athena = AthenaClient(stub.environment)
        let runner = Self.runner()

        _ = try await runner.run("SELECT 1", as: "run 1", in: athena)
        _ = try await runner.run("SELECT 1", as: "run 1", in: athena)
        _ = try await runner.run("SELECT 1", as: "run 2", in: athena)
        _ = try await runner.run("SELECT 2", as: "run 1", in: athena)
        _ = try await runner.run("SELECT 1", in: athena)

        let tokens = stub.calls.compactMap { $0.value("ClientRequestToken") }
        #expect(tokens.count == 5)
        #expect(tokens[0] == tokens[1])
        #expect(Set(tokens).count == 4)
        #expect(tokens.allSatisfy { (32...128).contains($0.utf8.count) })
    }

    @Test func `a failure names the execution and what kind it is`() async throws {
        let error = try await Self.failure(
            state: "FAILED", reason: "HIVE_BAD_DATA: Error parsing field value 'secret tenant'",
            members: ", \"AthenaError\": {\"ErrorCategory\": 2, \"ErrorType\": 1200}")

        #expect(
            error?.description
                == "Athena query q-1: failed in Athena: HIVE_BAD_DATA, error category 2, type 1200; "
                + "it read 123456789 bytes")
        #expect(error?.exitCode == 74)
    }

    @Test(arguments: [
        "Error in row with value secret tenant", "secret: tenant", "", "SECRET tenant",
        "GENERIC_INTERNAL_ERROR: secret tenant",
    ])
    func `what Athena says of the data is not shown`(reason: String) async throws {
        let error = try await Self.failure(state: "FAILED", reason: reason)

        #expect(error?.reason.lowercased().contains("tenant") == false)
    }

    @Test func `what is wrong with the statement is shown`() async throws {
        let error = try await Self.failure(
            state: "FAILED",
            reason: "SYNTAX_ERROR: line 2:5: Column 'tenant' cannot be resolved")

        #expect(error?.reason.contains("line 2:5: Column 'tenant' cannot be resolved") == true)
        #expect(error?.exitCode == 74)
    }

    @Test(arguments: [
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.usage' does not exist",
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'db' does not exist",
        "SYNTAX_ERROR: line 1:15: Table awsdatacatalog.db.usage does not exist",
    ])
    func `a table that is missing is no such input`(reason: String) async throws {
        let error = try await Self.failure(state: "FAILED", reason: reason)

        #expect(error?.exitCode == 66)
    }

    @Test(arguments: [
        ("WorkGroup metering is not found.", nil, 66, "unless --output-location names one"),
        ("No output location provided.", nil, 74, "unless --output-location names one"),
        ("secret", "s3://results/", 74, "s3://results/ must be a place in S3 that it may write to"),
    ])
    func `a workgroup that cannot run a query is named, with what it needs`(
        message: String, output: String?, status: Int32, advice: String
    ) async throws {
        let stub = try StubService { _, _ in .error("InvalidRequestException", message) }
        let runner = AthenaRunner(workgroup: "metering", outputLocation: output)

        let error = await #expect(throws: PipelineError.self) {
            try await runner.run("SELECT 1", in: AthenaClient(stub.environment))
        }

        #expect(error?.exitCode == status)
        #expect(error?.location == "Athena workgroup metering")
        #expect(
            error?.reason.contains("athena StartQueryExecution: InvalidRequestException") == true)
        #expect(error?.reason.contains("must exist in us-east-1") == true)
        #expect(error?.reason.hasSuffix(advice) == true)
        #expect(error?.reason.contains(message) == false)
    }

    @Test func `a query that a limit or somebody has cancelled says so`() async throws {
        let limit = try await Self.failure(
            state: "CANCELLED", reason: "Bytes scanned limit was exceeded")
        let other = try await Self.failure(state: "CANCELLED", reason: "Query cancelled by user")

        let cost = "; it read 123456789 bytes"
        #expect(limit?.reason == "cancelled in Athena: Bytes scanned limit was exceeded\(cost)")
        #expect(other?.reason == "cancelled in Athena\(cost)")
    }

    @Test(arguments: [true, false])
    func `a query that cannot be watched is stopped, and what it cost is told`(
        isStopped: Bool
    ) async throws {
        let stub = try StubService { call, before in
            switch call.operation {
            case "StartQueryExecution": .result("{\"QueryExecutionId\": \"q-1\"}")
            case "StopQueryExecution" where isStopped: .result()
            case "GetQueryExecution" where before == 1:
                .result(
                    """
                    {"QueryExecution": {"Status": {"State": "CANCELLED"},
                     "Statistics": {"DataScannedInBytes": 77}}}
                    """)
            default: .error("AccessDeniedException")
            }
        }

        let error = await #expect(throws: PipelineError.self) {
            try await Self.runner().run("SELECT 1", in: AthenaClient(stub.environment))
        }

        #expect(error?.exitCode == 74)
        #expect(error?.location == "Athena query q-1")
        #expect(
            error?.reason.contains("(athena GetQueryExecution: AccessDeniedException") == true)
        let end =
            isStopped
            ? "; it was stopped; it read 77 bytes" : "; it could not be stopped, and may run on"
        #expect(error?.reason.hasSuffix(end) == true)
        #expect(stub.operations[2] == "StopQueryExecution")
    }

    @Test func `a query that has ended by itself is not stopped`() async throws {
        let stub = try StubService { call, _ in
            switch call.operation {
            case "StartQueryExecution": .result("{\"QueryExecutionId\": \"q-1\"}")
            case "GetQueryExecution":
                .result(
                    """
                    {"QueryExecution": {"Status": {"State": "SUCCEEDED"},
                     "Statistics": {"DataScannedInBytes": 77}}}
                    """)
            default: .error("AccessDeniedException")
            }
        }

        let error = await #expect(throws: PipelineError.self) {
            try await Self.runner().run("SELECT 1", in: AthenaClient(stub.environment))
        }

        #expect(error?.location == "Athena query q-1")
        #expect(error?.reason.hasSuffix("; it read 77 bytes") == true)
        #expect(stub.operations.last == "GetQueryResults")
    }

    @Test func `a statement that is longer than Athena takes is refused before it is sent`()
        async throws
    {
        let stub = try AthenaStub().start()
        let athena = AthenaClient(stub.environment)
        let longest = "SELECT '\(String(repeating: "é", count: 131_067))0'"
        #expect(longest.utf8.count == 262_144)

        _ = try await Self.runner().run(longest, in: athena)
        let calls = stub.calls.count
        let error = await #expect(throws: PipelineError.self) {
            try await Self.runner().run(longest + " ", in: athena)
        }

        #expect(error?.exitCode == 64)
        #expect(stub.calls.count == calls)
    }

    @Test func `statements of an ingest of the most days are no longer than Athena takes`() throws {
        let first = try #require(UsageDay("2025-12-07"))
        let period = try #require(
            UsagePeriod(from: first, to: first.advanced(by: AthenaIngest.maximumDays - 1)))
        let ingest = try AthenaIngest(
            source: "s3://bucket/exports",
            lake: "s3://bucket/" + String(repeating: "p", count: 1000),
            table: TableName(
                database: String(repeating: "d", count: 255),
                table: String(repeating: "t", count: 180)),
            period: period, run: "r1")

        for statement in ingest.statements {
            #expect(statement.sql.utf8.count <= AthenaRunner.maximumStatementSize)
        }
    }

    @Test func `a cancelled task stops its query, and what it cost is told`() async throws {
        var athena = AthenaStub()
        athena.states = ["RUNNING"]
        let stub = try athena.start()
        let environment = stub.environment
        let (waiting, waits) = AsyncStream.makeStream(of: Void.self)
        let told = Record<String>()
        var runner = Self.runner()
        runner.stopped = { told.add($0) }
        runner.pause = { _ in
            waits.yield()
            try await Task.sleep(for: .seconds(60))
        }

        let task = Task { [runner] in
            try await runner.run("SELECT 1", in: AthenaClient(environment))
        }
        for await _ in waiting { break }
        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        let stop = try #require(stub.calls.last { $0.operation == "StopQueryExecution" })
        #expect(stop.value("QueryExecutionId") == "q-1")
        #expect(told.all == ["Athena query q-1 was stopped; it read 123456789 bytes"])
    }
}

/// What was told to a test, in order.
final class Record<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func add(_ element: Element) { elements.withLock { $0.append(element) } }

    var all: [Element] { elements.withLock { $0 } }
}
