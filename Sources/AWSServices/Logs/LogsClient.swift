/// CloudWatch Logs; see the Amazon CloudWatch Logs API reference.
package struct LogsClient: Sendable {
    private let client: AWSClient

    package init(_ environment: AWSEnvironment) {
        client = AWSClient(environment, service: "logs")
    }

    private static func target(_ operation: String) -> String { "Logs_20140328.\(operation)" }

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
            var taskId: String
        }
        let input = Input(
            taskName: request.name, logGroupName: request.logGroup,
            from: request.fromMilliseconds, to: request.toMilliseconds,
            destination: request.bucket, destinationPrefix: request.prefix)
        return try await client.call(
            Self.target("CreateExportTask"), input, as: Output.self, isRepeatable: false
        ).taskId
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
                var taskId: String?
                var taskName: String?
                var logGroupName: String?
                var from: Int64?
                var to: Int64?
                var destination: String?
                var destinationPrefix: String?
                var status: Status?
            }
            var exportTasks: [Task]?
            var nextToken: String?
        }
        let pages = try await client.pages(
            Self.target("DescribeExportTasks"), Input(taskId: id), as: Output.self,
            token: \.nextToken, nextToken: \.nextToken)
        return pages.flatMap { $0.exportTasks ?? [] }.map { task in
            ExportTask(
                id: task.taskId ?? "",
                request: ExportTaskRequest(
                    name: task.taskName ?? "", logGroup: task.logGroupName ?? "",
                    fromMilliseconds: task.from ?? 0, toMilliseconds: task.to ?? 0,
                    bucket: task.destination ?? "", prefix: task.destinationPrefix ?? ""),
                state: task.status?.code.flatMap { ExportTask.State(rawValue: $0) } ?? .unknown)
        }
    }
}

/// Codes of errors that a caller can act on.
package enum LogsError {
    package static let limitExceeded = "LimitExceededException"
}
