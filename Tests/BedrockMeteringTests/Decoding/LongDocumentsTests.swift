import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Documents that wrap more lines than an event may have bytes.
struct LongDocumentsTests {
    /// Ways to wrap many messages in one document.
    static let shapes: [(name: String, wrap: @Sendable ([String]) -> String)] = [
        ("an array of lines", { "[" + $0.joined(separator: ",") + "]" }),
        ("an array with spaces", { "[ " + $0.joined(separator: " , ") + " ]" }),
        ("an array of texts", { "[" + $0.map { Delivery.json($0) }.joined(separator: ",") + "]" }),
        ("a dump of events, in one line", { dump($0, pretty: false) }),
        ("a dump of events, over many lines", { dump($0, pretty: true) }),
        ("OTLP", { otlp($0) }),
        (
            "records under a key that comes late",
            { #"{"a":{"b":[1]},"n":2,"Records":[\#($0.joined(separator: ","))]}"# }
        ),
        ("an array in an array", { "[[1],[" + $0.joined(separator: ",") + "]]" }),
    ]

    private static func dump(_ messages: [String], pretty: Bool) -> String {
        let gap = pretty ? "\n    " : ""
        let events = messages.enumerated().map { index, message in
            #"{\#(gap)"logStreamName": "s",\#(gap)"timestamp": \#(Delivery.milliseconds + index),"#
                + #"\#(gap)"message": \#(Delivery.json(message)),\#(gap)"eventId": "\#(index)"\#(gap)}"#
        }
        return #"{\#(gap)"events": [\#(gap)\#(events.joined(separator: ",\(gap)"))\#(gap)],"#
            + #"\#(gap)"searchedLogStreams": [],\#(gap)"nextToken": "x"}"#
    }

    private static func otlp(_ messages: [String]) -> String {
        let records = messages.map {
            #"{"timeUnixNano":"1765069200000000000","body":{"stringValue":\#(Delivery.json($0))}}"#
        }
        return
            #"{"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"scope":{},"logRecords":"#
            + "[" + records.joined(separator: ",") + "]}]}]}"
    }

    private static let limits = DecodingLimits(maximumLineSize: 700)

    private static let messages = (1...40).map { index in
        index % 9 == 0
            ? UsageLine(input: index).with("output_tokens", "-1").json
            : index % 7 == 0
                ? #"{"event_type": "login", "n": \#(index)}"# : UsageLine(input: index).json
    }

    @Test(arguments: shapes.indices)
    func `each line is taken as if the document were short`(index: Int) {
        let text = Self.shapes[index].wrap(Self.messages)
        let whole = Outcome(of: text)
        #expect(whole.records.count == 31 && whole.reasons.count == 4)

        let outcome = Outcome(of: text, limits: Self.limits)

        #expect(outcome.records == whole.records)
        #expect(outcome.reasons == whole.reasons)
        #expect(outcome.rejected.map(\.bytes) == whole.rejected.map(\.bytes))
        #expect(outcome.counts == whole.counts)
        #expect(outcome.addsUp)
    }

    @Test(arguments: shapes.indices)
    func `what stands around such a document is framed as ever, however it comes`(index: Int) {
        let wrap = Self.shapes[index].wrap
        let lines = [UsageLine(input: 101).json, UsageLine(input: 102).json]
        let text =
            lines[0] + "\n" + wrap(Self.messages) + "\n" + wrap(Array(Self.messages.prefix(2)))
            + "\n" + wrap(Array(Self.messages.suffix(20))) + "\n" + lines[1]

        let outcome = Outcome(of: text, limits: Self.limits)
        let single = Outcome(of: Array(text.utf8).map { [$0] }, limits: Self.limits)

        #expect(outcome.inputs.first == 101 && outcome.inputs.last == 102)
        #expect(outcome.counts.usage == Outcome(of: text).counts.usage)
        #expect(single == outcome)
        #expect(
            Outcome(of: gzip(Delivery.lambdaEvent(gzip(text))), limits: Self.limits).counts.usage
                == outcome.counts.usage)
    }

    @Test func `without usage it is one foreign event`() {
        let text = "[" + Array(repeating: #"{"a": 1}"#, count: 300).joined(separator: ",") + "]"

        let outcome = Outcome(of: text, limits: Self.limits)

        #expect(outcome.counts.foreign == 1 && outcome.counts.events == 1)
    }

    @Test func `what is too long in it is rejected, and the lines before it are taken`() {
        let long = UsageLine(input: 3).adding("x", "\"" + String(repeating: "y", count: 900) + "\"")
        let log =
            #"{"schemaType": "ModelInvocationLog", "records": ["#
            + Self.messages.joined(separator: ",") + "]}"
        let texts: [(text: String, inputs: [Int64])] = [
            ("[" + UsageLine(input: 1).json + "," + long.json + "]\n", [1]),
            (long.json + "\n", []), (log + "\n", []),
            (#"{"message": [\#(Self.messages.joined(separator: ","))]}"# + "\n", []),
            (
                long.adding("events", "[" + Self.messages.joined(separator: ",") + "]").json + "\n",
                []
            ),
        ]
        for (text, inputs) in texts {
            let outcome = Outcome(of: text + UsageLine(input: 9).json, limits: Self.limits)

            #expect(outcome.inputs == inputs + [9], "\(text.prefix(60))")
            #expect(outcome.reasons.contains(.lineTooLong), "\(text.prefix(60))")
            #expect(outcome.addsUp)
        }
    }

    @Test(arguments: Fuzzing.seeds(2))
    func `damaged ones add up, and come out alike in parts`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<160 {
            let shape = random.pick(Self.shapes)
            var object = Array(shape.wrap(Array(Self.messages.prefix(12))).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Mutation.apply(to: &object, using: &random)
            }
            let outcome = Outcome(of: object, limits: Self.limits)

            #expect(outcome.addsUp, "round \(round)")
            let cuts = random.cuts(of: object.count, count: 6)
            #expect(
                Outcome(of: object.parts(cutAt: cuts), limits: Self.limits) == outcome,
                "round \(round)")
            if round % 20 == 0 {
                #expect(
                    Outcome(of: object.map { [$0] }, limits: Self.limits) == outcome,
                    "round \(round)")
            }
            if String(decoding: object, as: UTF8.self).contains("\"bedrock_token_usage\"") {
                #expect(outcome.counts.events > outcome.counts.foreign, "round \(round)")
            }
        }
    }

    @Test(arguments: ["[", "[1", "[1,", "[\"", "{\"events\":[", "[{\"records\":[1"])
    func `a long row of beginnings is looked at once, not at each of them`(beginning: String) {
        let object = Array(String(repeating: beginning, count: 40_000 / beginning.utf8.count).utf8)

        let outcome = Outcome(of: object, limits: Self.limits)

        #expect(outcome.addsUp)
        // Each event is as long as one may be, or ends where a document begins.
        let braces = object.count { $0 == UInt8(ascii: "{") }
        #expect(outcome.counts.events <= 2 * (object.count / Self.limits.maximumLineSize + braces))
    }
}
