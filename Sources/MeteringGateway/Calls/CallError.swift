/// Why a call has no answer, as its client is told: a code and a few words, and nothing that Bedrock said.
package struct CallError: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case missingPrompt = "missing_prompt"
        case invalidPrompt = "invalid_prompt"
        case invalidRequest = "invalid_request"
        case invalidToken = "invalid_token"
        case tenantMissing = "tenant_missing"
        case modelForbidden = "model_forbidden"
        case tenantUnknown = "tenant_unknown"
        case modelNotFound = "model_not_found"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case bodyTooLarge = "body_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case rateLimited = "rate_limited"
        case budgetExceeded = "budget_exceeded"
        case tooManyCalls = "too_many_calls"
        case upstreamThrottled = "upstream_throttled"
        case upstreamFailed = "upstream_failed"
        case usageUnrecorded = "usage_unrecorded"
        case limitsUnavailable = "limits_unavailable"
        case keysUnavailable = "keys_unavailable"
        case overloaded
        case upstreamTimeout = "upstream_timeout"

        /// The HTTP status.
        package var status: Int {
            switch self {
            case .invalidJSON, .missingPrompt, .invalidPrompt, .invalidRequest: 400
            case .invalidToken, .tenantMissing: 401
            case .modelForbidden, .tenantUnknown: 403
            case .modelNotFound, .notFound: 404
            case .methodNotAllowed: 405
            case .bodyTooLarge: 413
            case .unsupportedMediaType: 415
            case .rateLimited, .budgetExceeded, .tooManyCalls, .upstreamThrottled: 429
            case .upstreamFailed: 502
            case .usageUnrecorded, .limitsUnavailable, .keysUnavailable, .overloaded: 503
            case .upstreamTimeout: 504
            }
        }

        fileprivate var message: String {
            switch self {
            case .invalidJSON: "The body is no JSON object"
            case .missingPrompt: "Missing prompt"
            case .invalidPrompt: "The prompt must be text, and not blank"
            case .invalidRequest: "The request cannot be answered as it is"
            case .invalidToken: "Missing or invalid token"
            case .tenantMissing: "Missing user or tenant information"
            case .modelForbidden: "This model is not open to you"
            case .tenantUnknown: "This tenant is not known here"
            case .modelNotFound: "There is no such model"
            case .notFound: "There is nothing here"
            case .methodNotAllowed: "This method is not taken here"
            case .bodyTooLarge: "The body is too large"
            case .unsupportedMediaType: "The body must be application/json"
            case .rateLimited: "Too many requests in this minute"
            case .budgetExceeded: "The tokens of this period are used up, or would be"
            case .tooManyCalls: "Too many calls at once"
            case .upstreamThrottled: "The model takes no more calls for now"
            case .upstreamFailed: "The model did not answer"
            case .usageUnrecorded: "The call's usage could not be recorded"
            case .limitsUnavailable: "The limits of this tenant could not be looked up"
            case .keysUnavailable: "Tokens cannot be verified for now"
            case .overloaded: "Too many calls for now"
            case .upstreamTimeout: "The model took too long"
            }
        }
    }

    package let code: Code
    package let message: String
    /// After how many seconds another try may go better.
    package let retryAfterSeconds: Int?
    /// The field of the request that is wrong.
    package let field: String?

    package init(
        _ code: Code, _ message: String? = nil, field: String? = nil, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message ?? code.message
        self.field = field
        self.retryAfterSeconds = retryAfterSeconds
    }

    package init(_ failure: AuthenticationFailure) {
        switch failure {
        case .invalidToken: self.init(Code.invalidToken)
        case .tenantMissing: self.init(Code.tenantMissing)
        case .keysUnavailable: self.init(Code.keysUnavailable, retryAfterSeconds: 10)
        }
    }
}
