/// What a service, or the way to it, answered in place of a result.
package struct AWSError: Error, Sendable {
    /// Such as `s3`.
    package let service: String
    /// Such as `PutObject`.
    package let operation: String
    /// The service's own code, such as `NoSuchKey`, or one of ours where nothing answered, or nothing
    /// that could be used: `ConnectionFailed`, `ConnectionBroken`, `TimedOut`, `IncompleteResponse`,
    /// `UnreadableResponse`, `ChecksumMismatch` …
    package let code: String
    /// The HTTP status; nil where nothing answered.
    package let status: Int?
    package let requestID: String?
    /// Whether the same request may succeed later, and does no harm.
    package let isRetryable: Bool
    /// What the request was about, such as `s3://bucket/key`.
    package var resource: String?
    /// What went wrong, in words of ours.
    package var reason: String?
    /// The service's own words. They may repeat what was sent, so that they have no place in logs.
    package var message: String?
    /// Where the bucket is, when that is not where it was asked for.
    package var bucketRegion: String?
    /// How many times the request was sent.
    package var attempts = 1
    /// Whether the service asks for fewer requests.
    package var isThrottling = false
    /// Whether the same request would have been sent again, had there been time.
    package var isOutOfTime = false
    /// After what time the service asks to be asked again.
    package var retryAfter: Duration?
    /// Whether the request, or an earlier attempt at it, may have had its effect although no reply says
    /// so. A condition that fails then may have failed because of the request's own effect: look before
    /// trying again.
    package var mayHaveTakenEffect = false

    package init(
        service: String, operation: String, code: String, status: Int? = nil,
        requestID: String? = nil, isRetryable: Bool = false, resource: String? = nil,
        reason: String? = nil
    ) {
        self.service = service
        self.operation = operation
        self.code = ServiceText.shown(code)
        self.status = status
        self.requestID = requestID.map { ServiceText.shown($0) }
        self.isRetryable = isRetryable
        self.resource = resource
        self.reason = reason
    }

    /// What was asked for is not there; an upload in parts that is gone says nothing of its object.
    package var isNotFound: Bool {
        status == 404 && code != "NoSuchUpload" || code == "EntityNotFoundException"
            || code == "ResourceNotFoundException"
    }
    /// A condition did not hold, or another request stood in its way: the object is not what it was.
    package var isPreconditionFailed: Bool {
        status == 412 || code == "ConditionalRequestConflict" || code == "ObjectChanged"
    }
}

extension AWSError: CustomStringConvertible {
    /// Holds nothing of what was sent or received but codes and the name of the resource.
    package var description: String {
        var text = "\(service) \(operation)"
        if let resource { text += " of \(ServiceText.printable(resource))" }
        text += ": \(code)"
        if let reason { text += ", \(reason)" }
        if let bucketRegion { text += ", the bucket is in \(ServiceText.shown(bucketRegion))" }
        if let status { text += ", HTTP status \(status)" }
        if attempts > 1 { text += ", \(attempts) attempts" }
        if mayHaveTakenEffect { text += ", may have taken effect" }
        if let requestID { text += ", request id \(requestID)" }
        return text
    }
}
