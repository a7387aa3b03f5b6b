/// The execution of a statement in Athena.
package struct AthenaExecution: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case queued = "QUEUED"
        case running = "RUNNING"
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case cancelled = "CANCELLED"
        /// One that the API did not have when this was written.
        case unknown

        /// Whether it will not change any more.
        package var isFinal: Bool {
            switch self {
            case .succeeded, .failed, .cancelled: true
            case .queued, .running, .unknown: false
            }
        }
    }

    package let id: String
    package let state: State
    /// Athena's own words, which may quote the data that was read.
    package let reason: String?
    /// 1 for Athena's own errors, 2 for those of the statement, 3 for others; see "Error category" in
    /// the Amazon Athena user guide.
    package let errorCategory: Int?
    package let errorType: Int?
    package let isRetryable: Bool
    package let bytesScanned: Int64?
}
