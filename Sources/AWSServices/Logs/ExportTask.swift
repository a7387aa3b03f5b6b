/// An export of log events to S3, as it is asked for.
package struct ExportTaskRequest: Sendable, Hashable {
    package var name: String
    package var logGroup: String
    /// The window in milliseconds since 1970-01-01T00:00:00Z.
    package var fromMilliseconds: Int64
    package var toMilliseconds: Int64
    package var bucket: String
    /// What keys begin with, without a slash at either end.
    package var prefix: String

    package init(
        name: String, logGroup: String, fromMilliseconds: Int64, toMilliseconds: Int64,
        bucket: String, prefix: String
    ) {
        self.name = name
        self.logGroup = logGroup
        self.fromMilliseconds = fromMilliseconds
        self.toMilliseconds = toMilliseconds
        self.bucket = bucket
        self.prefix = prefix
    }
}

/// An export of log events to S3.
package struct ExportTask: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case cancelled = "CANCELLED"
        case completed = "COMPLETED"
        case failed = "FAILED"
        case pending = "PENDING"
        case pendingCancel = "PENDING_CANCEL"
        case running = "RUNNING"
        /// One that the API did not have when this was written.
        case unknown

        /// Whether the task holds the one place that an account has.
        package var isUnderWay: Bool {
            switch self {
            case .pending, .pendingCancel, .running, .unknown: true
            case .cancelled, .completed, .failed: false
            }
        }
    }

    package let id: String
    package let request: ExportTaskRequest
    package let state: State

    package init(id: String, request: ExportTaskRequest, state: State) {
        self.id = id
        self.request = request
        self.state = state
    }
}
