import Foundation
import Testing

@testable import BedrockMetering

/// What comes out of an object counts together, over its layers and all that lies compressed in its text.
struct InflationBudgetTests {
    /// Text without usage that compresses to next to nothing.
    private static func filler(_ size: Int) -> [UInt8] {
        Array(
            repeatElement(Array("INFO nothing to see here 0123456789\n".utf8), count: size / 36)
                .joined())
    }

    struct Bomb: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () -> [UInt8]

        init(_ name: String, _ make: @escaping @Sendable () -> [UInt8]) {
            testDescription = name
            self.make = make
        }
    }

    static let bombs: [Bomb] = [
        Bomb("gzip in Base64 in gzip") { gzip(Delivery.lambdaEvent(gzip(filler(3 << 20)))) },
        Bomb("two layers around Base64") {
            gzip(gzip(Delivery.lambdaEvent(gzip(filler(3 << 20)))))
        },
        Bomb("two layers in Base64 in gzip") {
            gzip(Delivery.lambdaEvent(gzip(gzip(filler(3 << 20)))))
        },
        Bomb("Base64 in Base64 in gzip") {
            gzip(Delivery.lambdaEvent(gzip(Delivery.lambdaEvent(gzip(filler(3 << 20))))))
        },
        Bomb("many payloads, each of them harmless") {
            let payload = gzip(filler(100_000))
            return gzip(Delivery.firehoseEvent(Array(repeating: payload, count: 40)))
        },
        Bomb("many events with a payload each") {
            let event = Delivery.lambdaEvent(gzip(filler(100_000)))
            return gzip(Array(repeating: event, count: 40).joined(separator: "\n"))
        },
        Bomb("Base64 under a key of its own") {
            let data = Data(gzip(filler(100_000))).base64EncodedString()
            return gzip(
                Array(repeating: #"{"value":"\#(data)"}"#, count: 40).joined(separator: "\n"))
        },
        Bomb("Base64 in the messages of a document") {
            let data = Data(gzip(filler(100_000))).base64EncodedString()
            return gzip(
                Delivery.document(Array(repeating: #"{"value":"\#(data)"}"#, count: 40)))
        },
    ]

    @Test(arguments: bombs)
    func `ratios that are multiplied fail the object, and nothing of it is taken`(bomb: Bomb) {
        let object = bomb.make()
        #expect(object.count < 200_000)

        let outcome = Outcome(
            of: object, limits: DecodingLimits(maximumInflatedSize: 2_500_000))

        #expect(outcome.error?.code == .overLimit)
        #expect(outcome.addsUp)
    }

    @Test func `what payloads inflate to counts with what is around them`() {
        let text = gzip(Self.filler(100_000) + Array((UsageLine(input: 1).json + "\n").utf8))
        let object = gzip(Delivery.firehoseEvent([text, text, text]))
        var limits = DecodingLimits(maximumInflatedSize: 310_000)
        #expect(Outcome(of: object, limits: limits).inputs == [1, 1, 1])

        limits.maximumInflatedSize = 250_000
        #expect(Outcome(of: object, limits: limits).error?.code == .overLimit)
    }

    @Test func `a payload of many megabytes is read in little memory`() {
        let lines = UsageLine.lines(1...3).joined(separator: "\n") + "\n"
        let text = Array(lines.utf8) + Self.filler(3 << 20) + Array(lines.utf8)

        for object in [
            Delivery.lambdaEvent(gzip(text)), Delivery.lambdaEvent(gzip(gzip(text))),
            #"{"value": {"x": "\#(Data(gzip(text)).base64EncodedString())"}}"#,
        ] {
            #expect(Outcome(of: object).inputs == [1, 2, 3, 1, 2, 3])
        }
    }

    @Test func `usage far down in Base64 that nobody expects is found`() {
        let text = Self.filler(3 << 20) + Array(UsageLine(input: 7).json.utf8)

        let outcome = Outcome(
            of: #"{"value": "\#(Data(gzip(text)).base64EncodedString())"}"#)

        #expect(outcome.inputs == [7])
    }

    @Test(arguments: OtherKinds.files.indices.prefix(12))
    func `a payload of another kind is rejected, and what came before it stays`(index: Int) throws {
        let file = try #require(
            Data(
                base64Encoded: OtherKinds.files[index].base64, options: .ignoreUnknownCharacters))
        let lines = UsageLine.lines(1...3).joined(separator: "\n")

        let outcome = Outcome(of: lines + "\n" + Delivery.firehoseEvent([Array(file)]))

        #expect(outcome.inputs == [1, 2, 3])
        #expect(outcome.counts.rejected >= 1)
        #expect(outcome.addsUp)
    }

    static let base64: [(text: String, bytes: String?)] = [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar"),
        ("Zg=", nil), ("Zg", nil), ("Zm9v=", nil), ("====", nil), ("Z===", nil), ("Zm=v", nil),
        ("Zm9v\n", nil), ("Zm 9", nil), ("Zm-_", nil), ("Zm9vZg==Zm9v", nil),
    ]

    @Test(arguments: base64)
    func `Base64 is decoded where it is sound`(text: String, bytes: String?) {
        let padded = Array(text.utf8) + [0, 0, 0]

        let decoded = Base64.decode(padded.span.bytes, from: 0, to: text.utf8.count)

        #expect(decoded == bytes.map { Array($0.utf8) })
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "keys of an object, each with a usage line", "backslashes before an escape",
        ])
    func `an event is read in time that grows with its size alone`(shape: String) {
        let event: String
        if shape.hasPrefix("keys") {
            let line = #"{"event_type":"bedrock_token_usage"}"#
            event = "{" + (0..<10_000).map { "\"\($0)\":\(line)" }.joined(separator: ",") + "}"
        } else {
            event = "tenant_id " + String(repeating: "\\", count: 300_000) + " \\u0062"
        }

        let outcome = Outcome(of: Delivery.exported(event))

        #expect(outcome.addsUp)
    }
}
