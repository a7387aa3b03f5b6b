import Foundation
import TestSupport
import Testing

@testable import AWSServices

/// Messages of event streams, sound and broken. `eventstream_crosscheck.py` compares them with another decoder.
@Suite struct EventStreamDecoderTests {
    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.utf8.filter { $0 > 0x20 }.map { UInt8($0) }
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    @Test(arguments: [
        (
            """
            0000007a00000051ca2c4665 0b3a6576656e742d7479706507000b6d65737361676553746f70
            0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e
            0d3a6d6573736167652d747970650700056576656e74
            7b2273746f70526561736f6e223a22656e645f7475726e227d 5fbf09fc
            """,
            EventStreamMessage(
                headers: [
                    ":event-type": .string("messageStop"),
                    ":content-type": .string("application/json"), ":message-type": .string("event"),
                ], payload: Array(#"{"stopReason":"end_turn"}"#.utf8))
        ),
        ("00000010 00000000 05c248eb 7d98c8ff", EventStreamMessage()),
        (
            "0000001d00000000fd528c5a 7b27666f6f273a27626172277d c3653936",
            EventStreamMessage(payload: Array("{'foo':'bar'}".utf8))
        ),
    ])
    func `known messages are read`(hexadecimal: String, message: EventStreamMessage) {
        let outcome = EventStreamDecoder.messages(in: [Self.bytes(hexadecimal)])

        #expect(outcome.messages == [message])
        #expect(outcome.fault == nil)
    }

    @Test func `headers of all types are read`() {
        let headers: [(name: String, bytes: [UInt8], value: EventStreamMessage.Value)] = [
            ("true", [0], .bool(true)), ("false", [1], .bool(false)),
            ("byte", [2, 0xff], .integer(-1)), ("short", [3, 0x80, 0], .integer(-32768)),
            ("int", [4, 0x7f, 0xff, 0xff, 0xff], .integer(2_147_483_647)),
            ("long", [5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], .integer(-2)),
            ("bytes", [6, 0, 2, 0, 0xff], .bytes([0, 0xff])), ("no bytes", [6, 0, 0], .bytes([])),
            ("text", [7, 0, 3, 0xea, 0xb0, 0x80], .string("\u{ac00}")),
            ("time", [8, 0, 0, 0, 0, 0, 0, 0, 1], .timestamp(1)),
            ("uuid", [9] + (0..<16), .uuid(Array(0..<16))), ("", [0], .bool(true)),
        ]
        let bytes = headers.flatMap { [UInt8($0.name.utf8.count)] + $0.name.utf8 + $0.bytes }

        let outcome = EventStreamDecoder.messages(in: [
            EventStreamEncoder.bytes(headers: bytes, payload: [])
        ])

        let expected = Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
        #expect(outcome.messages == [EventStreamMessage(headers: expected)])
    }

    @Test(
        arguments: [
            ([1, 0x61], EventStreamFault.headers), ([1, 0x61, 10], .headers),
            ([9, 0x61, 0], .headers),
            ([1, 0x61, 5, 0, 0], .headers), ([1, 0x61, 6, 0, 9, 1], .headers),
            ([1, 0x61, 7, 0, 1, 0xff], .headers), ([1, 0xff, 0], .headers),
            ([1, 0x61, 9, 1, 2, 3], .headers), ([1, 0x61, 0, 1, 0x61, 1], .repeatedHeader),
        ] as [([UInt8], EventStreamFault)])
    func `headers that cannot be read are a fault`(headers: [UInt8], fault: EventStreamFault) {
        let outcome = EventStreamDecoder.messages(in: [
            EventStreamEncoder.bytes(headers: headers, payload: [1])
        ])

        #expect(outcome.fault == fault)
    }

    @Test(
        arguments: [
            (15, 0, EventStreamFault.length), (16, 1, .length), (0, 0, .length),
            (1 << 30, 0, .payloadTooLong), (UInt32.max, 0, .payloadTooLong),
            ((24 << 20) + 17, 0, .payloadTooLong),
            ((128 << 10) + 17, (128 << 10) + 1, .headersTooLong),
            (UInt32.max, UInt32.max, .headersTooLong),
        ] as [(UInt32, UInt32, EventStreamFault)])
    func `lengths that cannot be are refused before what they count has come`(
        total: UInt32, headers: UInt32, fault: EventStreamFault
    ) {
        let prelude =
            EventStreamEncoder.number(UInt64(total), 4)
            + EventStreamEncoder.number(UInt64(headers), 4)

        let outcome = EventStreamDecoder.messages(in: [
            prelude + EventStreamEncoder.checksum(prelude)
        ])

        #expect(outcome.fault == fault)
    }

    @Test func `the longest headers and a payload of any size are read`() {
        let value = [UInt8](repeating: 7, count: 32760)
        let headers = ["a", "b", "c", "d"].flatMap { name in
            EventStreamEncoder.header(name, .bytes(value))
        }
        #expect(headers.count < EventStreamDecoder.maximumHeadersSize)
        let message = EventStreamEncoder.bytes(
            headers: headers, payload: [UInt8](repeating: 1, count: 3 << 20))

        let outcome = EventStreamDecoder.messages(in: [message, message])

        #expect(outcome.messages.map(\.payload.count) == [3 << 20, 3 << 20])
    }

    /// Messages from a seed.
    private static func author(_ random: inout SeededGenerator) -> EventStreamMessage {
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        var message = EventStreamMessage(
            payload: bytes(random.pick([0, 1, 11, 12, 13, 300, 70_000])))
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let name = random.pick([":event-type", "a", "\u{ac00}", "b", ""])
            message.headers[name] = random.pick([
                .bool(true), .bool(false), .integer(Int64(truncatingIfNeeded: random.next())),
                .bytes(bytes(5)), .string("text"), .string(""), .timestamp(-1), .uuid(bytes(16)),
            ])
        }
        return message
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `messages are read however they are cut`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let messages = (0..<20).map { _ in Self.author(&random) }
        let stream = messages.flatMap(EventStreamEncoder.bytes)

        let cuts = random.cuts(of: stream.count, count: random.pick([0, 1, 5, 100]))
        let outcome = EventStreamDecoder.messages(in: stream.parts(cutAt: cuts))

        #expect(outcome.messages == messages)
        #expect(outcome.fault == nil)
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `a damaged stream is at fault from the damaged message on, and a cut one at its end`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let messages = (0..<5).map { _ in Self.author(&random) }
            let parts = messages.map(EventStreamEncoder.bytes)
            let damaged = Int.random(in: 0..<5, using: &random)
            var bytes = parts[damaged]
            if random.happens(percent: 30) {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
                let outcome = EventStreamDecoder.messages(in: parts[..<damaged] + [bytes])
                #expect(outcome.messages == Array(messages[..<damaged]))
                #expect(outcome.fault == .unfinished)
            } else {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                let outcome = EventStreamDecoder.messages(
                    in: parts[..<damaged] + [bytes] + parts[(damaged + 1)...])
                #expect(outcome.messages == Array(messages[..<damaged]))
                let expected: EventStreamFault = index < 12 ? .preludeChecksum : .messageChecksum
                #expect(outcome.fault == expected)
            }
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `noise is a fault, and no more is kept of it than came`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let noise = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }

        let outcome = EventStreamDecoder.messages(in: noise.parts(cutAt: [7, 500]))

        #expect(outcome.messages.isEmpty)
        #expect(outcome.fault == .preludeChecksum)
    }
}
