/// The line that a producer logs for one model call, as the decoder reads it.
///
/// Its bytes follow from its fields alone. A line that is made again from the same fields, after a crash or
/// a lost reply, is a duplicate that the lake drops, and never a conflict.
///
/// ```swift
/// let line = UsageLine(
///     UsageRecord(
///         time: EventTime(microseconds: 1_765_070_625_678_901), tenant: "acme", user: "u-1",
///         model: "anthropic.claude-3-haiku-20240307-v1:0",
///         tokens: TokenCounts(input: 10, output: 20, total: 30), request: "5f2b…"),
///     region: "us-east-1")
/// ```
public struct UsageLine: Sendable, Hashable {
    /// The columns of the lake's table.
    public let record: UsageRecord
    /// The part of the tokens written to the prompt cache that is kept there for an hour.
    public let oneHourCacheWrite: Int64
    /// The tier that served the call: `default`, `flex`, `priority` or `reserved`.
    public let serviceTier: String?
    /// The AWS region that was called.
    public let region: String?
    /// The producer's own id of the call, which it also gave to Bedrock.
    public let callID: String?
    /// Why the model stopped, in Bedrock's word.
    public let stopReason: String?
    /// Whether the client had hung up before the answer was whole.
    public let clientDisconnected: Bool

    /// The line of a record; nil if the decoder would reject it.
    ///
    /// That is: an empty tenant or model, a name over ``maximumNameSize``, a time outside 2020 to 2050, a
    /// negative count, or more tokens kept for an hour than were written to the cache.
    public init?(
        _ record: UsageRecord, oneHourCacheWrite: Int64 = 0, serviceTier: String? = nil,
        region: String? = nil, callID: String? = nil, stopReason: String? = nil,
        clientDisconnected: Bool = false
    ) {
        let names = [
            record.tenant.rawValue, record.user.rawValue, record.model.rawValue,
            record.request?.rawValue ?? "",
        ]
        guard !record.tenant.rawValue.isEmpty, !record.model.rawValue.isEmpty,
            names.allSatisfy({ $0.utf8.count <= Self.maximumNameSize }),
            UsageDay.years.contains(record.time.day.civil.year), record.tokens.isSound,
            (0...record.tokens.cacheWrite).contains(oneHourCacheWrite)
        else { return nil }
        self.record = record
        self.oneHourCacheWrite = oneHourCacheWrite
        self.serviceTier = serviceTier
        self.region = region
        self.callID = callID
        self.stopReason = stopReason
        self.clientDisconnected = clientDisconnected
    }

    /// What a tenant, user, model or request id may have at most, in bytes of UTF-8; the decoder takes as
    /// many unless it is told otherwise.
    public static let maximumNameSize = 4 << 10

    /// The line as one JSON object in UTF-8, without a line feed.
    ///
    /// The eight keys of the public sample come first, in its order; a field that is nil has no key.
    public var bytes: [UInt8] {
        var line = columns
        func append(_ name: String, _ json: String) { line += ",\"\(name)\":\(json)".utf8 }
        append("cache_write_1h_input_tokens", String(oneHourCacheWrite))
        for (name, text) in [
            ("service_tier", serviceTier), ("region", region), ("call_id", callID),
            ("stop_reason", stopReason),
        ] {
            if let text { append(name, JSONText.quoted(text)) }
        }
        if clientDisconnected { append("client_disconnected", "true") }
        line.append(UInt8(ascii: "}"))
        return line
    }

    /// The columns as the lines of a lake have them, without the brace at the end.
    private var columns: [UInt8] {
        var text: [UInt8] = []
        var names: [Range<Int>] = []
        for name in [
            record.tenant.rawValue, record.user.rawValue, record.model.rawValue,
            record.request?.rawValue ?? "",
        ] {
            names.append(text.count..<text.count + name.utf8.count)
            text += name.utf8
        }
        text += [UInt8](repeating: 0, count: ByteScan.padding)
        var encoder = UsageLineEncoder()
        text.withUnsafeBytes { bytes in
            func name(_ index: Int) -> PaddedText {
                PaddedText(
                    text: bytes, start: names[index].lowerBound, size: names[index].count)
            }
            encoder.append(
                time: record.time.microseconds, tokens: record.tokens, tenant: name(0),
                user: name(1), model: name(2),
                request: record.request == nil ? .none : .name(name(3)))
        }
        return encoder.take().withBytes { Array($0.dropLast("}\n".utf8.count)) }
    }
}
