import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct AthenaClientTests {
    @Test func `a query is started with its token, and with nothing that was not given`()
        async throws
    {
        let stub = try StubService { _, _ in .result("{\"QueryExecutionId\": \"q-1\"}") }
        let athena = AthenaClient(stub.environment)

        let id = try await athena.startQuery("SELECT 1", token: "t", workgroup: "w")
        _ = try await athena.startQuery(
            "SELECT 1", token: "t", workgroup: "w", database: "d", outputLocation: "s3://b/o/")

        #expect(id == "q-1")
        let bodies = try stub.calls.map {
            try JSONDecoder().decode(JSONValue.self, from: Data($0.body.utf8))
        }
        let first: [String: JSONValue] = [
            "QueryString": "SELECT 1", "ClientRequestToken": "t", "WorkGroup": "w",
        ]
        let more: [String: JSONValue] = [
            "QueryExecutionContext": .object(["Database": "d"]),
            "ResultConfiguration": .object(["OutputLocation": "s3://b/o/"]),
        ]
        #expect(bodies == [.object(first), .object(first.merging(more) { $1 })])
        #expect(stub.calls.first?.target == "AmazonAthena.StartQueryExecution")
    }

    @Test(arguments: [
        ("QUEUED", AthenaExecution.State.queued), ("RUNNING", .running), ("SUCCEEDED", .succeeded),
        ("FAILED", .failed), ("CANCELLED", .cancelled), ("PAUSED", .unknown),
    ])
    func `states are told apart, and one of a later API is no end`(
        text: String, state: AthenaExecution.State
    ) async throws {
        let stub = try StubService { _, _ in
            .result(
                """
                {"QueryExecution": {"Status": {"State": "\(text)", "StateChangeReason": "r",
                    "AthenaError": {"ErrorCategory": 2, "ErrorType": 1004, "Retryable": true}},
                    "Statistics": {"DataScannedInBytes": 12345}}}
                """)
        }

        let execution = try await AthenaClient(stub.environment).query("q-1")

        #expect(execution.state == state)
        #expect(execution.state.isFinal == ["SUCCEEDED", "FAILED", "CANCELLED"].contains(text))
        #expect(execution.bytesScanned == 12345)
        #expect(execution.errorCategory == 2 && execution.errorType == 1004)
        #expect(execution.isRetryable)
    }

    @Test func `results are read page by page, with null where there is no value`() async throws {
        let stub = try StubService { call, _ in
            let token = call.value("NextToken") == nil ? "\"next\"" : "null"
            return .result(
                """
                {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": [{"Name": "a"}, {"Name": "b"}]},
                 "Rows": [{"Data": [{"VarCharValue": ""}, {}]}]}, "NextToken": \(token)}
                """)
        }

        let results = try await AthenaClient(stub.environment).results(of: "q-1")

        #expect(results.columns == ["a", "b"])
        #expect(results.rows == [["", nil], ["", nil]])
        #expect(stub.calls.map { $0.value("MaxResults") } == ["1000", "1000"])
        #expect(stub.calls.map { $0.value("NextToken") } == [nil, "next"])
    }

    @Test func `results whose pages have no end are an error`() async throws {
        let stub = try StubService { _, _ in
            .result(#"{"ResultSet": {"Rows": []}, "NextToken": "same"}"#)
        }

        let error = await #expect(throws: AWSError.self) {
            try await AthenaClient(stub.environment).results(of: "q-1")
        }

        #expect(error?.code == "UnreadableResponse")
        #expect(stub.calls.count == 2)
    }
}
