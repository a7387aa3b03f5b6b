/// Athena; see the Amazon Athena API reference.
package struct AthenaClient: Sendable {
    private let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "athena")
    }

    package var region: String { client.environment.region }

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable, as output: Output.Type
    ) async throws -> Output {
        try await client.call(Self.target(operation), input, as: output)
    }

    private static func target(_ operation: String) -> String { "AmazonAthena.\(operation)" }

    /// Starts a statement.
    ///
    /// - Parameters:
    ///   - token: 32 to 128 characters; a call with the same one again starts nothing, and returns the
    ///     same execution.
    ///   - outputLocation: where results go, as `s3://bucket/prefix/`; nil for the workgroup's own.
    /// - Returns: the id of the execution.
    package func startQuery(
        _ statement: String, token: String, workgroup: String, database: String? = nil,
        outputLocation: String? = nil
    ) async throws -> String {
        struct Input: Encodable {
            struct Context: Encodable {
                var Database: String
            }
            struct Configuration: Encodable {
                var OutputLocation: String
            }
            var QueryString: String
            var ClientRequestToken: String
            var WorkGroup: String
            var QueryExecutionContext: Context?
            var ResultConfiguration: Configuration?
        }
        struct Output: Decodable {
            var QueryExecutionId: ServiceID
        }
        let input = Input(
            QueryString: statement, ClientRequestToken: token, WorkGroup: workgroup,
            QueryExecutionContext: database.map { .init(Database: $0) },
            ResultConfiguration: outputLocation.map { .init(OutputLocation: $0) })
        return try await call("StartQueryExecution", input, as: Output.self).QueryExecutionId
            .value
    }

    private struct ExecutionID: Encodable {
        var QueryExecutionId: String
    }

    /// What is taken of a reason, in bytes.
    private static let maximumReasonSize = 4 << 10

    /// How far an execution is.
    package func query(_ id: String) async throws -> AthenaExecution {
        struct Output: Decodable {
            struct Execution: Decodable {
                struct Failure: Decodable {
                    var ErrorCategory: Int?
                    var ErrorType: Int?
                    var Retryable: Bool?
                }
                struct Status: Decodable {
                    var State: String
                    var StateChangeReason: String?
                    var AthenaError: Failure?
                }
                struct Statistics: Decodable {
                    var DataScannedInBytes: ServiceInteger<ByteBounds>?
                }
                var Status: Status
                var Statistics: Statistics?
            }
            var QueryExecution: Execution
        }
        let input = ExecutionID(QueryExecutionId: id)
        let execution = try await call("GetQueryExecution", input, as: Output.self).QueryExecution
        return AthenaExecution(
            id: id, state: AthenaExecution.State(rawValue: execution.Status.State) ?? .unknown,
            reason: execution.Status.StateChangeReason.map {
                ServiceText.shown($0, upTo: Self.maximumReasonSize)
            },
            errorCategory: execution.Status.AthenaError?.ErrorCategory,
            errorType: execution.Status.AthenaError?.ErrorType,
            isRetryable: execution.Status.AthenaError?.Retryable ?? false,
            bytesScanned: execution.Statistics?.DataScannedInBytes?.value)
    }

    /// Stops an execution; one that has ended is no error.
    package func stopQuery(_ id: String) async throws {
        struct Output: Decodable {}
        _ = try await call("StopQueryExecution", ExecutionID(QueryExecutionId: id), as: Output.self)
    }

    /// The results of an execution that has succeeded.
    ///
    /// The first row of a SELECT is its header.
    package func results(of id: String) async throws -> AthenaResults {
        struct Input: Encodable {
            var QueryExecutionId: String
            var NextToken: String?
            var MaxResults = 1000
        }
        struct Output: Decodable {
            struct Datum: Decodable {
                var VarCharValue: String?
            }
            struct Row: Decodable {
                var Data: [Datum]?
            }
            struct Column: Decodable {
                var Name: String
            }
            struct Metadata: Decodable {
                var ColumnInfo: [Column]?
            }
            struct ResultSet: Decodable {
                var Rows: [Row]?
                var ResultSetMetadata: Metadata?
            }
            var ResultSet: ResultSet
            var NextToken: String?
        }
        let pages = try await client.pages(
            Self.target("GetQueryResults"), Input(QueryExecutionId: id), as: Output.self,
            token: \.NextToken, nextToken: \.NextToken
        ) { $0.ResultSet.Rows?.count ?? 0 }
        return AthenaResults(
            columns: pages.first?.ResultSet.ResultSetMetadata?.ColumnInfo?.map(\.Name) ?? [],
            rows: pages.flatMap { $0.ResultSet.Rows ?? [] }.map {
                ($0.Data ?? []).map(\.VarCharValue)
            })
    }
}
