import BedrockMetering

/// One model call as the tests know it, and the row that it becomes in a day file.
///
/// Names are bytes, since equal strings may have different ones.
struct UsageCall: Hashable {
    var day = "2025-12-07"
    /// Microseconds since the start of the day.
    var time = 5_025_678_901
    var tenant = Array("acme".utf8)
    var user = Array("u1".utf8)
    var model = Array("haiku".utf8)
    var input = 10
    var output = 5
    var total = 15
    var request: [UInt8]?
    var cacheRead = 0
    var cacheWrite = 0

    /// `2025-12-07T01:23:45.678901Z`.
    var timestamp: String { "\(day)T\(clock(digits: 6))Z" }

    /// The time of day with so many digits of a second.
    func clock(digits: Int) -> String {
        let seconds = time / 1_000_000
        let whole = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }
            .joined(separator: ":")
        guard digits > 0 else { return whole }
        return whole + "." + Self.padded(time % 1_000_000, 6).prefix(digits)
    }

    /// Milliseconds since 1970.
    var milliseconds: Int64 {
        let start = UsageDay(day)?.start.microseconds ?? 0
        return (start + Int64(time)) / 1000
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The line of the call in a day file.
    var row: String {
        var row = "{\"timestamp\":\"\(timestamp)\",\"tenant_id\":\(JSONName.plain(tenant))"
        row += ",\"user_id\":\(JSONName.plain(user)),\"model_id\":\(JSONName.plain(model))"
        row += ",\"input_tokens\":\(input),\"output_tokens\":\(output),\"total_tokens\":\(total)"
        row += ",\"event_type\":\"bedrock_token_usage\""
        if let request { row += ",\"request_id\":\(JSONName.plain(request))" }
        row += ",\"cache_read_input_tokens\":\(cacheRead)"
        row += ",\"cache_write_input_tokens\":\(cacheWrite)}\n"
        return row
    }
}

extension UsageCall: Comparable {
    /// All columns in the order of a day file, as texts that sort like them.
    private var sortKeys: [[UInt8]] {
        func number(_ number: Int) -> [UInt8] { Array(Self.padded(number, 20).utf8) }
        return [
            Array(timestamp.utf8), tenant, user, model, number(input), number(output),
            number(total), request ?? [], number(cacheRead), number(cacheWrite),
        ]
    }

    /// Whether `other` is an earlier snapshot of this version of a call.
    func dominates(_ other: UsageCall) -> Bool {
        func counts(_ call: UsageCall) -> [Int] {
            [call.input, call.output, call.cacheRead, call.cacheWrite, call.total]
        }
        return model == other.model && counts(self) != counts(other)
            && zip(counts(self), counts(other)).allSatisfy { $0 >= $1 }
    }

    /// Whether this is the version of a call that stays: the larger one, else the one that sorts first.
    func prevails(over other: UsageCall) -> Bool {
        func size(_ call: UsageCall) -> [Int] {
            [call.input + call.output + call.cacheRead + call.cacheWrite, call.total]
        }
        return size(self) == size(other)
            ? self < other : size(other).lexicographicallyPrecedes(size(self))
    }

    static func < (left: Self, right: Self) -> Bool {
        for (one, other) in zip(left.sortKeys, right.sortKeys) where one != other {
            return one.lexicographicallyPrecedes(other)
        }
        return false
    }
}

/// What a lake should hold after calls were logged, by a plain dictionary.
struct ExpectedLake {
    private struct Identity: Hashable {
        var tenant: [UInt8]
        var request: [UInt8]?
        var day: String
        var call: UsageCall?
    }

    private var calls: [Identity: UsageCall] = [:]

    init(_ calls: some Sequence<UsageCall>) {
        for call in calls {
            let identity = Identity(
                tenant: call.tenant,
                request: call.request,
                day: call.day,
                call: call.request == nil ? call : nil
            )
            let known = self.calls[identity] ?? call
            self.calls[identity] = call.prevails(over: known) ? call : known
        }
    }

    var rows: Int { calls.count }

    /// The text of each day's file, by the file's path in the lake.
    var days: [String: String] {
        Dictionary(grouping: calls.values, by: \.day).reduce(into: [:]) { days, entry in
            let (day, calls) = entry
            days[LakeContents.path(ofDay: day)] = calls.sorted().map(\.row).joined()
        }
    }
}

/// Names as JSON strings.
enum JSONName {
    /// As a day file has them: only quotes, backslashes and control characters are escaped.
    static func plain(_ bytes: [UInt8]) -> String {
        quoted(bytes) { $0.value < 0x20 ? nil : String($0) }
    }

    /// As a producer that writes ASCII only has them.
    static func ascii(_ bytes: [UInt8]) -> String {
        quoted(bytes) { scalar in
            if (0x20..<0x7f).contains(scalar.value) { return String(scalar) }
            return String(scalar).utf16.map { "\\u" + hexadecimal(UInt32($0)) }.joined()
        }
    }

    private static func quoted(
        _ bytes: [UInt8],
        _ text: (Unicode.Scalar) -> String?
    ) -> String {
        var quoted = "\""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: quoted += text(scalar) ?? "\\u" + hexadecimal(scalar.value)
            }
        }
        return quoted + "\""
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
