import BedrockMetering
import Foundation

/// Decides a line by other means than the decoder's: Foundation's parser and calendar.
///
/// Foundation differs from the decoder in what is known: it guesses UTF-16 from zero bytes, takes
/// one of two equal keys, and reads large or long numbers as floating point. Such lines are left
/// undecided, in whole or in the value.
struct JSONOracle {
    enum Verdict: Equatable {
        case record(UsageRecord)
        /// A record, one of whose counts Foundation cannot tell exactly.
        case someRecord
        case rejected
        case foreign
        /// Foreign or rejected.
        case noRecord
        /// Rejected, or usage was found behind other text.
        case notForeign
        case undecided
    }

    let line: [UInt8]

    var verdict: Verdict {
        let text = String(decoding: line, as: UTF8.self)
        guard !line.contains(0) else { return .undecided }
        let mentionsUsage = text.contains("bedrock_token_usage")
        guard
            let value = try? JSONSerialization.jsonObject(
                with: Data(line),
                options: .fragmentsAllowed
            )
        else { return mentionsUsage ? .notForeign : .noRecord }
        guard let object = value as? [String: Any] else {
            return mentionsUsage ? .notForeign : .foreign
        }
        guard !UsageSchema.columns.contains(where: { isRepeated($0.name, in: text) }) else {
            return .undecided
        }
        guard object["event_type"] as? String == UsageRecord.eventType else {
            return other(object, mentionsUsage: mentionsUsage)
        }
        return record(object)
    }

    /// An object that does not say that it is usage.
    private func other(_ object: [String: Any], mentionsUsage: Bool) -> Verdict {
        let letters = (object["event_type"] as? String)?.lowercased().filter {
            $0.isLetter || $0.isNumber
        }
        guard letters == nil || letters == "bedrocktokenusage" else {
            return mentionsUsage ? .undecided : .foreign
        }
        let hasTokens = object["input_tokens"] != nil || object["output_tokens"] != nil
        let hasFields = object["tenant_id"] != nil && object["model_id"] != nil && hasTokens
        return hasFields || mentionsUsage ? .rejected : .foreign
    }

    /// Whether a key may come twice, in any spelling.
    private func isRepeated(_ name: String, in text: String) -> Bool {
        let plain = text.replacing("\\u005f", with: "_").replacing("\\u005F", with: "_")
        return plain.ranges(of: "\"\(name)\"").count > 1
    }

    private func record(_ object: [String: Any]) -> Verdict {
        func name(_ key: String) -> String? { object[key] as? String }
        func count(_ key: String, required: Bool) -> Count {
            let value = object[key] ?? NSNull()
            if value is NSNull { return required ? .unsound : .exact(0) }
            return Count(value)
        }
        let isNull = object["request_id"] == nil || object["request_id"] is NSNull
        guard
            let tenant = name("tenant_id"), !tenant.isEmpty, let user = name("user_id"),
            let model = name("model_id"), !model.isEmpty, isNull || name("request_id") != nil,
            let time = name("timestamp").flatMap(Self.microseconds)
        else { return .rejected }
        let counts = [
            count("input_tokens", required: true), count("output_tokens", required: true),
            count("cache_read_input_tokens", required: false),
            count("cache_write_input_tokens", required: false),
        ]
        let total = count("total_tokens", required: false)
        guard !(counts + [total]).contains(.unsound) else { return .rejected }
        let values = (counts + [total]).compactMap(\.value)
        guard values.count == 5 else { return .someRecord }
        var tokens = TokenCounts(
            input: values[0],
            output: values[1],
            cacheRead: values[2],
            cacheWrite: values[3],
            total: values[4]
        )
        if object["total_tokens"] == nil || object["total_tokens"] is NSNull {
            var sum: Int64 = 0
            for value in values[..<4] {
                let (next, overflow) = sum.addingReportingOverflow(value)
                guard !overflow else { return .rejected }
                sum = next
            }
            tokens.total = sum
        }
        let request = name("request_id").flatMap { $0.isEmpty ? nil : RequestID($0) }
        return .record(
            UsageRecord(
                time: EventTime(microseconds: time),
                tenant: TenantID(tenant),
                user: UserID(user),
                model: ModelID(model),
                tokens: tokens,
                request: request
            )
        )
    }

    /// Microseconds since 1970 of an ISO 8601 text, nil where it is none of 2020 to 2050.
    static func microseconds(_ text: String) -> Int64? {
        let format =
            /([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]{1,9}))?(?:[Zz]|([+\-])([0-9]{2}):?([0-9]{2})?)?/
        guard let match = try? format.wholeMatch(in: text) else { return nil }
        func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let components = DateComponents(
            calendar: calendar,
            year: number(match.1),
            month: number(match.2),
            day: number(match.3),
            hour: number(match.4),
            minute: number(match.5),
            second: number(match.6)
        )
        guard components.isValidDate, let date = components.date else { return nil }
        let (hours, minutes) = (number(match.9), number(match.10))
        guard hours < 24, minutes < 60 else { return nil }
        let ahead = (hours * 60 + minutes) * (match.8 == "-" ? -60 : 60)
        let fraction = ((match.7 ?? "") + "000000").prefix(6)
        let seconds = Int64(date.timeIntervalSince1970.rounded()) - Int64(ahead)
        let start = UsageDay(year: 2020, month: 1, day: 1)?.start
        let end = UsageDay(year: 2050, month: 12, day: 31)?.end
        let time = EventTime(microseconds: seconds * 1_000_000 + Int64(number(fraction)))
        guard let start, let end, time >= start, time < end else { return nil }
        return time.microseconds
    }

    /// A count as Foundation reads it.
    private enum Count: Equatable {
        case exact(Int64)
        case large
        case unsound

        var value: Int64? {
            if case .exact(let value) = self { value } else { nil }
        }

        init(_ value: Any) {
            if let text = value as? String {
                let isNumber =
                    !text.isEmpty && text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
                guard
                    isNumber,
                    let number = try? JSONSerialization.jsonObject(
                        with: Data(text.utf8),
                        options: .fragmentsAllowed
                    ), !(number is String)
                else {
                    self = .unsound
                    return
                }
                self = Count(number)
                return
            }
            guard let number = value as? NSNumber, !Self.isBoolean(number) else {
                self = .unsound
                return
            }
            if let exact = Int64(number.stringValue) {
                self = exact < 0 ? .unsound : .exact(exact)
            } else {
                let double = number.doubleValue
                let isWhole = double == double.rounded() && double >= 0
                self = !isWhole ? .unsound : double < 1e15 ? .exact(Int64(double)) : .large
            }
        }

        private static func isBoolean(_ number: NSNumber) -> Bool {
            ["c", "B"].contains(String(cString: number.objCType))
        }
    }
}
