/// A partition as the catalog has it.
package struct GluePartition: Sendable, Hashable {
    /// In the order of the table's partition keys.
    package var values: [String]
    /// JSON of the API's `StorageDescriptor`.
    package var storage: JSONValue
    package var parameters: [String: String]

    package init(values: [String], storage: JSONValue, parameters: [String: String] = [:]) {
        self.values = values
        self.storage = storage
        self.parameters = parameters
    }
}

extension GlueClient {
    /// Partitions that one call takes.
    package static let partitionsPerCall = 100

    private struct PartitionInput: Codable {
        var Values: [String]
        var StorageDescriptor: JSONValue?
        var Parameters: [String: String]?

        init(_ partition: GluePartition) {
            Values = partition.values
            StorageDescriptor = partition.storage
            Parameters = partition.parameters
        }
    }

    /// All registered partitions of a table.
    package func partitions(of table: String, in database: String) async throws -> [GluePartition] {
        struct Input: Encodable {
            var DatabaseName: String
            var TableName: String
            var NextToken: String?
        }
        struct Output: Decodable {
            var Partitions: [PartitionInput]?
            var NextToken: String?
        }
        let pages = try await client.pages(
            Self.target("GetPartitions"), Input(DatabaseName: database, TableName: table),
            as: Output.self, token: \.NextToken, nextToken: \.NextToken
        ) { $0.Partitions?.count ?? 0 }
        return pages.flatMap { $0.Partitions ?? [] }.map {
            GluePartition(
                values: $0.Values, storage: $0.StorageDescriptor ?? .object([:]),
                parameters: $0.Parameters ?? [:])
        }
    }

    private struct Rejected: Decodable {
        struct Detail: Decodable {
            var ErrorCode: String?
        }
        var PartitionValues: [String]?
        var PartitionValueList: [String]?
        var ErrorDetail: Detail?
    }

    private struct BatchOutput: Decodable {
        var Errors: [Rejected]?
    }

    /// Has an operation work on partitions.
    ///
    /// - Throws: ``AWSError`` with the code of the first that was not taken, unless that is `harmless`.
    private func change(
        _ operation: String, _ input: some Encodable, harmless: String? = nil
    ) async throws {
        let (output, reply) = try await client.answer(
            Self.target(operation), input, as: BatchOutput.self, isRepeatable: true,
            limit: AWSClient.smallAnswer)
        let errors = (output.Errors ?? []).filter {
            harmless == nil || $0.ErrorDetail?.ErrorCode != harmless
        }
        guard let first = errors.first else { return }
        let values = first.PartitionValues ?? first.PartitionValueList ?? []
        var error = reply.exchange.error(
            first.ErrorDetail?.ErrorCode ?? "UnknownError",
            "\(errors.count) partitions were not taken, the first of them "
                + ServiceText.shown(values.joined(separator: "/")))
        error.mayHaveTakenEffect = false
        throw error
    }

    /// Registers partitions, a hundred a call; those that are there are no error.
    ///
    /// - Throws: ``AWSError``, also where some were not taken.
    package func createPartitions(
        _ partitions: [GluePartition], of table: String, in database: String
    ) async throws {
        struct Input: Encodable {
            var DatabaseName: String
            var TableName: String
            var PartitionInputList: [PartitionInput]
        }
        for batch in partitions.batches(of: Self.partitionsPerCall) {
            let input = Input(
                DatabaseName: database, TableName: table,
                PartitionInputList: batch.map(PartitionInput.init))
            try await change("BatchCreatePartition", input, harmless: GlueError.alreadyExists)
        }
    }

    /// Puts partitions in the place of those of the same values, a hundred a call.
    ///
    /// - Throws: ``AWSError``, also where some were not taken.
    package func updatePartitions(
        _ partitions: [GluePartition], of table: String, in database: String
    ) async throws {
        struct Entry: Encodable {
            var PartitionValueList: [String]
            var PartitionInput: PartitionInput
        }
        struct Input: Encodable {
            var DatabaseName: String
            var TableName: String
            var Entries: [Entry]
        }
        for batch in partitions.batches(of: Self.partitionsPerCall) {
            let input = Input(
                DatabaseName: database, TableName: table,
                Entries: batch.map {
                    Entry(PartitionValueList: $0.values, PartitionInput: PartitionInput($0))
                })
            try await change("BatchUpdatePartition", input)
        }
    }
}

extension Array {
    /// The elements in their order, at most `size` together.
    fileprivate func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
