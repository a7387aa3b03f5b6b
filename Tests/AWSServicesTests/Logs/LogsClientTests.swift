import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct LogsClientTests {
    private static let request = ExportTaskRequest(
        name: "n", logGroup: "g", fromMilliseconds: 1, toMilliseconds: 2, bucket: "b", prefix: "p")

    @Test func `an export is asked for once, whatever became of the reply`() async throws {
        let stub = try StubService { _, _ in .error("ServiceUnavailableException", status: 503) }

        await #expect(throws: AWSError.self) {
            try await LogsClient(stub.environment).createExportTask(Self.request)
        }

        #expect(stub.operations == ["CreateExportTask"])
        #expect(stub.calls.first?.target == "Logs_20140328.CreateExportTask")
        #expect(stub.calls.first?.value("to") == "2")
    }

    @Test func `an export that was not begun for another request is asked for again`() async throws
    {
        let stub = try StubService { _, before in
            before == 0 ? .error("OperationAbortedException") : .result("{\"taskId\": \"t\"}")
        }
        var environment = stub.environment
        environment.retries.throttlingDelay = .milliseconds(1)

        #expect(try await LogsClient(environment).createExportTask(Self.request) == "t")
        #expect(stub.calls.count == 2)
    }

    @Test func `tasks whose pages have no end are an error`() async throws {
        let stub = try StubService { _, before in
            .result("{\"exportTasks\": [], \"nextToken\": \"\(before % 2)\"}")
        }

        let error = await #expect(throws: AWSError.self) {
            try await LogsClient(stub.environment).exportTasks()
        }

        #expect(error?.code == "UnreadableResponse")
        #expect(stub.calls.count == 3)
    }

    @Test func `tasks are listed page by page with their states`() async throws {
        let stub = try StubService { _, before in
            let code = ["RUNNING", "COMPLETED", "PARKED"][before]
            let token = before < 2 ? "\"t\(before)\"" : "null"
            return .result(
                """
                {"exportTasks": [{"taskId": "\(before)", "taskName": "n", "logGroupName": "g",
                  "from": 1, "to": 2, "destination": "b", "destinationPrefix": "p",
                  "status": {"code": "\(code)", "message": "m"},
                  "executionInfo": {"creationTime": 5}}], "nextToken": \(token)}
                """)
        }

        let tasks = try await LogsClient(stub.environment).exportTasks()

        #expect(tasks.map(\.id) == ["0", "1", "2"])
        #expect(tasks.map(\.state) == [.running, .completed, .unknown])
        #expect(tasks.allSatisfy { $0.request == Self.request })
        #expect(stub.calls.map { $0.value("nextToken") } == [nil, "t0", "t1"])
    }
}
