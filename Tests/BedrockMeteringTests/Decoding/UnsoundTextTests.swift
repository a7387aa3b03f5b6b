import BedrockMetering
import Foundation
import Gzip
import Testing

/// Bytes that are no text, and what stands beside them.
@Suite struct UnsoundTextTests {
    private static func usage(_ tenant: String) -> String {
        #"{"timestamp":"2025-12-07T01:02:03.000001","tenant_id":"\#(tenant)","user_id":"u","#
            + #""model_id":"m","input_tokens":1,"output_tokens":2,"#
            + #""event_type":"bedrock_token_usage"}"#
    }

    /// An element of `logEvents` with `message`, whose quotes are escaped.
    private static func element(_ message: String) -> String {
        let escaped = message.replacingOccurrences(of: "\"", with: "\\\"")
        return #"{"id":"1","timestamp":1765069323000,"message":"\#(escaped)"}"#
    }

    private static func document(_ elements: [[UInt8]]) -> Data {
        let head = Array(#"{"messageType":"DATA_MESSAGE","logEvents":["#.utf8)
        return Data(head + elements.joined(separator: Array(",".utf8)) + Array("]}".utf8))
    }

    @Test(
        arguments: [
            (Array("\u{1}".utf8), RejectionReason.invalidUTF8), ([0xff], .invalidUTF8),
            ([0xc3, 0x28], .invalidUTF8), (Array(#"\ud800"#.utf8), .loneSurrogate),
        ].dropFirst())
    func `an event of unsound text leaves the events beside it`(
        damage: [UInt8], reason: RejectionReason
    ) throws {
        let good = Self.element(Self.usage("good"))
        var bad = Array(Self.element(Self.usage("bad!")).utf8)
        let mark = try #require(bad.firstIndex(of: UInt8(ascii: "!")))
        bad.replaceSubrange(mark...mark, with: damage)
        let foreign =
            Array(#"{"id":"2","timestamp":1,"message":"caf"#.utf8) + damage
            + Array(#""}"#.utf8)

        let decoded = try UsageRecordDecoder().decode(
            Self.document([Array(good.utf8), bad, foreign, Array(good.utf8)])
        )

        #expect(decoded.records.map(\.tenant) == ["good", "good"])
        #expect(decoded.rejected.map(\.reason) == [reason])
        #expect(decoded.rejected.first?.bytes == bad)
        #expect(decoded.counts.foreign == 1)
        #expect(decoded.counts.events == 4)
    }

    @Test(arguments: 0..<3)
    func `a gzip object whose magic number is damaged is an error`(position: Int) throws {
        let line = Array("2025-12-07T01:02:03.000Z \(Self.usage("a"))\n".utf8)
        var object = line.withUnsafeBytes { GzipCompressor(level: 6).compress($0) }
        object[position] ^= 0x40

        #expect(throws: ExportDecodingError.self) {
            try UsageRecordDecoder().decode(Data(object), named: "000000.gz")
        }
    }

    @Test func `an object that is no text is named`() throws {
        let object = Data([0x00, 0x00, 0x00, 0x01, 0x42, 0x75, 0x64, 0x31])

        let error = try #require(throws: ExportDecodingError.self) {
            try UsageRecordDecoder().decode(object, named: ".DS_Store")
        }

        #expect(error.code == .notText && error.byteOffset == 0)
        #expect(error.likeness == "encrypted, or compressed by something unknown such as Brotli")
    }

    @Test(arguments: [[0x28, 0xb5, 0x2f, 0xfd, 0x04], Array("BZh91AY&SY".utf8)] as [[UInt8]])
    func `another compression is an error`(beginning: [UInt8]) {
        #expect(throws: ExportDecodingError.self) {
            try UsageRecordDecoder().decode(Data(beginning + [0x58, 0x12, 0x0a]))
        }
    }

    @Test func `the body that Firehose posts is read`() throws {
        let text = Array(Self.usage("posted").utf8)
        let payload = text.withUnsafeBytes { Data(GzipCompressor(level: 6).compress($0)) }
        let body =
            #"{"requestId":"ed4acda5","timestamp":1578090901599,"#
            + #""records":[{"data":"\#(payload.base64EncodedString())"}]}"#

        let decoded = try UsageRecordDecoder().decode(Data(body.utf8))

        #expect(decoded.records.map(\.tenant) == ["posted"])
    }
}
