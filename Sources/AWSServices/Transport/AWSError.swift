/// What a service, or the way to it, answered in place of a result.
package struct AWSError: Error, Sendable {
    /// Such as `s3`.
    package let service: String
    /// Such as `PutObject`.
    package let operation: String
    /// The service's own code, such as `NoSuchKey`, or one of ours where nothing answered, such as
    /// `ConnectionFailed`.
    package let code: String
    /// The HTTP status; nil where nothing answered.
    package let status: Int?
    package let requestID: String?
    /// Whether the same request may succeed later.
    package let isRetryable: Bool

    package init(
        service: String, operation: String, code: String, status: Int? = nil,
        requestID: String? = nil, isRetryable: Bool = false
    ) {
        self.service = service
        self.operation = operation
        self.code = code
        self.status = status
        self.requestID = requestID
        self.isRetryable = isRetryable
    }

    package var isNotFound: Bool {
        status == 404 || code == "EntityNotFoundException" || code == "ResourceNotFoundException"
    }
    /// A condition did not hold: the object is not what it was.
    package var isPreconditionFailed: Bool { status == 412 }
    package var isAccessDenied: Bool { status == 403 || code == "AccessDeniedException" }
}

extension AWSError: CustomStringConvertible {
    /// Holds nothing of what was sent or received but codes.
    package var description: String {
        var text = "\(service) \(operation): \(code)"
        if let status { text += ", HTTP status \(status)" }
        if let requestID { text += ", request id \(requestID)" }
        return text
    }
}
