import BedrockMetering
import Foundation
import Testing

/// Documents of a subscription, as Firehose leaves them in S3.
struct SubscriptionTests {
    static let messages = [
        UsageLine(input: 1).json, "START RequestId: 1\n", UsageLine(input: 2).json + "\n",
        #"{"event_type": "login"}"#, UsageLine(input: 3).pretty, UsageLine(input: 4).json,
    ]
    static let first = Delivery.document(Array(messages[..<2]))
    static let second = Delivery.document(Array(messages[2...]), typeIsLast: true)
    static let wrappings: [(name: String, object: [UInt8])] = [
        ("no delimiter", Array((first + second).utf8)),
        ("lines", Array((first + "\n" + second + "\n").utf8)),
        ("blank lines", Array((first + "\n\n" + second).utf8)),
        ("spaces", Array((" " + first + " " + second + " ").utf8)),
        ("one member", gzip(first + second)),
        ("a member each", gzip(first) + gzip(second)),
        (
            "members cut anywhere",
            gzip(first.utf8.prefix(50)) + gzip(first.utf8.dropFirst(50)) + gzip(second)
        ),
        ("gzip in gzip", gzip(gzip(first) + gzip(second))),
        ("three layers", gzip(gzip(gzip(first) + gzip(second)))),
    ]

    @Test(arguments: wrappings.indices)
    func `all events come out, however the documents are wrapped`(index: Int) {
        let outcome = Outcome(of: Self.wrappings[index].object)

        #expect(outcome.inputs == [1, 2, 3, 4])
        #expect(outcome.counts.foreign == 2)
        #expect(outcome.counts.events == Self.messages.count)
        #expect(outcome.addsUp)
    }

    @Test func `a document in several lines is read`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(Self.second.utf8))
        for options in [.prettyPrinted, .sortedKeys, [.prettyPrinted, .sortedKeys]]
            as [JSONSerialization.WritingOptions]
        {
            let data = try JSONSerialization.data(withJSONObject: object, options: options)

            let outcome = Outcome(of: Array(data) + Array(data))

            #expect(outcome.inputs == [2, 3, 4, 2, 3, 4])
            #expect(outcome.counts.foreign == 2)
        }
    }

    @Test func `a control message is a foreign event`() {
        let control = Delivery.document(
            ["CWL CONTROL MESSAGE: Checking health of destination."],
            type: "CONTROL_MESSAGE"
        )

        let outcome = Outcome(of: control + Self.first + control)

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.foreign == 3)
    }

    @Test func `a document without events counts as one foreign event`() {
        let empty = Delivery.document([])

        let outcome = Outcome(of: empty + Self.first + empty + "\n" + empty)

        #expect(outcome.inputs == [1])
        #expect(outcome.counts.foreign == 4)
    }

    @Test(arguments: [
        #""policyLevel":"ACCOUNT_LEVEL_POLICY""#, #""version":2"#, #""tags":{"a":[1,{"b":null}]}"#,
    ])
    func `keys that CloudWatch adds lose no event`(member: String) {
        let rest = Self.second.dropFirst()
        let keys = #"{"messageType":"DATA_MESSAGE",\#(member),"owner":"1","logEvents":["#
        let documents = [
            "{\(member),\(rest)",
            Self.second.dropLast() + ",\(member)}",
            keys + Delivery.events(Array(Self.messages[2...])) + "]}",
        ]

        for document in documents {
            let outcome = Outcome(of: Self.first + document + Self.first)

            #expect(outcome.inputs == [1, 2, 3, 4, 1], "\(document.prefix(60))")
            #expect(outcome.counts.events == Self.messages.count + 2)
        }
    }

    @Test func `further keys of an event are passed`() {
        let event =
            #"{"extractedFields":{"message":"x"},"message":\#(Delivery.json(UsageLine(input: 5).json)),"#
            + #""timestamp":1765069200000,"id":"e1","more":[1]}"#

        let outcome = Outcome(of: #"{"logEvents":[\#(event)],"messageType":"DATA_MESSAGE"}"#)

        #expect(outcome.inputs == [5])
        #expect(outcome.counts.events == 1)
    }

    @Test func `a message without a time has that of its event`() {
        let line = UsageLine().without("timestamp").json

        let outcome = Outcome(of: Delivery.document(["x", line]))

        #expect(outcome.records.map(\.time.description) == ["2025-12-07T01:00:00.001000Z"])
    }

    @Test func `escapes are resolved once for the document and once for the message`() {
        let line = UsageLine().with("tenant_id", #""a\"b\\\/\n\u00e9\ud83d\ude80한""#).json

        let outcome = Outcome(of: Delivery.document([line]))

        #expect(outcome.records.map(\.tenant) == ["a\"b\\/\né🚀한"])
    }

    @Test func `a document larger than memory's window is read event by event`() {
        let inputs = Array(0..<10_000)

        let outcome = Outcome(of: gzip(Delivery.document(UsageLine.lines(inputs))))

        #expect(outcome.inputs == inputs.map(Int64.init))
        #expect(outcome.counts.events == inputs.count)
    }

    @Test func `events that are delivered without their document are read`() {
        let outcome = Outcome(of: Delivery.events(Self.messages).replacing("},{", with: "}{"))

        #expect(outcome.inputs == [1, 2, 3, 4])
        #expect(outcome.counts.events == Self.messages.count)
    }
}
