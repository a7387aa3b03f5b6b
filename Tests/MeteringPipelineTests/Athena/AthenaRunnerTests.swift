import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import TestSupport
import Testing

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
        let delays = DelayRecord()
        var runner = Self.runner()
        runner.pause = { delays.add($0) }

        _ = try await runner.run("SELECT 1", in: AthenaClient(stub.environment))

        let all = delays.all
        #expect(all.count == 15)
        #expect(all.first == .milliseconds(200))
        #expect(all.last == .seconds(5))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0 <= $1 })
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
                == "Athena query q-1: failed in Athena: HIVE_BAD_DATA, error category 2, type 1200")
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

        #expect(error?.reason.hasSuffix("line 2:5: Column 'tenant' cannot be resolved") == true)
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

        #expect(limit?.reason == "cancelled in Athena: Bytes scanned limit was exceeded")
        #expect(other?.reason == "cancelled in Athena")
    }

    @Test func `a cancelled task stops its query`() async throws {
        var athena = AthenaStub()
        athena.states = ["RUNNING"]
        let stub = try athena.start()
        let environment = stub.environment
        let (waiting, waits) = AsyncStream.makeStream(of: Void.self)
        var runner = Self.runner()
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
        let stop = try #require(stub.calls.last)
        #expect(stop.operation == "StopQueryExecution")
        #expect(stop.value("QueryExecutionId") == "q-1")
    }
}

/// How long a test was made to wait.
final class DelayRecord: Sendable {
    private let delays = Mutex<[Duration]>([])

    func add(_ delay: Duration) { delays.withLock { $0.append(delay) } }

    var all: [Duration] { delays.withLock { $0 } }
}
