import AWSServices
import BedrockMetering
import Foundation
import MeteringGateway
import TestSupport

/// The three kinds of stores, made anew for a test.
enum TestLimitStores: String, CaseIterable, Sendable {
    case memory, sqlite, dynamo

    /// Opens a store; again, as after a restart, if the place is one that a store has had.
    func make(at place: Place) async throws -> any LimitStore {
        switch self {
        case .memory: return MemoryLimitStore()
        case .sqlite: return try SQLiteLimitStore(at: place.path)
        case .dynamo:
            let client = DynamoClient(try Self.environment())
            let store = DynamoLimitStore(client, table: place.table)
            if try await client.keys(of: place.table) == nil { try await place.makeTable() }
            try await store.check()
            return store
        }
    }

    static func environment() throws -> AWSEnvironment {
        AWSEnvironment(
            region: "us-east-1",
            credentials: StaticCredentials(
                AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")),
            endpoints: [
                "*": Endpoint(isSecure: false, host: "127.0.0.1", port: try MotoServer.shared.port)
            ])
    }

    /// Where stores of a test keep their accounts.
    struct Place: Sendable {
        let folder: TemporaryFolder
        let table = "limits-\(UUID().uuidString)"

        init() throws {
            folder = try TemporaryFolder()
        }

        var path: String { folder.path("limits.sqlite") }

        func makeTable(keys: [String] = ["pk", "sk"]) async throws {
            let request = try JSONSerialization.data(withJSONObject: [
                "TableName": table, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": keys.map { ["AttributeName": $0, "AttributeType": "S"] },
                "KeySchema": zip(keys, ["HASH", "RANGE"]).map {
                    ["AttributeName": $0, "KeyType": $1]
                },
            ])
            let client = AWSClient(try TestLimitStores.environment(), service: "dynamodb")
            _ = try await client.receive(
                HTTPRequest(
                    "POST", client.endpoint,
                    headers: [
                        "content-type": AWSClient.JSONVersion.v1_0.rawValue,
                        "x-amz-target": "DynamoDB_20120810.CreateTable",
                    ], payload: .bytes(Array(request))), "CreateTable")
        }
    }
}

extension CallIntent {
    static func test(
        _ id: String, _ tenant: TenantID = "acme", at time: String = "2025-12-07T12:00:00Z",
        input: Int64 = 40, output: Int64 = 60
    ) -> CallIntent {
        CallIntent(
            callID: id, time: .test(time), tenant: tenant, user: "u", model: "m",
            estimatedInput: input, estimatedOutput: output)
    }
}

extension EventTime {
    /// The instant of a text with whole seconds.
    static func test(_ text: String) -> EventTime {
        let date = try? Date(text, strategy: .iso8601)
        return EventTime(
            microseconds: Int64((date ?? .distantPast).timeIntervalSince1970) * 1_000_000)
    }
}
