import BedrockMetering
import Foundation
import Testing

/// Events that carry compressed documents in Base64.
struct LambdaEventTests {
    /// An event from the documentation of AWS.
    static let published =
        "H4sIAAAAAAAAAHWPwQqCQBCGX0Xm7EFtK+smZBEUgXoLCdMhFtKV3akI8d0bLYmibvPPN3wz00CJxmQnTO41"
        + "whwWQRIctmEcB6sQbFC3CjW3XW8kxpOpP+OC22d1Wml1qZkQGtoMsScxaczKN3plG8zlaHIta5KqWsozoTYw3"
        + "/djzwhpLwivWFGHGpAFe7DL68JlBUk+l7KSN7tCOEJ4M3/qOI49vMHj+zCKdlFqLaU2ZHV2a4Ct/an0/ivdX8"
        + "oYc1UVX860fQDQiMdxRQEAAA=="

    @Test func `the published event holds two messages`() {
        let outcome = Outcome(of: #"{"awslogs":{"data":"\#(Self.published)"}}"#)

        #expect(outcome.counts.events == 2)
        #expect(outcome.counts.foreign == 2)
    }

    @Test(arguments: ["", "\n", " "])
    func `events of a Lambda event come out among others`(delimiter: String) {
        let event = Delivery.lambdaEvent(gzip(Delivery.document(UsageLine.lines(2...3) + ["END"])))
        let parts = [UsageLine(input: 1).json, event, UsageLine(input: 4).json]

        let outcome = Outcome(of: parts.joined(separator: delimiter))

        #expect(outcome.inputs == [1, 2, 3, 4])
        #expect(outcome.counts.foreign == 1)
        #expect(outcome.addsUp)
    }

    @Test func `the records of a Firehose event come out in order`() {
        let payloads = [
            gzip(Delivery.document(UsageLine.lines(1...2))),
            gzip(Delivery.document([UsageLine(input: 3).json], typeIsLast: true)),
            Array(Delivery.document([UsageLine(input: 4).json]).utf8),
            gzip(gzip(UsageLine(input: 5).json) + gzip(UsageLine(input: 6).json)),
        ]

        let outcome = Outcome(of: Delivery.firehoseEvent(payloads))

        #expect(outcome.inputs == [1, 2, 3, 4, 5, 6])
        #expect(outcome.counts.events == 6)
    }

    @Test func `slashes of Base64 may be escaped`() {
        let event = Delivery.lambdaEvent(gzip(Delivery.document(UsageLine.lines(1...9))))

        #expect(Outcome(of: event.replacing("/", with: #"\/"#)).inputs == Array(1...9))
    }

    @Test func `a large payload is read whole`() {
        var text = ""
        for input in 0..<30_000 {
            text += UsageLine(input: input).with("user_id", "\"\(input * 7919)\"").json
        }

        let outcome = Outcome(of: Delivery.firehoseEvent([Array(text.utf8)]))

        #expect(outcome.records.count == 30_000)
    }

    @Test func `an unreadable payload is rejected and the others are kept`() {
        let good = gzip(Delivery.document(UsageLine.lines(1...2)))
        var damaged = good
        damaged[good.count - 6] ^= 1
        let event = Delivery.firehoseEvent([good, damaged, Array(good.dropLast()), good])

        let outcome = Outcome(of: UsageLine(input: 9).json + "\n" + event)

        #expect(outcome.inputs == [9, 1, 2, 1, 2])
        #expect(outcome.reasons == [.unreadablePayload, .unreadablePayload])
        #expect(outcome.rejected.map(\.bytes) == [damaged, Array(good.dropLast())])
        #expect(outcome.rejected.map(\.number) == [2, 2])
        #expect(
            outcome.rejected.map(\.byteOffset)
                == [Int](
                    repeating: UsageLine(input: 9).json.utf8.count + 1,
                    count: 2
                )
        )
    }

    @Test(arguments: ["*", "H4sIAAAA", "H4", "Hw==", "H4sI"])
    func `data that is not Base64 of gzip is rejected`(data: String) {
        let outcome = Outcome(of: #"{"awslogs":{"data":"\#(data)"}}"#)

        #expect(outcome.reasons == [.unreadablePayload])
    }

    @Test(arguments: ["*", "H4sI=AAA", "no Base64 at all"])
    func `data that is not Base64 is kept as it was delivered`(data: String) {
        let outcome = Outcome(of: Delivery.firehoseEvent([[0x7b]]).replacing("ew==", with: data))

        #expect(outcome.rejected.map(\.bytes) == [Array(data.utf8)])
    }

    @Test func `what is rejected inside a payload lies where the event lies`() {
        let bad = UsageLine().with("input_tokens", "-1").json
        let event = Delivery.lambdaEvent(gzip(Delivery.document(["x\ny", bad])))

        let outcome = Outcome(of: "one\ntwo\n" + event)

        #expect(
            outcome.rejected == [
                RejectedLine(
                    number: 3,
                    byteOffset: 8,
                    reason: .negative(.inputTokens),
                    time: Delivery.time(ofEvent: 1),
                    bytes: Array(bad.utf8)
                )
            ]
        )
    }

    @Test(arguments: 1...5)
    func `a payload inside payloads is decoded, up to three of them`(depth: Int) {
        var event = UsageLine(input: 1).json
        for _ in 0..<depth { event = Delivery.lambdaEvent(gzip(event)) }

        let outcome = Outcome(of: event)

        #expect(outcome.inputs == (depth <= 3 ? [1] : []))
        #expect(outcome.reasons == (depth <= 3 ? [] : [.nestedTooDeep]))
        #expect(outcome.counts.events == 1)
    }

    @Test(arguments: [#"{"awslogs":{"data":7}}"#, #"{"awslogs":[]}"#, #"{"records":[1]}"#])
    func `documents that only look like such events are foreign`(text: String) {
        #expect(Outcome(of: text).counts.foreign == 1)
        #expect(Outcome(of: text).addsUp)
    }
}
