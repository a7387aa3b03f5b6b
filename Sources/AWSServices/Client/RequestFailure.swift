internal import Foundation

/// Why an attempt at a request failed, and what may help.
struct RequestFailure: Error {
    enum Remedy {
        case none
        /// To wait and try again. `isSafe`: nothing was done, so that every request may be repeated.
        case retry(isThrottling: Bool, isSafe: Bool, cost: Int)
        /// To sign by the service's clock, if that is another one.
        case correctClock(serviceTime: Date)
        /// To get other credentials.
        case renewCredentials
    }

    var code: String
    var remedy = Remedy.none
    /// Of the response; nil where none came.
    var head: ResponseHead?
    var reason: String?
    var body = AWSErrorBody([])
    var retryAfter: Duration?
    /// Whether the request may have been served all the same.
    var mayHaveTakenEffect = false

    init(code: String, head: ResponseHead? = nil, reason: String? = nil) {
        self.code = code
        self.head = head
        self.reason = reason
    }

    /// No response came.
    init(_ error: TransportError, to request: HTTPRequest) {
        self.init(code: error.code, reason: error.reason)
        switch error {
        case .notConnected:
            remedy = .retry(isThrottling: false, isSafe: true, cost: error.retryCost)
        case .broken, .timedOut:
            remedy = .retry(isThrottling: false, isSafe: false, cost: error.retryCost)
            mayHaveTakenEffect = !request.isRead
        case .unreadableFile, .unsendable: break
        }
    }

    /// A response came, but not all of its body.
    init(_ error: TransportError, after head: ResponseHead, of request: HTTPRequest) {
        self.init(
            code: "IncompleteResponse", head: head, reason: error.reason)
        remedy = .retry(isThrottling: false, isSafe: false, cost: error.retryCost)
        mayHaveTakenEffect = request.mayHaveHadEffect(status: head.status)
    }

    /// A response that makes no sense, as of something between us and the service.
    init(unreadable head: ResponseHead, of request: HTTPRequest, reason: String) {
        self.init(code: "UnreadableResponse", head: head, reason: reason)
        remedy = .retry(isThrottling: false, isSafe: false, cost: RetryBudget.retryCost)
        mayHaveTakenEffect = request.mayHaveHadEffect(status: head.status)
    }

    init(tooLong head: ResponseHead, of request: HTTPRequest) {
        self.init(
            code: "ResponseTooLong", head: head, reason: "it is longer than such responses are")
        mayHaveTakenEffect = request.mayHaveHadEffect(status: head.status)
    }

    /// An error that the service tells of.
    ///
    /// - Parameters:
    ///   - head: with status 200 where a success turned out to be an error after its headers were sent.
    ///   - now: by the machine's clock.
    init(_ body: AWSErrorBody, _ head: ResponseHead, of request: HTTPRequest, now: Date) {
        let status = head.status
        self.init(code: body.code ?? "HTTP\(status)", head: head)
        self.body = body
        let serviceTime = head.time
        retryAfter = Self.retryAfter(head.headers["retry-after"], serviceTime ?? now)
        // Answers to HEAD have no body that could tell what is wrong.
        let isSilent = request.method == "HEAD" && body.code == nil
        if Self.throttlingCodes.contains(code) || status == 429 {
            remedy = .retry(isThrottling: true, isSafe: true, cost: RetryBudget.retryCost)
        } else if Self.transientCodes.contains(code) || status >= 500,
            status != 501
        {
            let isTimeout = code.hasPrefix("RequestTimeout")
            remedy = .retry(
                isThrottling: false, isSafe: false,
                cost: isTimeout ? RetryBudget.timeoutCost : RetryBudget.retryCost)
            mayHaveTakenEffect = request.mayHaveHadEffect(status: status)
        } else if Self.expiredCodes.contains(code) || isSilent && status == 400 {
            remedy = .renewCredentials
        } else if Self.skewCodes.contains(code) || isSilent && status == 403, let serviceTime {
            remedy = .correctClock(serviceTime: serviceTime)
        }
        if body.region != nil, status == 301 || status == 307 || status == 400 {
            reason = "the region asked is not the bucket's"
        }
    }

    /// A number of seconds, or a date (RFC 9110, section 10.2.3).
    private static func retryAfter(_ header: String?, _ now: Date) -> Duration? {
        guard let header else { return nil }
        if let seconds = ServiceNumber.number(header, upTo: .max) {
            return .seconds(min(seconds, 86400))
        }
        guard let date = ServiceTime.date(ofHeader: header) else { return nil }
        return .seconds(min(max(date.timeIntervalSince(now), 0), 86400))
    }

    /// `LimitExceededException` is not among them: CloudWatch Logs means by it that another export task
    /// runs, which may take hours. `OperationAbortedException` is: another request stood in the way, and
    /// nothing was done.
    private static let throttlingCodes: Set<String> = [
        "BandwidthLimitExceeded", "OperationAbortedException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
        "ThrottlingException", "TooManyRequestsException", "TransactionInProgressException",
    ]
    /// `ConditionalRequestConflict` is not among them: what the condition is about may have changed, and
    /// an upload in parts that meets it is not completed any more.
    private static let transientCodes: Set<String> = [
        "IDPCommunicationError", "InternalError", "InternalFailure", "InternalServerError",
        "InternalServerException", "OperationAborted", "RequestTimeout",
        "RequestTimeoutException", "ServiceUnavailable", "ServiceUnavailableException",
    ]
    private static let expiredCodes: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired",
    ]
    private static let skewCodes: Set<String> = [
        "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture",
        "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    ]
}
