import AWSServices
import Foundation
import TestSupport
import Testing

@Suite struct GlueClientTests {
    private static let table = JSONValue.object([
        "Name": "usage", "Parameters": .object(["owner": "finance"]), "Retention": .integer(7),
    ])

    @Test func `a table that is read can be written again as it is, without what is read-only`()
        async throws
    {
        let stub = try StubService { call, _ in
            guard call.operation == "GetTable" else { return .result() }
            return .result(
                """
                {"Table": {"Name": "usage", "DatabaseName": "db", "CreateTime": 1.5, "CreatedBy": "x",
                 "VersionId": "7", "IsRegisteredWithLakeFormation": false, "CatalogId": "1",
                 "Retention": 7, "ViewOriginalText": null,
                 "StorageDescriptor": {"AdditionalLocations": ["s3://a/"], "SkewedInfo": {}},
                 "Parameters": {"owner": "finance"}}}
                """)
        }
        let glue = GlueClient(stub.environment)

        let table = try #require(try await glue.table("usage", in: "db"))
        try await glue.updateTable(table, in: "db")

        let sent = try #require(stub.calls.last)
        #expect(sent.target == "AWSGlue.UpdateTable")
        #expect(sent.contentType == "application/x-amz-json-1.1")
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(sent.body.utf8))
        let input: [String: JSONValue] = [
            "Name": "usage", "Retention": .integer(7),
            "StorageDescriptor": .object([
                "AdditionalLocations": .array(["s3://a/"]), "SkewedInfo": .object([:]),
            ]),
            "Parameters": .object(["owner": "finance"]),
        ]
        #expect(
            body
                == .object([
                    "DatabaseName": "db", "VersionId": "7", "TableInput": .object(input),
                ]))
    }

    @Test func `what is not there is nil or false, and no error`() async throws {
        let stub = try StubService { _, _ in .error("EntityNotFoundException") }
        let glue = GlueClient(stub.environment)

        #expect(try await glue.table("usage", in: "db") == nil)
        #expect(try await glue.hasDatabase("db") == false)
    }

    @Test func `a database that somebody else has made meanwhile is no error`() async throws {
        let stub = try StubService { _, _ in .error("AlreadyExistsException") }

        try await GlueClient(stub.environment).createDatabase("db", description: "")
    }

    @Test func `other errors name operation and code, and nothing else of the answer`()
        async throws
    {
        let stub = try StubService { _, _ in .error("AccessDeniedException") }

        let error = await #expect(throws: AWSError.self) {
            try await GlueClient(stub.environment).createTable(
                GlueTable(input: Self.table), in: "db")
        }

        #expect(error?.operation == "CreateTable")
        #expect(error?.code == "AccessDeniedException")
        #expect(error.map { "\($0)".contains("secret detail") } == false)
    }

    @Test func `partitions are read page by page`() async throws {
        let stub = try StubService { call, before in
            let token = before < 2 ? ", \"NextToken\": \"page-\(before + 1)\"" : ""
            return .result("{\"Partitions\": [{\"Values\": [\"\(before)\"]}]\(token)}")
        }

        let partitions = try await GlueClient(stub.environment).partitions(of: "usage", in: "db")

        #expect(partitions.map(\.values) == [["0"], ["1"], ["2"]])
        #expect(stub.calls.map { $0.value("NextToken") } == [nil, "page-1", "page-2"])
    }

    @Test func `partitions whose pages have no end are an error`() async throws {
        let stub = try StubService { _, _ in
            .result(#"{"Partitions": [{"Values": ["0"]}], "NextToken": "same"}"#)
        }

        let error = await #expect(throws: AWSError.self) {
            try await GlueClient(stub.environment).partitions(of: "usage", in: "db")
        }

        #expect(error?.code == "UnreadableResponse")
        #expect(error?.operation == "GetPartitions")
        #expect(error?.requestID == "stub-\(stub.port)")
        #expect(stub.calls.count == 2)
    }

    @Test(arguments: [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
    func `partitions are registered a hundred a call`(count: Int, sizes: [Int]) async throws {
        let stub = try StubService { _, _ in .result("{\"Errors\": []}") }
        let partitions = (0..<count).map {
            GluePartition(values: ["\($0)"], storage: .object([:]))
        }

        try await GlueClient(stub.environment)
            .createPartitions(partitions, of: "usage", in: "db")

        let sent = try stub.calls.map {
            try JSONDecoder().decode(JSONValue.self, from: Data($0.body.utf8))
        }
        #expect(sent.map { $0["PartitionInputList"]?.array?.count } == sizes)
        let values = sent.flatMap { $0["PartitionInputList"]?.array ?? [] }.map { $0["Values"] }
        #expect(values == (0..<count).map { .array([.string("\($0)")]) })
    }

    @Test func `a partition that is there already is no error, any other refusal is`() async throws
    {
        let stub = try StubService { _, before in
            let code = before == 0 ? "AlreadyExistsException" : "InternalServiceException"
            return .result(
                """
                {"Errors": [{"PartitionValues": ["2025", "12", "07"],
                             "ErrorDetail": {"ErrorCode": "\(code)"}}]}
                """)
        }
        let glue = GlueClient(stub.environment)
        let partition = GluePartition(values: ["2025", "12", "07"], storage: .object([:]))

        try await glue.createPartitions([partition], of: "usage", in: "db")
        let error = await #expect(throws: AWSError.self) {
            try await glue.createPartitions([partition], of: "usage", in: "db")
        }

        #expect(
            error.map { "\($0)" } == "glue BatchCreatePartition: InternalServiceException, "
                + "1 partitions were not taken, the first of them 2025/12/07, HTTP status 200, "
                + "request id stub-\(stub.port)")
    }
}
