import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Text with a byte order mark.
struct EncodingTests {
    /// Lines with characters of one to four bytes in UTF-8.
    private static let text =
        "2025-12-07T01:00:00.000Z START RequestId: 1\n"
        + ["globex", "caf\u{e9}", "테넌트", "\u{1f600}\u{10ffff}"].enumerated()
        .map { UsageLine(input: $0.offset).with("tenant_id", "\"\($0.element)\"").json + "\r\n" }
        .joined()

    private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        utf16(Array(("\u{feff}" + text).utf16), isBigEndian: isBigEndian)
    }

    private static func utf16(_ units: [UInt16], isBigEndian: Bool) -> [UInt8] {
        units.flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
            return isBigEndian ? bytes : bytes.reversed()
        }
    }

    @Test(arguments: [false, true], [false, true])
    func `UTF-16 with a mark is decoded, however it comes`(isBigEndian: Bool, isGzip: Bool) {
        var object = Self.utf16(Self.text, isBigEndian: isBigEndian)
        if isGzip { object = gzip(object) }
        let expected = Outcome(of: Self.text)
        #expect(expected.records.map(\.tenant).last == "\u{1f600}\u{10ffff}")

        #expect(Outcome(of: object) == expected)
        #expect(Outcome(of: object.map { [$0] }) == expected)
        for cut in object.indices {
            let outcome = Outcome(of: [object[..<cut], object[cut...]])
            if outcome != expected { Issue.record("cut at \(cut)") }
        }
    }

    @Test func `a large object in UTF-16 is decoded`() {
        let text = (0..<20_000).map { UsageLine(input: $0).json + "\n" }.joined()

        let outcome = Outcome(of: gzip(Self.utf16(text, isBigEndian: false)))

        #expect(outcome.inputs == (0..<20_000).map { Int64($0) })
    }

    @Test(
        arguments: [[0xd800], [0xdc00], [0xdc00, 0xd800], [0xd800, 0xd800, 0xdc00]] as [[UInt16]])
    func `half a surrogate pair costs its line alone`(units: [UInt16]) {
        let line = UsageLine(input: 1).with("tenant_id", "\"@\"").json
        let broken = Array(line.utf16).flatMap { $0 == 0x40 ? units : [$0] }
        let good = Array((UsageLine(input: 2).json + "\n").utf16)
        let foreign =
            Array("END of a request that went through many hands on the way".utf16) + units + [0x0a]
        let object = [0xfeff] + good + broken + [0x0a] + foreign + good

        let outcome = Outcome(of: Self.utf16(object, isBigEndian: true))

        #expect(outcome.inputs == [2, 2])
        #expect(outcome.reasons == [.invalidUTF8])
        #expect(outcome.counts.foreign == 1)
    }

    @Test func `half a unit at the end costs the last line`() {
        let object = Self.utf16(UsageLine().json + "\n" + UsageLine().json, isBigEndian: false)

        let outcome = Outcome(of: object.dropLast())

        #expect(outcome.records.count == 1)
        #expect(outcome.rejected.count == 1)
    }

    @Test func `the mark of UTF-8 is passed over, and places are those of the object`() {
        let text = #"{"event_type":"bedrock_token_usage"}"# + "\n" + Self.text
        let object = [0xef, 0xbb, 0xbf] + Array(text.utf8)

        for chunks in [[object], object.map { [$0] }, [gzip(object)]] {
            let outcome = Outcome(of: chunks)

            #expect(outcome.records == Outcome(of: text).records)
            #expect(outcome.rejected.map(\.byteOffset) == [3])
        }
    }

    @Test(
        arguments: [[0xef], [0xef, 0xbb], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff], []]
            as [[UInt8]])
    func `a mark alone, or a part of one, is no usage`(object: [UInt8]) {
        let outcome = Outcome(of: object)

        #expect(outcome.error == nil)
        #expect(outcome.counts.events == (object == [0xef] || object == [0xef, 0xbb] ? 1 : 0))
    }

    @Test func `a small object of one repeated line is read`() {
        let line = UsageLine().json + "\n"
        let object = gzip(gzip(String(repeating: line, count: 100_000)))

        let outcome = Outcome(of: object)

        #expect(object.count * 1000 < line.utf8.count * 100_000)
        #expect(outcome.counts.usage == 100_000)
    }
}
