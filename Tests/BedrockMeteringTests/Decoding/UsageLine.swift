import BedrockMetering
import Foundation

/// A usage line as a producer writes it, to be varied member by member.
struct UsageLine {
    /// Keys and values, both as JSON text; a key without its quotes.
    var members: [(key: String, value: String)]

    /// The usual line; `input` tells it from others.
    init(input: Int = 10) {
        members = [
            ("timestamp", #""2025-12-07T01:23:45.678901""#),
            ("tenant_id", #""globex""#),
            ("user_id", #""u-1""#),
            ("model_id", #""amazon.nova-lite-v1:0""#),
            ("input_tokens", "\(input)"),
            ("output_tokens", "20"),
            ("total_tokens", "\(input + 20)"),
            ("event_type", #""bedrock_token_usage""#),
        ]
    }

    /// The line with another value, given as JSON, of a key that it may not have had.
    func with(_ key: String, _ value: String) -> UsageLine {
        var line = self
        if let index = members.firstIndex(where: { $0.key == key }) {
            line.members[index].value = value
        } else {
            line.members.append((key, value))
        }
        return line
    }

    func without(_ key: String) -> UsageLine {
        var line = self
        line.members.removeAll { $0.key == key }
        return line
    }

    /// The line with one more member at its end, whatever keys it has.
    func adding(_ key: String, _ value: String) -> UsageLine {
        var line = self
        line.members.append((key, value))
        return line
    }

    func reversed() -> UsageLine {
        var line = self
        line.members.reverse()
        return line
    }

    var json: String { json(pretty: false) }
    var pretty: String { json(pretty: true) }

    private func json(pretty: Bool) -> String {
        let texts = members.map { "\"\($0.key)\": \($0.value)" }
        return pretty
            ? "{\n  " + texts.joined(separator: ",\n  ") + "\n}"
            : "{" + texts.joined(separator: ", ") + "}"
    }

    /// What the usual line says.
    static func record(input: Int64 = 10) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: 1_765_070_625_678_901),
            tenant: "globex",
            user: "u-1",
            model: "amazon.nova-lite-v1:0",
            tokens: TokenCounts(input: input, output: 20, total: input + 20)
        )
    }

    /// Usual lines, told apart by their input tokens.
    static func lines(_ inputs: some Sequence<Int>) -> [String] {
        inputs.map { UsageLine(input: $0).json }
    }
}

/// The documents and lines in which log events are delivered.
enum Delivery {
    /// Milliseconds since 1970 of 2025-12-07T01:00:00Z.
    static let milliseconds = 1_765_069_200_000

    /// The timestamp of a document's event; of exported lines, the first one's.
    static func time(ofEvent index: Int = 0) -> EventTime {
        EventTime(microseconds: Int64(milliseconds + index) * 1000)
    }

    /// A line of an export task.
    static func exported(_ message: String, at stamp: String = "2025-12-07T01:00:00.000Z") -> String
    {
        "\(stamp) \(message)\n"
    }

    /// A document of a subscription, all of its keys in the usual order.
    static func document(
        _ messages: [String],
        type: String = "DATA_MESSAGE",
        typeIsLast: Bool = false
    ) -> String {
        let type = #""messageType":"\#(type)""#
        let middle =
            #""owner":"111111111111","logGroup":"usage","logStream":"a/b","#
            + #""subscriptionFilters":["all"],"logEvents":[\#(events(messages))]"#
        return "{" + (typeIsLast ? "\(middle),\(type)" : "\(type),\(middle)") + "}"
    }

    /// The elements of `logEvents`.
    static func events(_ messages: [String]) -> String {
        messages.enumerated().map { index, message in
            #"{"id":"3195310660696698337880902507980421114328961542429822\#(1568 + index)","#
                + #""timestamp":\#(milliseconds + index),"message":\#(json(message))}"#
        }
        .joined(separator: ",")
    }

    /// A JSON string, escaped as little as may be.
    static func json(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": json += "\\\(scalar)"
            case "\n": json += "\\n"
            case "\t": json += "\\t"
            case "\r": json += "\\r"
            case "\0"..<" ": json += String(format: "\\u%04x", scalar.value)
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }

    /// A Lambda event whose data is `payload`.
    static func lambdaEvent(_ payload: [UInt8]) -> String {
        #"{"awslogs": {"data": "\#(Data(payload).base64EncodedString())"}}"#
    }

    /// A Firehose event, one record for each payload.
    static func firehoseEvent(_ payloads: [[UInt8]]) -> String {
        let records = payloads.map { #"{"data": "\#(Data($0).base64EncodedString())"}"# }
        return #"{"records": [\#(records.joined(separator: ","))]}"#
    }
}
