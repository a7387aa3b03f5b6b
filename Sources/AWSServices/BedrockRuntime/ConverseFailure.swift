/// Why a call of a model has no answer, or not all of it, and whether it can have been billed.
package struct ConverseFailure: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// Bedrock refused the request as it is: 400, 403, 404 and the like.
        case refused
        /// Bedrock takes no more for now, and attempts at it are used up.
        case throttled
        /// Nothing could be asked: no connection, no credentials, 503.
        case unavailable
        /// The deadline came before anything was sent, or while waiting to try again.
        case outOfTime
        /// The model took too long after the request was sent.
        case timedOut
        /// The connection broke, or what came is damaged.
        case broken
        /// Bedrock told of a failure after it had taken the call.
        case failed
        /// The answer ended before its usage.
        case endedBeforeUsage
        /// The usage came, but no counts that can be.
        case unreadableUsage
        /// The task was cancelled after the request was sent.
        case cancelled
    }

    package var kind: Kind
    /// Bedrock's code, or one of ours; nothing of what was sent or answered.
    package var code: String
    /// The HTTP status; nil if nothing answered, or what failed came after it.
    package var status: Int?
    /// Bedrock's id of the call, if it was told.
    package var requestID: String?
    /// After what time Bedrock asks to be asked again.
    package var retryAfter: Duration?

    package init(
        _ kind: Kind, code: String, status: Int? = nil, requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.code = code
        self.status = status
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// Whether Bedrock may charge for the call although its usage is not known.
    package var mayBeBilled: Bool {
        switch kind {
        case .refused, .throttled, .unavailable, .outOfTime: false
        case .timedOut, .broken, .failed, .endedBeforeUsage, .unreadableUsage, .cancelled: true
        }
    }

    /// An exception in the midst of a stream: tokens were made by then, whatever it says.
    init(exception: String) {
        self.init(.failed, code: ServiceText.shown(exception))
    }

    /// What an error of the last attempt comes to. Attempts before it were only made anew if they cannot have
    /// been billed.
    init(_ error: AWSError) {
        self.init(
            Self.kind(of: error), code: error.code, status: error.status,
            requestID: error.requestID, retryAfter: error.retryAfter)
    }

    private static func kind(of error: AWSError) -> Kind {
        if error.isThrottling || error.status == 429 {
            return error.isOutOfTime ? .outOfTime : .throttled
        }
        switch error.status {
        case nil:
            switch error.code {
            case "ConnectionFailed", "UnsendableRequest":
                return error.isOutOfTime ? .outOfTime : .unavailable
            case "TimedOut": return .timedOut
            default: return .broken
            }
        case let status? where status < 300: return .broken
        case 408?, 504?: return .timedOut
        case 424?: return .failed
        case 503?: return error.isOutOfTime ? .outOfTime : .unavailable
        case let status? where status < 500: return .refused
        default: return .failed
        }
    }
}

extension ConverseFailure: CustomStringConvertible {
    package var description: String {
        var text = "bedrock-runtime ConverseStream: \(code)"
        if let status { text += ", HTTP status \(status)" }
        if let requestID { text += ", request id \(requestID)" }
        return text
    }
}
