import BedrockMetering
import Foundation
import TestSupport
import Testing

/// Objects that are no text: nothing of them is taken, and they are told for what they seem to be.
struct NoTextTests {
    private static let unknown = "encrypted, or compressed by something unknown such as Brotli"
    private static let text = (1...40).map { UsageLine(input: $0).json + "\n" }.joined()

    private static func bytes(_ base64: String) throws -> [UInt8] {
        let data = Data(base64Encoded: base64, options: .ignoreUnknownCharacters)
        return [UInt8](try #require(data))
    }

    @Test(arguments: OtherKinds.files.indices, 0...2)
    func `a file of another kind fails and is named`(index: Int, layers: Int) throws {
        let (likeness, base64) = OtherKinds.files[index]
        var object = try Self.bytes(base64)
        for _ in 0..<layers { object = gzip(object) }

        for chunks in [[object], object.map { [$0] }] {
            let outcome = Outcome(of: chunks)

            #expect(outcome.error?.code == .notText)
            #expect(outcome.error?.likeness == likeness)
            #expect(outcome.addsUp)
        }
    }

    @Test(arguments: [
        (String.Encoding.utf16LittleEndian, "text in UTF-16 without a byte order mark"),
        (.utf16BigEndian, "text in UTF-16 without a byte order mark"),
        (.utf32LittleEndian, "text in UTF-32"), (.utf32BigEndian, "text in UTF-32"),
        (.utf32, "text in UTF-32"),
    ])
    func `text of two or four bytes a letter without a mark, or of four, fails and is named`(
        encoding: String.Encoding, likeness: String
    ) throws {
        let object = [UInt8](try #require(Self.text.data(using: encoding)))

        #expect(Outcome(of: object).error?.likeness == likeness)
        #expect(Outcome(of: gzip(object)).error?.likeness == likeness)
    }

    @Test func `gzip in Base64 fails and is named`() {
        let object = Data(gzip(Self.text)).base64EncodedString()

        #expect(Outcome(of: object).error?.likeness == "gzip in Base64")
    }

    @Test func `a tar file fails and is named`() {
        var header = [UInt8](repeating: 0, count: 512)
        header.replaceSubrange(0..<9, with: "000000.gz".utf8)
        header.replaceSubrange(257..<265, with: "ustar  \0".utf8)

        let outcome = Outcome(of: gzip(header + Array(Self.text.utf8)))

        #expect(outcome.error?.likeness == "a tar file")
        #expect(outcome.error?.description == "object: no text: it seems to be a tar file")
    }

    @Test(arguments: Fuzzing.seeds(40))
    func `random bytes of any size fail`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = Int.random(
            in: 32...(1 << Int.random(in: 6...20, using: &random)), using: &random)
        // What happens to begin like a compression of ours is damaged then.
        let object = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }

        let outcome = Outcome(of: object)

        #expect(outcome.error != nil, "seed \(seed)")
        #expect(outcome.addsUp)
    }

    @Test(arguments: [
        "ORCHESTRATOR started", "PAR1 of 2", "BZh is no word", "LZIP", "Salted__", "ARROW1",
        "%PDF-1.7",
        "SQLite format 3", "PK", "Obj", "Rar!", "ustar", "x^2", "H4s",
    ])
    func `text that begins as another kind does is text`(beginning: String) {
        let outcome = Outcome(of: beginning + "\n" + Self.text)

        #expect(outcome.records.count == 40)
        #expect(outcome.counts.foreign == 1)
    }

    // MARK: What is text in part

    @Test(arguments: [1, 50, 10_000])
    func `text that goes over into other bytes loses no line without a word`(size: Int) {
        var random = SeededGenerator(seed: UInt64(size))
        let text = Array(Self.text.utf8)
        let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        for place in [text.count / 2, text.count] {
            let object = text[..<place] + noise + [0x0a] + text[place...]

            let outcome = Outcome(of: Array(object))

            let isLoud = outcome.error != nil || !outcome.rejected.isEmpty
            #expect(isLoud || outcome.records.count == 40)
            if size == 10_000 {
                #expect(outcome.error?.code == .notText && outcome.error?.likeness == nil)
                #expect((outcome.error?.byteOffset ?? 0) > text.count / 3)
            }
            #expect(outcome.addsUp)
        }
    }

    @Test func `zeros in the place of lines are rejected, and are an error where they are many`() {
        let zeros = [UInt8](repeating: 0, count: 400)
        let text = Array(Self.text.utf8)

        let few = Outcome(of: text + zeros + [0x0a] + text)
        #expect(few.records.count == 80)
        #expect(few.reasons == [.notText])

        let many = Outcome(of: text + zeros + zeros + zeros + [0x0a])
        #expect(many.error?.code == .notText)
        #expect(many.error?.byteOffset == text.count)
    }

    @Test func `64 KiB of other bytes are an error in any object`() {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        let text = Array(String(repeating: Self.text, count: 300).utf8)

        #expect(Outcome(of: text + zeros + [0x0a]).reasons == [.notText])
        #expect(Outcome(of: text + zeros + [0, 0x0a]).error?.code == .notText)
    }

    @Test func `a few bytes of something else stay a matter of their line`() {
        let lines = [
            "caf\u{e9} ouvert", "colours: \u{1b}[31mred\u{1b}[0m\u{8}\u{8}", "lost: \u{fffd}",
        ]
        let latin = lines.map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
        let object = latin.joined(separator: [0x0a]) + [0x0a] + Array(Self.text.utf8)

        let outcome = Outcome(of: Array(object))

        #expect(outcome.error == nil)
        #expect(outcome.records.count == 40)
        #expect(outcome.counts.foreign == 3)
    }

    @Test func `lines of many languages are text`() {
        let line = "사용량 기록 и так далее, ελληνικά, 日本語, हिन्दी, \u{1f600} naïve\n"

        let outcome = Outcome(of: String(repeating: line, count: 100) + Self.text)

        #expect(outcome.counts.foreign == 100)
        #expect(outcome.records.count == 40)
    }
}
