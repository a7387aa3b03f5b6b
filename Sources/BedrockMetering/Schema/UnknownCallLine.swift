/// The line that a producer logs for a model call that may have been billed, but whose usage never came.
///
/// It is no usage line, and has none of its counts: how much was used is told by Bedrock's own logs. Its
/// bytes follow from its fields alone, so that a call that is named twice is named by equal lines.
public struct UnknownCallLine: Sendable, Hashable {
    /// Why the usage of a call is not known.
    @nonexhaustive
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The process ended while the call ran.
        case killed
        /// Bedrock, or what lies between, took too long.
        case timeout
        /// Bedrock told of a failure after it had taken the call.
        case upstreamError = "upstream_error"
        /// The connection broke, or what came through it was damaged.
        case upstreamReset = "upstream_reset"
        /// The answer ended before the event that holds the usage.
        case endBeforeUsage = "end_before_usage"
        /// The usage came, but no counts that can be.
        case usageUnreadable = "usage_unreadable"
    }

    /// When the call was made.
    public var time: EventTime
    public var tenant: TenantID
    public var user: UserID
    public var model: ModelID
    /// The producer's own id of the call.
    public var callID: String
    public var reason: Reason
    /// Bedrock's id of the call, if it was told.
    public var request: RequestID?
    /// What the call was expected to use at most.
    public var estimatedInput: Int64
    public var estimatedOutput: Int64

    public init(
        time: EventTime, tenant: TenantID, user: UserID, model: ModelID, callID: String,
        reason: Reason, request: RequestID? = nil, estimatedInput: Int64, estimatedOutput: Int64
    ) {
        self.time = time
        self.tenant = tenant
        self.user = user
        self.model = model
        self.callID = callID
        self.reason = reason
        self.request = request
        self.estimatedInput = estimatedInput
        self.estimatedOutput = estimatedOutput
    }

    /// The value of `event_type` that tells such lines from others.
    public static let eventType = "bedrock_call_unknown"

    /// The line as one JSON object in UTF-8, without a line feed.
    public var bytes: [UInt8] {
        var members = [
            ("timestamp", JSONText.quoted(time.description)),
            ("event_type", JSONText.quoted(Self.eventType)),
            ("tenant_id", JSONText.quoted(tenant.rawValue)),
            ("user_id", JSONText.quoted(user.rawValue)),
            ("model_id", JSONText.quoted(model.rawValue)), ("call_id", JSONText.quoted(callID)),
            ("reason", JSONText.quoted(reason.rawValue)),
        ]
        if let request { members.append(("request_id", JSONText.quoted(request.rawValue))) }
        members.append(("estimated_input_tokens", String(estimatedInput)))
        members.append(("estimated_output_tokens", String(estimatedOutput)))
        return JSONText.line(members)
    }
}
