import Foundation
import TestSupport
import Testing

@testable import AWSServices

/// Tables of moto, and answers of a script.
@Suite struct DynamoClientTests {
    private let time = ScriptedTime()

    @Test func `items are written on a condition, read and listed`() async throws {
        let (client, table) = try await MotoTable.make()
        func item(_ key: String, _ number: Int64) -> DynamoItem {
            [
                "pk": .string("p"), "sk": .string(key), "n": .number(number),
                "t": .string("\u{ac00}"),
            ]
        }
        let key: DynamoItem = ["pk": .string("p"), "sk": .string("a")]

        #expect(try await client.item(key, in: table) == nil)
        #expect(try await client.putItem(item("a", 1), in: table, if: .absent(key: "pk")))
        #expect(try await !client.putItem(item("a", 2), in: table, if: .absent(key: "pk")))
        #expect(try await client.putItem(item("a", 3), in: table, if: .equal("n", .number(1))))
        #expect(try await !client.putItem(item("a", 4), in: table, if: .equal("n", .number(1))))
        #expect(try await client.item(key, in: table) == item("a", 3))
        #expect(try await client.putItem(item("b", .max), in: table, if: .absent(key: "pk")))

        #expect(try await client.putItem(item("c", 0), in: table, if: .absent(key: "pk")))

        let items = try await client.items(in: table, whereAboveZero: "n")
        #expect(Set(items) == [item("a", 3), item("b", .max)])
        #expect(try await client.items(in: table, whereAboveZero: "m").isEmpty)
    }

    @Test func `the keys of a table are told, or that there is none`() async throws {
        let (client, table) = try await MotoTable.make()

        #expect(
            try await client.keys(of: table)
                == [DynamoKey(name: "pk", type: "S"), DynamoKey(name: "sk", type: "S")])
        #expect(try await client.keys(of: "no-such-table") == nil)
    }

    @Test func `the pages of a list are put together`() async throws {
        let transport = ScriptedTransport([
            .answer(
                200, [:],
                #"{"Items":[{"a":{"S":"1"}}],"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"1"}}}"#),
            .answer(200, [:], #"{"Items":[{"a":{"N":"-2"}}]}"#),
        ])

        let items = try await DynamoClient(.scripted(transport, time)).items(
            in: "t", whereAboveZero: "a")

        #expect(items == [["a": .string("1")], ["a": .number(-2)]])
        #expect(transport.requests.count == 2)
        #expect(
            transport.requests.allSatisfy {
                $0.headers["content-type"] == "application/x-amz-json-1.0"
            })
    }

    @Test(arguments: [#"{"BOOL":true}"#, #"{"N":"1.5"}"#, #"{"N":"99999999999999999999"}"#, "1"])
    func `an attribute that is no text and no whole number is an unreadable answer`(value: String)
        async throws
    {
        let transport = ScriptedTransport([.answer(200, [:], #"{"Item":{"a":\#(value)}}"#)])

        let error = try await #require(throws: AWSError.self) {
            try await DynamoClient(.scripted(transport, time)).item(["a": .number(1)], in: "t")
        }

        #expect(error.code == "UnreadableResponse")
    }
}

/// A table of moto with the keys `pk` and `sk`.
enum MotoTable {
    static func make() async throws -> (client: DynamoClient, table: String) {
        let moto = try MotoServer.shared
        let environment = AWSEnvironment(
            region: "us-east-1", credentials: StaticCredentials(AWSEnvironment.testCredentials),
            endpoints: ["*": Endpoint(isSecure: false, host: "127.0.0.1", port: moto.port)])
        let table = "table-\(UUID().uuidString)"
        let keys = ["pk", "sk"]
        let request = try JSONSerialization.data(withJSONObject: [
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": keys.map { ["AttributeName": $0, "AttributeType": "S"] },
            "KeySchema": zip(keys, ["HASH", "RANGE"]).map {
                ["AttributeName": $0, "KeyType": $1]
            },
        ])
        let client = AWSClient(environment, service: "dynamodb")
        _ = try await client.receive(
            HTTPRequest(
                "POST", client.endpoint,
                headers: [
                    "content-type": AWSClient.JSONVersion.v1_0.rawValue,
                    "x-amz-target": "DynamoDB_20120810.CreateTable",
                ], payload: .bytes(Array(request))), "CreateTable")
        return (DynamoClient(environment), table)
    }
}
