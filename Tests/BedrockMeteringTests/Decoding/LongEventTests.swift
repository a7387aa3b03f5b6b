import Foundation
import Testing

@testable import BedrockMetering

/// Events of which many pieces come before they end.
struct LongEventTests {
    /// An object whose only event has so many bytes of filler.
    private static func object(_ kind: String, filler: Int) -> [UInt8] {
        let long = String(repeating: "x", count: filler)
        let usage = UsageLine().adding("filler", "\"\(long)\"").json
        return switch kind {
        case "a document": Array(usage.utf8)
        case "an export task's line": Array(Delivery.exported(usage).utf8)
        case "a log event": Array(Delivery.document([usage]).utf8)
        case "a text": Array("INFO \(usage)".utf8)
        case "an array": Array("[\(usage)]".utf8)
        case "a container's line":
            Array("2025-12-07T10:00:00.123456789Z stdout F \(usage)".utf8)
        default: Array("{\"a\": {\"message\": \(usage)}}".utf8)
        }
    }

    static let kinds = [
        "a document", "an export task's line", "a log event", "a text", "an array",
        "a container's line", "a document in a document",
    ]

    private struct IgnoringSink: UsageSink {
        mutating func consume(_ batch: borrowing UsageBatch) {}
        mutating func reject(_ line: RejectedLine) {}
        mutating func commit() {}
        mutating func rollback() {}
    }

    /// Looked at anew with each piece, an event would cost time by the square of its bytes.
    @Test(arguments: kinds)
    func `an event of many pieces is looked at a few times`(kind: String) throws {
        let object = Self.object(kind, filler: 16 << 20)
        var session = DecodingSession(
            named: "a", limits: DecodingLimits(maximumLineSize: DecodingLimits.largestLineSize))
        var sink = IgnoringSink()
        var looks: Set<Int> = []
        for start in stride(from: 0, to: object.count, by: 1 << 16) {
            let piece = object[start..<min(start + (1 << 16), object.count)]
            try session.feed(Array(piece).span.bytes, into: &sink)
            looks.insert(session.awaitedSize)
        }
        let counts = try session.finish(into: &sink)

        // Each time there is twice as much: 16 MiB are some seven times that of one read.
        #expect(counts.events == 1 && counts.usage == 1)
        #expect((2...10).contains(looks.count), "\(looks.sorted())")
    }

    /// Its limit is one of its own, 16 MiB.
    @Test(arguments: [(2 << 20, true), (17 << 20, false)])
    func `a document of payloads may be longer than other events`(size: Int, isRead: Bool) {
        let line = UsageLine(input: 7).json + "\n"
        let lines = String(repeating: line, count: size / 4 * 3 / line.utf8.count)
        let outcome = Outcome(
            of:
                #"{"attemptsMade":4,"errorCode":"x","rawData":"\#(Wrapper.base64(Array(lines.utf8)))"}"#
        )

        #expect(outcome.addsUp)
        #expect(outcome.counts.usage == (isRead ? size / 4 * 3 / line.utf8.count : 0))
        #expect(outcome.rejected.count == (isRead ? 0 : 1))
    }

    /// More is waited for before an event is looked at, and what becomes of it stays the same.
    @Test(
        arguments: kinds, [600_000, 1 << 20, (1 << 20) + 5000])
    func `however an event comes, it has the same fate`(kind: String, filler: Int) {
        let object = Self.object(kind, filler: filler) + Array("\nEND RequestId: 1\n".utf8)
        let whole = Outcome(of: object)
        for step in [100_000, 1 << 20] {
            let pieces = stride(from: 0, to: object.count, by: step)
                .map { object[$0..<min($0 + step, object.count)] }

            #expect(Outcome(of: pieces) == whole, "\(step)")
        }
        #expect(whole.addsUp && whole.counts.usage + whole.counts.rejected >= 1)
    }
}
