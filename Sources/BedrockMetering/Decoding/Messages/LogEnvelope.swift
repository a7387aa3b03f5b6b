/// The documents in which CloudWatch Logs delivers events to subscribers.
///
/// See "Real-time processing of log data with subscriptions" in the CloudWatch Logs user guide. Key
/// order is not fixed, and a control message has the same form as a data message.
enum LogEnvelope {
    /// One element of `logEvents`.
    struct LogEvent {
        var message: JSONScanner.Value
        var id: JSONScanner.Value
        /// Microseconds since 1970; documents count milliseconds.
        var time: Int64?
    }

    /// Keys beside `logEvents`. There are others, such as the `policyLevel` of a subscription of a
    /// whole account.
    private static let headKeys = KeyNames([
        "messageType", "owner", "logGroup", "logStream", "subscriptionFilters",
    ])

    /// Where the first element of `logEvents` begins in the document at `start`; nil where the
    /// document is another one, or its array is not in sight.
    static func startOfLogEvents(_ text: RawSpan, from start: Int, to end: Int) -> Int? {
        var scanner = JSONScanner(from: start + 1, to: end)
        var isFirst = true
        var isCloudWatch = false
        repeat {
            guard let key = try? scanner.key(text) else { return nil }
            if isFirst || isCloudWatch, JSONString.equals(key, "logEvents", text) {
                return scanner.take(0x5b, text) ? scanner.offset : nil
            }
            if headKeys.contains(key, text) { isCloudWatch = true }
            guard isCloudWatch || !KeyNames.columns.contains(key, text) else { return nil }
            isFirst = false
            guard (try? scanner.value(text)) != nil else { return nil }
        } while scanner.take(0x2c, text)
        return nil
    }

    /// What the members of an object say of whether it is a log event.
    struct LogEventMembers {
        private var message: JSONScanner.Value?
        private var timestamp: JSONScanner.Value?
        private var id: JSONScanner.Value?
        /// A usage line may have such members of its own.
        private var hasEventType = false
        /// Whether there are members that no log event of CloudWatch has.
        private(set) var hasOthers = false

        /// Takes in a member; of several with one name, the first counts.
        mutating func note(_ key: JSONScanner.Value, _ value: JSONScanner.Value, _ text: RawSpan) {
            if JSONString.equals(key, "message", text) {
                message = message ?? value
            } else if JSONString.equals(key, "timestamp", text) {
                timestamp = timestamp ?? value
            } else if JSONString.equals(key, "id", text) {
                id = id ?? value
            } else if JSONString.equals(key, UsageSchema.column(.eventType).name, text) {
                hasEventType = true
            } else if value.kind == .string || value.kind == .container,
                // What a filter of the subscription has found in the message.
                !JSONString.equals(key, "extractedFields", text)
            {
                hasOthers = true
            }
        }

        /// The log event that an object with these members is, or nil where it is another one.
        func event(_ text: RawSpan) -> LogEvent? {
            guard let id, !hasEventType,
                let message, message.kind == .string,
                let timestamp, timestamp.kind == .number
            else { return nil }
            let milliseconds = try? TokenCountParser.parse(timestamp, text, of: .timestamp)
            let (time, overflow) = (milliseconds ?? 0).multipliedReportingOverflow(by: 1000)
            return LogEvent(
                message: message, id: id, time: milliseconds == nil || overflow ? nil : time
            )
        }
    }

    // MARK: Events that hold payloads

    /// Bytes of a document that holds payloads, which lies in so many of them itself: 16 MiB, and a quarter
    /// of that for each, so that they take bounded memory together. Lambda takes at most 6 MB.
    static func maximumPayloadSize(inside nesting: Int) -> Int { (16 << 20) >> (2 * nesting) }

    private static let payloadKeys = KeyNames([
        "awslogs", "records", "Records", "requestId", "invocationId", "attemptsMade", "rawData",
    ])

    /// Whether the document at `start` begins as one that holds payloads.
    static func mayHoldPayloads(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        var scanner = JSONScanner(from: start + 1, to: end)
        guard let key = try? scanner.key(text) else { return false }
        return payloadKeys.contains(key, text)
    }
}
