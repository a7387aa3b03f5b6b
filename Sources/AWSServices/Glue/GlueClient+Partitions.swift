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

/// Partitions that the catalog did not take.
package struct GluePartitionError: Error, Sendable, CustomStringConvertible {
    /// The values of the first of them.
    package let values: [String]
    package let code: String
    package let count: Int

    package var description: String {
        "\(count) partitions were not taken; \(values.joined(separator: "/")): \(code)"
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
        var partitions: [GluePartition] = []
        var input = Input(DatabaseName: database, TableName: table)
        repeat {
            let output = try await call("GetPartitions", input, as: Output.self)
            partitions += (output.Partitions ?? []).map {
                GluePartition(
                    values: $0.Values, storage: $0.StorageDescriptor ?? .object([:]),
                    parameters: $0.Parameters ?? [:])
            }
            input.NextToken = output.NextToken.flatMap { $0.isEmpty ? nil : $0 }
        } while input.NextToken != nil
        return partitions
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

        func check(allowing code: String? = nil) throws {
            let errors = (Errors ?? []).filter { code == nil || $0.ErrorDetail?.ErrorCode != code }
            guard let first = errors.first else { return }
            throw GluePartitionError(
                values: first.PartitionValues ?? first.PartitionValueList ?? [],
                code: first.ErrorDetail?.ErrorCode ?? "unknown", count: errors.count)
        }
    }

    /// Registers partitions, a hundred a call; those that are there are no error.
    ///
    /// - Throws: ``GluePartitionError`` where some were not taken.
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
            try await call("BatchCreatePartition", input, as: BatchOutput.self)
                .check(allowing: GlueError.alreadyExists)
        }
    }

    /// Puts partitions in the place of those of the same values, a hundred a call.
    ///
    /// - Throws: ``GluePartitionError`` where some were not taken.
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
            try await call("BatchUpdatePartition", input, as: BatchOutput.self).check()
        }
    }
}

extension Array {
    /// The elements in their order, at most `size` together.
    fileprivate func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
