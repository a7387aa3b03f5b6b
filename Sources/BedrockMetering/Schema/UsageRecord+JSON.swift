/// In JSON, a record is a usage line: its keys are the names of ``UsageSchema/columns``. What is decoded here is
/// taken as it is; ``UsageRecordDecoder`` judges lines that others have written.
extension UsageRecord: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ field: UsageSchema.Field) { stringValue = UsageSchema.column(field).name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func count(_ field: UsageSchema.Field) throws -> Int64 {
            try container.decodeIfPresent(Int64.self, forKey: Key(field)) ?? 0
        }
        let event = try container.decodeIfPresent(String.self, forKey: Key(.eventType))
        guard event == nil || event == Self.eventType else {
            throw DecodingError.dataCorruptedError(
                forKey: Key(.eventType), in: container, debugDescription: "an event of another type"
            )
        }
        self.init(
            time: try container.decode(EventTime.self, forKey: Key(.timestamp)),
            tenant: try container.decode(TenantID.self, forKey: Key(.tenant)),
            user: try container.decode(UserID.self, forKey: Key(.user)),
            model: try container.decode(ModelID.self, forKey: Key(.model)),
            tokens: TokenCounts(
                input: try container.decode(Int64.self, forKey: Key(.inputTokens)),
                output: try container.decode(Int64.self, forKey: Key(.outputTokens)),
                cacheRead: try count(.cacheReadTokens), cacheWrite: try count(.cacheWriteTokens),
                total: try container.decode(Int64.self, forKey: Key(.totalTokens))),
            request: try container.decodeIfPresent(RequestID.self, forKey: Key(.request)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: Key(.timestamp))
        try container.encode(tenant, forKey: Key(.tenant))
        try container.encode(user, forKey: Key(.user))
        try container.encode(model, forKey: Key(.model))
        try container.encode(tokens.input, forKey: Key(.inputTokens))
        try container.encode(tokens.output, forKey: Key(.outputTokens))
        try container.encode(tokens.total, forKey: Key(.totalTokens))
        try container.encode(Self.eventType, forKey: Key(.eventType))
        try container.encodeIfPresent(request, forKey: Key(.request))
        try container.encode(tokens.cacheRead, forKey: Key(.cacheReadTokens))
        try container.encode(tokens.cacheWrite, forKey: Key(.cacheWriteTokens))
    }
}
