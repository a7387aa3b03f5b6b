import BedrockMetering
import Foundation
import Testing

/// Lines that claim to be usage but are not sound, each with its reason and its place.
struct RejectionTests {
    struct Sample: CustomTestStringConvertible {
        let reason: RejectionReason
        let bytes: [UInt8]

        init(_ reason: RejectionReason, _ text: String) {
            self.init(reason, Array(text.utf8))
        }

        init(_ reason: RejectionReason, _ bytes: [UInt8]) {
            self.reason = reason
            self.bytes = bytes
        }

        var testDescription: String {
            "\(reason): \(String(decoding: bytes.prefix(60), as: UTF8.self))"
        }
    }

    static let line = UsageLine()
    static let samples = broken + strings + counts + times

    static let broken: [Sample] = [
        Sample(.notJSONObject, "recorded: " + line.json.replacing("\"", with: "'")),
        Sample(.notJSONObject, #"["event_type", "bedrock_token_usage"]"#),
        Sample(.notJSONObject, "bedrock_token_usage"),
        Sample(.malformedJSON, String(line.json.dropLast())),
        Sample(.malformedJSON, String(line.json.prefix(70))),
        Sample(.malformedJSON, line.json + "}"),
        Sample(.malformedJSON, line.json + " x"),
        Sample(.malformedJSON, line.json.replacing(": 20,", with: ": 20,,")),
        Sample(.malformedJSON, line.json.replacing(": 20,", with: ": 20")),
        Sample(.malformedJSON, line.with("output_tokens", "020").json),
        Sample(.malformedJSON, line.with("output_tokens", "20.").json),
        Sample(.malformedJSON, line.with("output_tokens", ".5").json),
        Sample(.malformedJSON, line.with("output_tokens", "+20").json),
        Sample(.malformedJSON, line.with("output_tokens", "0x14").json),
        Sample(.malformedJSON, line.with("output_tokens", "NaN").json),
        Sample(.malformedJSON, line.with("tenant_id", "\"a\tb\"").json),
        Sample(.malformedJSON, line.with("tenant_id", #""a\x""#).json),
        Sample(.malformedJSON, line.with("tenant_id", #""\u12g4""#).json),
        Sample(.malformedJSON, line.with("tenant_id", "'a'").json),
        Sample(.malformedJSON, line.adding("cached", "True").json),
        Sample(.malformedJSON, line.adding("list", "[1,]").json),
        Sample(.malformedJSON, line.adding("object", #"{"a" 1}"#).json),
        Sample(
            .nestedTooDeep,
            line.adding("a", nested(129)).json
        ),
        Sample(.invalidUTF8, bytes(replacing: "globex", with: [0xff])),
        Sample(.invalidUTF8, bytes(replacing: "globex", with: [0xc3])),
        Sample(.invalidUTF8, bytes(replacing: "globex", with: [0xc0, 0xaf])),
        Sample(.invalidUTF8, bytes(replacing: "globex", with: [0xed, 0xa0, 0x80])),
        Sample(.invalidUTF8, bytes(replacing: "globex", with: [0xf4, 0x90, 0x80, 0x80])),
        Sample(.invalidUTF8, bytes(replacing: "user_id", with: [0x80])),
        Sample(.loneSurrogate, line.with("tenant_id", #""\ud800""#).json),
        Sample(.loneSurrogate, line.with("tenant_id", #""\udc00\ud800""#).json),
        Sample(.loneSurrogate, line.with("tenant_id", #""\ud83dx""#).json),
        Sample(.loneSurrogate, line.with("tenant_id", #""\ud83d\n""#).json),
        Sample(.loneSurrogate, line.with("tenant_id", #""\ud83d\u0041""#).json),
        Sample(.loneSurrogate, line.adding("note", #"["\uDEAD"]"#).json),
    ]

    static let strings: [Sample] = [
        Sample(.missing(.tenant), line.without("tenant_id").json),
        Sample(.missing(.user), line.without("user_id").json),
        Sample(.missing(.model), line.without("model_id").json),
        Sample(.null(.tenant), line.with("tenant_id", "null").json),
        Sample(.null(.user), line.with("user_id", "null").json),
        Sample(.null(.model), line.with("model_id", "null").json),
        Sample(.wrongType(.tenant), line.with("tenant_id", "7").json),
        Sample(.wrongType(.user), line.with("user_id", "true").json),
        Sample(.wrongType(.model), line.with("model_id", #"["a"]"#).json),
        Sample(.wrongType(.request), line.with("request_id", "7").json),
        Sample(.empty(.tenant), line.with("tenant_id", #""""#).json),
        Sample(.empty(.model), line.with("model_id", #""""#).json),
        Sample(.duplicateKey(.tenant), line.adding("tenant_id", #""globex""#).json),
        Sample(.duplicateKey(.eventType), line.adding("event_type", #""other""#).json),
    ]

    static let counts: [Sample] = [
        Sample(.missing(.inputTokens), line.without("input_tokens").json),
        Sample(.missing(.outputTokens), line.without("output_tokens").json),
        Sample(.null(.inputTokens), line.with("input_tokens", "null").json),
        Sample(.null(.outputTokens), line.with("output_tokens", "null").json),
        Sample(.wrongType(.inputTokens), line.with("input_tokens", "true").json),
        Sample(.wrongType(.totalTokens), line.with("total_tokens", "{}").json),
        Sample(.negative(.outputTokens), line.with("output_tokens", "-1").json),
        Sample(.negative(.cacheReadTokens), line.with("cache_read_input_tokens", "-1").json),
        Sample(.fractional(.totalTokens), line.with("total_tokens", "30.5").json),
        Sample(.overflow(.inputTokens), line.with("input_tokens", "9223372036854775808").json),
        Sample(
            .overflow(.totalTokens),
            line.without("total_tokens").with("input_tokens", "9223372036854775807").json
        ),
    ]

    static let times: [Sample] = [
        Sample(.missing(.timestamp), line.without("timestamp").json),
        Sample(.missing(.timestamp), line.with("timestamp", "null").json),
        Sample(.wrongType(.timestamp), line.with("timestamp", "1765070625678").json),
        Sample(.unreadableTimestamp, line.with("timestamp", #""yesterday""#).json),
        Sample(.unreadableTimestamp, line.with("timestamp", #""2025-12-07T01:23:4\u0035""#).json),
        Sample(.timestampOutOfRange, line.with("timestamp", #""2019-12-31T23:59:59""#).json),
    ]

    static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    static func bytes(replacing text: String, with bytes: [UInt8]) -> [UInt8] {
        let parts = line.json.components(separatedBy: text)
        return Array(parts[0].utf8) + bytes + Array(parts[1].utf8)
    }

    @Test(arguments: samples)
    func `a rejected line is named with its reason, place and bytes`(sample: Sample) {
        let good = UsageLine(input: 1).json
        let object = Array((good + "\n").utf8) + sample.bytes + Array(("\n" + good + "\n").utf8)

        let outcome = Outcome(of: object)

        #expect(outcome.inputs == [1, 1])
        #expect(outcome.counts.foreign == 0)
        #expect(
            outcome.rejected == [
                RejectedLine(
                    number: 2,
                    byteOffset: good.utf8.count + 1,
                    reason: sample.reason,
                    bytes: sample.bytes
                )
            ]
        )
    }

    @Test(arguments: samples)
    func `a line of an export task is rejected alike, at the start of its line`(sample: Sample) {
        guard sample.reason != .missing(.timestamp) else { return }
        let good = Delivery.exported(UsageLine(input: 1).json)
        let header = "2025-12-07T01:00:00.000Z "
        let object = Array((good + header).utf8) + sample.bytes + Array(("\n" + good).utf8)

        let outcome = Outcome(of: object)

        #expect(outcome.inputs == [1, 1])
        #expect(outcome.counts.foreign == 0)
        #expect(
            outcome.rejected == [
                RejectedLine(
                    number: 2,
                    byteOffset: good.utf8.count,
                    reason: sample.reason,
                    time: Delivery.time(),
                    bytes: sample.bytes
                )
            ]
        )
    }

    @Test(arguments: samples)
    func `a message of a document is rejected alike, at its event`(sample: Sample) throws {
        guard sample.reason != .missing(.timestamp),
            let message = String(validating: sample.bytes, as: UTF8.self)
        else { return }
        let good = UsageLine(input: 1).json
        let document = Delivery.document([good, message, good])
        let first = try #require(document.utf8.firstRange(of: #"{"id""#.utf8))
        let rest = document.utf8[first.upperBound...]
        let second = try #require(rest.firstRange(of: #"{"id""#.utf8)).lowerBound

        let outcome = Outcome(of: "\n" + document)

        #expect(outcome.inputs == [1, 1])
        #expect(
            outcome.rejected == [
                RejectedLine(
                    number: 2,
                    byteOffset: 1 + document.utf8.distance(from: document.startIndex, to: second),
                    reason: sample.reason,
                    time: Delivery.time(ofEvent: 1),
                    bytes: sample.bytes
                )
            ]
        )
    }

    @Test func `messages never show what the line holds`() {
        for sample in Self.samples {
            let text = "\(sample.reason)"
            #expect(!text.contains("globex") && !text.contains("9223372036854775808"))
        }
    }
}
