internal import Crypto
internal import Foundation

/// The SHA-256 of some bytes, such as a day file's.
package struct Checksum: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case, as `sha256sum` writes them.
    package let description: String

    /// Takes a checksum from its text; nil where it is not 64 hexadecimal digits in lower case.
    package init?(_ text: String) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ digits.contains($0) || letters.contains($0) })
        else { return nil }
        description = text
    }

    /// What stands for the checksum of nothing that is there.
    package static let zeros = Checksum(zeros: ())

    private init(zeros: ()) {
        description = String(repeating: "0", count: 64)
    }

    fileprivate init(_ digest: SHA256Digest) {
        description = digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The checksum of `bytes`.
    package init(of bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    /// The checksum of a file, read chunk by chunk.
    ///
    /// - Throws: ``PipelineError`` with `notFound` or `inputOutput`.
    package init(ofFileAt path: String) throws(PipelineError) {
        var running = RunningChecksum()
        let reader = try ChunkReader(of: FileDescriptor.reading(path))
        while let chunk = try reader.next() { running.add(chunk) }
        self = running.finish()
    }
}

/// A checksum in the making, for a file whose bytes come one after another.
package struct RunningChecksum {
    private var hasher = SHA256()

    package init() {}

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    /// The checksum of all bytes so far.
    package func finish() -> Checksum { Checksum(hasher.finalize()) }
}
