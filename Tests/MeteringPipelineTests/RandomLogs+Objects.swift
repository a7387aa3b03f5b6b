import Foundation

/// One event of a log group: a usage line, something else, or an unsound line.
struct LogEvent {
    /// What the lake should make of it; nil where that is nothing.
    var call: UsageCall?
    /// When it was logged.
    var logged = UsageCall()
    var message: String
    /// Whether the message leaves its time to the envelope.
    var needsEnvelope = false
}

/// The forms in which events come to be objects.
enum ObjectShape: CaseIterable {
    case exportTask, subscription, jsonLines, compressedLines, members, twiceCompressed

    var hasEnvelopes: Bool { self == .exportTask || self == .subscription }
}

extension RandomLogs {
    /// The events of `calls`, each logged at least once, among others that are no records.
    mutating func events(of calls: [UsageCall]) -> [LogEvent] {
        var events: [LogEvent] = []
        for call in calls {
            for _ in 0..<(chance(1, in: 5) ? 2 : 1) { events.append(event(of: call)) }
            if chance(1, in: 10) { events.append(foreignEvent()) }
            if chance(1, in: 40) { events.append(unsoundEvent()) }
        }
        return events
    }

    /// The bytes of an object that holds `events`, those without envelopes left out where the shape
    /// has none.
    mutating func object(_ events: [LogEvent], as shape: ObjectShape) -> [UInt8] {
        switch shape {
        case .exportTask:
            let lines = events.map {
                "\($0.logged.day)T\($0.logged.clock(digits: 3))Z \($0.message)\n"
            }
            return GzipData.compressed(lines.joined().utf8)
        case .subscription:
            let documents = deal(events, to: 3).map(Self.document).joined()
            return chance(1, in: 2) ? Array(documents.utf8) : GzipData.compressed(documents.utf8)
        case .jsonLines: return Array(Self.lines(events).utf8)
        case .compressedLines: return GzipData.compressed(Self.lines(events).utf8, level: 9)
        case .members:
            return deal(events, to: 4).flatMap { GzipData.compressed(Self.lines($0).utf8) }
        case .twiceCompressed:
            return GzipData.compressed(GzipData.compressed(Self.lines(events).utf8))
        }
    }

    /// Objects that hold all `events`, some of them twice, in any order and shape.
    mutating func objects(of events: [LogEvent], count: Int) -> [(name: String, bytes: [UInt8])] {
        let repeated = events.filter { _ in chance(1, in: 10) }
        var groups = deal(shuffle(events + repeated), to: count)
        let inEnvelopes = groups.flatMap { $0 }.filter(\.needsEnvelope)
        var objects: [(name: String, bytes: [UInt8])] = []
        for index in groups.indices {
            // The first object has envelopes, and takes every event that needs one.
            let shape = index == 0 ? .exportTask : element(of: ObjectShape.allCases)
            if index == 0 {
                groups[0] = groups[0].filter { !$0.needsEnvelope } + inEnvelopes
            } else {
                groups[index] = groups[index].filter { !$0.needsEnvelope || shape.hasEnvelopes }
            }
            let name = "\(element(of: ["a", "b/c", "b"]))/\(UsageCall.padded(index, 4))"
            objects.append((name, object(groups[index], as: shape)))
        }
        return objects
    }

    private static func lines(_ events: [LogEvent]) -> String {
        events.map { $0.message + "\n" }.joined()
    }

    private static func document(_ events: [LogEvent]) -> String {
        let elements = events.enumerated().map { index, event in
            "{\"id\":\"\(index)\",\"timestamp\":\(event.logged.milliseconds),"
                + "\"message\":\(JSONName.plain(Array(event.message.utf8)))}"
        }
        return "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"123456789012\",\"logGroup\":\"g\","
            + "\"logStream\":\"s\",\"subscriptionFilters\":[\"f\"],"
            + "\"logEvents\":[\(elements.joined(separator: ","))]}"
    }

    // MARK: Events

    private mutating func event(of call: UsageCall) -> LogEvent {
        let needsEnvelope = call.time % 1000 == 0 && chance(1, in: 6)
        let time = needsEnvelope ? nil : timestamp(of: call)
        return LogEvent(
            call: call,
            logged: call,
            message: message(of: call, time: time),
            needsEnvelope: needsEnvelope
        )
    }

    private mutating func timestamp(of call: UsageCall) -> String {
        let isWhole = call.time % 1_000_000 == 0
        let clock = call.clock(digits: isWhole && chance(1, in: 2) ? 0 : 6)
        return "\(call.day)T\(clock)" + element(of: ["", "Z", "+00:00", "-0000"])
    }

    private mutating func message(of call: UsageCall, time: String?) -> String {
        let isASCII = chance(1, in: 3)
        let name = { (bytes: [UInt8]) in isASCII ? JSONName.ascii(bytes) : JSONName.plain(bytes) }
        let parts = call.input + call.output + call.cacheRead + call.cacheWrite
        var members = [
            "tenant_id": name(call.tenant), "user_id": name(call.user),
            "model_id": name(call.model), "input_tokens": count(call.input),
            "output_tokens": count(call.output), "event_type": "\"bedrock_token_usage\"",
        ]
        if let time { members["timestamp"] = "\"\(time)\"" }
        if call.total != parts || chance(2, in: 3) { members["total_tokens"] = count(call.total) }
        if let request = call.request {
            members["request_id"] = name(request)
        } else if chance(1, in: 4) {
            members["request_id"] = "null"
        }
        if call.cacheRead > 0 { members["cache_read_input_tokens"] = count(call.cacheRead) }
        if call.cacheWrite > 0 { members["cache_write_input_tokens"] = count(call.cacheWrite) }
        if chance(1, in: 5) { members["region"] = "{\"name\": [\"ap-northeast-2\", null]}" }
        var keys = members.keys.sorted()
        if chance(1, in: 3) { keys = shuffle(keys) }
        let (comma, colon) = chance(1, in: 2) ? (", ", ": ") : (",", ":")
        let texts = keys.map { "\"\($0)\"\(colon)\(members[$0] ?? "")" }
        return "{" + texts.joined(separator: comma) + "}"
    }

    private mutating func count(_ count: Int) -> String {
        switch number(below: 12) {
        case 0: "\(count).0"
        case 1: "\"\(count)\""
        default: String(count)
        }
    }

    private mutating func foreignEvent() -> LogEvent {
        LogEvent(
            message: element(of: [
                "START RequestId: 1f0c Version: $LATEST", "END RequestId: 1f0c",
                "{\"event_type\": \"other\", \"tenant_id\": \"acme\"}", "[]x",
            ])
        )
    }

    private mutating func unsoundEvent() -> LogEvent {
        let call = call()
        let sound = UsageCall(tenant: call.tenant).row.dropLast()
        return LogEvent(
            message: element(of: [
                sound.replacingOccurrences(of: ":10,", with: ":-10,"),
                sound.replacingOccurrences(of: "2025-", with: "2019-"),
                sound.replacingOccurrences(of: "\"haiku\"", with: "null"),
                sound.replacingOccurrences(of: ":15,", with: ":1.5,"),
            ])
        )
    }
}
