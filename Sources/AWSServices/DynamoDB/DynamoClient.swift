/// Tables of DynamoDB; see the Amazon DynamoDB API reference.
package struct DynamoClient: Sendable {
    private let client: AWSClient
    /// For one attempt at a request, and for all of them.
    private let attemptTime: Duration
    private let time: Duration

    package init(
        _ environment: AWSEnvironment, attemptTime: Duration = .seconds(5),
        time: Duration = .seconds(20)
    ) {
        client = AWSClient(environment, service: "dynamodb")
        self.attemptTime = attemptTime
        self.time = time
    }

    /// What a page of a query may hold: DynamoDB's own limit, with room for how it is written.
    private static let pageAnswer = 8 << 20

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable, as output: Output.Type
    ) async throws -> Output {
        try await client.call(
            "DynamoDB_20120810.\(operation)", input, as: output, version: .v1_0,
            timeout: attemptTime, callTimeout: time, limit: Self.pageAnswer)
    }

    private struct Nothing: Decodable {}

    /// The keys of a table: the attribute that divides it up, and the one that orders each part, with their
    /// types (`S`, `N` or `B`); nil if there is no such table.
    package func keys(of table: String) async throws -> [DynamoKey]? {
        struct Input: Encodable {
            var TableName: String
        }
        struct Output: Decodable {
            struct Table: Decodable {
                var KeySchema: [Element]
                var AttributeDefinitions: [Definition]
            }
            struct Element: Decodable {
                var AttributeName: String
                var KeyType: String
            }
            struct Definition: Decodable {
                var AttributeName: String
                var AttributeType: String
            }
            var Table: Table
        }
        do {
            let table = try await call("DescribeTable", Input(TableName: table), as: Output.self)
                .Table
            return ["HASH", "RANGE"].compactMap { kind in
                guard let name = table.KeySchema.first(where: { $0.KeyType == kind })?.AttributeName
                else { return nil }
                let definition = table.AttributeDefinitions.first { $0.AttributeName == name }
                return DynamoKey(name: name, type: definition?.AttributeType ?? "")
            }
        } catch let error as AWSError where error.isNotFound {
            return nil
        }
    }

    /// The item of a key as it is now; nil if there is none.
    package func item(_ key: DynamoItem, in table: String) async throws -> DynamoItem? {
        struct Input: Encodable {
            var ConsistentRead = true
            var Key: DynamoItem
            var TableName: String
        }
        struct Output: Decodable {
            var Item: DynamoItem?
        }
        return try await call("GetItem", Input(Key: key, TableName: table), as: Output.self).Item
    }

    /// Writes an item in place of whatever has its key, if `condition` holds for that.
    ///
    /// - Returns: whether it does. After a reply was lost it may be this item itself that stands in the way.
    /// - Throws: ``AWSError``.
    package func putItem(
        _ item: DynamoItem, in table: String, if condition: DynamoCondition
    ) async throws -> Bool {
        struct Input: Encodable {
            var ConditionExpression: String
            var ExpressionAttributeNames: [String: String]
            var ExpressionAttributeValues: DynamoItem?
            var Item: DynamoItem
            var TableName: String
        }
        do {
            _ = try await call(
                "PutItem",
                Input(
                    ConditionExpression: condition.expression,
                    ExpressionAttributeNames: condition.names,
                    ExpressionAttributeValues: condition.values, Item: item, TableName: table),
                as: Nothing.self)
            return true
        } catch let error as AWSError where error.code == "ConditionalCheckFailedException" {
            return false
        }
    }

    /// All items of a table of which an attribute is a number above zero, as they are now, in no order.
    ///
    /// - Complexity: it reads the whole table.
    package func items(in table: String, whereAboveZero name: String) async throws -> [DynamoItem] {
        struct Input: Encodable {
            var ConsistentRead = true
            var ExclusiveStartKey: DynamoItem?
            var ExpressionAttributeNames: [String: String]
            var ExpressionAttributeValues: DynamoItem = [":z": .number(0)]
            var FilterExpression = "#a > :z"
            var TableName: String
        }
        struct Output: Decodable {
            var Items: [DynamoItem]?
            var LastEvaluatedKey: DynamoItem?
        }
        var input = Input(ExpressionAttributeNames: ["#a": name], TableName: table)
        var items: [DynamoItem] = []
        while true {
            try Task.checkCancellation()
            let page = try await call("Scan", input, as: Output.self)
            items += page.Items ?? []
            guard let last = page.LastEvaluatedKey, !last.isEmpty, last != input.ExclusiveStartKey
            else { return items }
            input.ExclusiveStartKey = last
        }
    }
}

/// One of the attributes that items of a table are found by.
package struct DynamoKey: Sendable, Hashable {
    package var name: String
    package var type: String

    package init(name: String, type: String) {
        self.name = name
        self.type = type
    }
}

/// What must hold of the item that is there for another one to take its place.
package enum DynamoCondition: Sendable, Hashable {
    /// There is none; `key` is one of its keys.
    case absent(key: String)
    /// An attribute has a value.
    case equal(String, DynamoValue)

    var expression: String {
        switch self {
        case .absent: "attribute_not_exists(#a)"
        case .equal: "#a = :a"
        }
    }

    var names: [String: String] {
        switch self {
        case .absent(let name), .equal(let name, _): ["#a": name]
        }
    }

    var values: DynamoItem? {
        switch self {
        case .absent: nil
        case .equal(_, let value): [":a": value]
        }
    }
}
