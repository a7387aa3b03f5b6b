/// What a model's answer comes in.
package enum ConverseEvent: Sendable, Hashable {
    /// A piece of text, of whichever block of the answer.
    case text(String)
    /// The model is through; the usage follows.
    case stop(reason: String)
    /// The last event.
    case usage(ConverseUsage)
}

/// What Bedrock says a call has used.
package struct ConverseUsage: Sendable, Hashable {
    /// Input tokens without cached ones.
    package var input: Int64
    package var output: Int64
    package var total: Int64
    package var cacheRead: Int64
    package var cacheWrite: Int64
    /// The part of ``cacheWrite`` that is kept for an hour.
    package var oneHourCacheWrite: Int64
    /// The tier that served the call, if it was told.
    package var serviceTier: String?

    package init(
        input: Int64, output: Int64, total: Int64, cacheRead: Int64 = 0, cacheWrite: Int64 = 0,
        oneHourCacheWrite: Int64 = 0, serviceTier: String? = nil
    ) {
        self.input = input
        self.output = output
        self.total = total
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.oneHourCacheWrite = oneHourCacheWrite
        self.serviceTier = serviceTier
    }
}

extension ConverseEvent {
    /// What a message of the stream says; nil if that is nothing of interest, as the beginning of a block is,
    /// or an event of a kind that came up later.
    ///
    /// - Throws: ``ConverseFailure`` if it tells of a failure, or cannot be read.
    static func event(_ message: EventStreamMessage) throws(ConverseFailure) -> ConverseEvent? {
        switch message.text(":message-type") {
        case "event": break
        case "exception":
            throw ConverseFailure(exception: message.text(":exception-type") ?? "exception")
        case "error": throw ConverseFailure(exception: message.text(":error-code") ?? "error")
        default: throw ConverseFailure(.broken, code: "UnknownMessageType")
        }
        switch message.text(":event-type") {
        case "contentBlockDelta":
            struct Delta: Decodable {
                struct Content: Decodable {
                    var text: String?
                }
                var delta: Content?
            }
            let text = try value(Delta.self, of: message).delta?.text ?? ""
            return text.isEmpty ? nil : .text(text)
        case "messageStop":
            struct Stop: Decodable {
                var stopReason: String?
            }
            return .stop(
                reason: ServiceText.shown(try value(Stop.self, of: message).stopReason ?? ""))
        case "metadata":
            guard let metadata = ServiceJSON.value(Metadata.self, of: message.payload),
                let usage = metadata.sound
            else { throw ConverseFailure(.unreadableUsage, code: "UnreadableUsage") }
            return .usage(usage)
        default: return nil
        }
    }

    private static func value<Value: Decodable>(
        _ type: Value.Type, of message: EventStreamMessage
    ) throws(ConverseFailure) -> Value {
        guard let value = ServiceJSON.value(type, of: message.payload) else {
            throw ConverseFailure(.broken, code: "UnreadableEvent")
        }
        return value
    }

    private struct Metadata: Decodable {
        struct Usage: Decodable {
            var inputTokens: ServiceInteger<TokenBounds>
            var outputTokens: ServiceInteger<TokenBounds>
            var totalTokens: ServiceInteger<TokenBounds>
            var cacheReadInputTokens: ServiceInteger<TokenBounds>?
            var cacheWriteInputTokens: ServiceInteger<TokenBounds>?
            var cacheDetails: [CacheDetail]?
        }
        struct CacheDetail: Decodable {
            var ttl: String
            var inputTokens: ServiceInteger<TokenBounds>
        }
        struct Tier: Decodable {
            var type: String?
        }
        var usage: Usage
        var serviceTier: Tier?

        /// The usage; nil if its parts contradict each other.
        var sound: ConverseUsage? {
            let cacheWrite = usage.cacheWriteInputTokens?.value ?? 0
            let oneHour = (usage.cacheDetails ?? []).filter { $0.ttl == "1h" }
                .map(\.inputTokens.value).reduce(0, +)
            guard oneHour <= cacheWrite else { return nil }
            return ConverseUsage(
                input: usage.inputTokens.value, output: usage.outputTokens.value,
                total: usage.totalTokens.value,
                cacheRead: usage.cacheReadInputTokens?.value ?? 0, cacheWrite: cacheWrite,
                oneHourCacheWrite: oneHour,
                serviceTier: serviceTier?.type.map { ServiceText.shown($0) })
        }
    }
}
