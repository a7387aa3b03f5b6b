/// One metered model call.
///
/// Decoded records have counts of 0 or more and a time from 2020 to 2050. Records that a caller makes are
/// not checked: whatever their time, they are kept, ordered and counted by it, and negative counts add up
/// as numbers do.
public struct UsageRecord: Sendable, Hashable {
    /// When the call was made, in UTC.
    public var time: EventTime
    public var tenant: TenantID
    public var user: UserID
    public var model: ModelID
    public var tokens: TokenCounts
    /// Bedrock's request id, nil where the producer did not log one.
    public var request: RequestID?

    public init(
        time: EventTime,
        tenant: TenantID,
        user: UserID,
        model: ModelID,
        tokens: TokenCounts,
        request: RequestID? = nil
    ) {
        self.time = time
        self.tenant = tenant
        self.user = user
        self.model = model
        self.tokens = tokens
        self.request = request
    }

    /// The value of `event_type` that makes a line a usage line.
    public static let eventType = "bedrock_token_usage"
}
