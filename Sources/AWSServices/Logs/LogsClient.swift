/// CloudWatch Logs; see the Amazon CloudWatch Logs API reference.
package struct LogsClient: Sendable {
    let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "logs")
    }

    static func target(_ operation: String) -> String { "Logs_20140328.\(operation)" }

    /// Starts an export.
    ///
    /// A call that is lost may have started it, and another one would start a second export, so it is
    /// not repeated: look for the task first.
    ///
    /// - Returns: the id of the task.
    /// - Throws: ``AWSError`` with ``LogsError/limitExceeded`` while another task runs, of which an
    ///   account has one at a time.
    package func createExportTask(_ request: ExportTaskRequest) async throws -> String {
        struct Input: Encodable {
            var taskName: String
            var logGroupName: String
            var from: Int64
            var to: Int64
            var destination: String
            var destinationPrefix: String
        }
        struct Output: Decodable {
            var taskId: ServiceID
        }
        let input = Input(
            taskName: request.name, logGroupName: request.logGroup,
            from: request.fromMilliseconds, to: request.toMilliseconds,
            destination: request.bucket, destinationPrefix: request.prefix)
        return try await client.call(
            Self.target("CreateExportTask"), input, as: Output.self, isRepeatable: false
        ).taskId.value
    }

    /// The log group of that name; nil where there is none.
    package func logGroup(_ name: String) async throws -> LogGroup? {
        struct Input: Encodable {
            var logGroupNamePrefix: String
            var nextToken: String?
        }
        struct Output: Decodable {
            struct Group: Decodable {
                var logGroupName: String?
                var creationTime: ServiceInteger<MillisecondBounds>?
                var retentionInDays: ServiceInteger<DayBounds>?
            }
            var logGroups: [Group]?
            var nextToken: String?
        }
        let pages = try await client.pages(
            Self.target("DescribeLogGroups"), Input(logGroupNamePrefix: name), as: Output.self,
            token: \.nextToken, nextToken: \.nextToken
        ) { $0.logGroups?.count ?? 0 }
        return pages.flatMap { $0.logGroups ?? [] }.first { $0.logGroupName == name }.map {
            LogGroup(
                createdMilliseconds: $0.creationTime?.value,
                retentionDays: $0.retentionInDays.map { Int($0.value) })
        }
    }

    /// Export tasks of the account, or the one of an id.
    package func exportTasks(id: String? = nil) async throws -> [ExportTask] {
        struct Input: Encodable {
            var taskId: String?
            var nextToken: String?
        }
        struct Output: Decodable {
            struct Status: Decodable {
                var code: String?
            }
            struct Task: Decodable {
                var taskId: ServiceID?
                var taskName: String?
                var logGroupName: String?
                var from: ServiceInteger<MillisecondBounds>?
                var to: ServiceInteger<MillisecondBounds>?
                var destination: String?
                var destinationPrefix: String?
                var status: Status?
            }
            var exportTasks: [Task]?
            var nextToken: String?
        }
        let pages = try await client.pages(
            Self.target("DescribeExportTasks"), Input(taskId: id), as: Output.self,
            token: \.nextToken, nextToken: \.nextToken
        ) { $0.exportTasks?.count ?? 0 }
        return pages.flatMap { $0.exportTasks ?? [] }.map { task in
            ExportTask(
                id: task.taskId?.value ?? "",
                request: ExportTaskRequest(
                    name: task.taskName ?? "", logGroup: task.logGroupName ?? "",
                    fromMilliseconds: task.from?.value ?? 0,
                    toMilliseconds: task.to?.value ?? 0,
                    bucket: task.destination ?? "", prefix: task.destinationPrefix ?? ""),
                state: task.status?.code.flatMap { ExportTask.State(rawValue: $0) } ?? .unknown)
        }
    }
}

/// What is known of a log group.
package struct LogGroup: Sendable, Hashable {
    /// When it was made, since 1970-01-01T00:00:00Z.
    package let createdMilliseconds: Int64?
    /// For how many days events are kept; nil for ever.
    package let retentionDays: Int?
}

/// Codes of errors that a caller can act on.
package enum LogsError {
    package static let limitExceeded = "LimitExceededException"
    static let alreadyExists = "ResourceAlreadyExistsException"
}
