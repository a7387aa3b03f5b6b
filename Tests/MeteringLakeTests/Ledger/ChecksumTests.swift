import Foundation
import LakeTestSupport
import MeteringLake
import TestSupport
import Testing

@Suite struct ChecksumTests {
    @Test(arguments: [
        // FIPS 180-2, appendix B, and the empty message.
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `a checksum is the SHA-256 in hexadecimal`(text: String, digits: String) {
        #expect(Checksum(of: Array(text.utf8)).description == digits)
        #expect(Checksum(digits) == Checksum(of: Array(text.utf8)))
    }

    @Test(arguments: [0, 1, 1 << 18, 1 << 18 + 1, 1_000_003])
    func `a file's checksum is that of its bytes, in whatever parts they come`(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "file")

        var running = RunningChecksum()
        for part in bytes.parts(cutAt: random.cuts(of: size, count: 5)) {
            part.withUnsafeBytes { running.add($0) }
        }

        #expect(try Checksum(ofFileAt: path) == Checksum(of: bytes))
        #expect(running.finish() == Checksum(of: bytes))
    }

    @Test(arguments: [
        "", "0", String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    ])
    func `other text is no checksum`(text: String) {
        #expect(Checksum(text) == nil)
    }

    @Test func `a file that is missing has no checksum`() throws {
        let folder = try TemporaryFolder()

        let error = #expect(throws: PipelineError.self) {
            try Checksum(ofFileAt: folder.path("missing"))
        }

        #expect(error?.code == .notFound)
    }
}
