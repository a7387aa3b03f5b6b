/// The first bytes by which files tell what they are.
///
/// Only files that cannot be logs are told here, so that a line that was damaged at an object's very
/// beginning costs no other line.
enum FileSignature {
    /// How many bytes are looked at.
    static let size = 10

    /// Other compressions that a log may have been put into: Zstandard (RFC 8878), xz, bzip2, LZ4.
    private static let others: [[UInt8]] = [
        [0x28, 0xb5, 0x2f, 0xfd], [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
        Array("BZh".utf8), [0x04, 0x22, 0x4d, 0x18],
    ]

    /// Whether an object that begins with `bytes`, all of them or the first ``size``, is no text: another
    /// compression, gzip with one byte of its magic number damaged, or a file that begins with NUL.
    static func isBinary(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first else { return false }
        let gzip: [UInt8] = [0x1f, 0x8b, 0x08]
        let isNearlyGzip =
            bytes.count > gzip.count && zip(bytes, gzip).count(where: { $0 == $1 }) == 2
        return first == 0 || isNearlyGzip || others.contains { bytes.starts(with: $0) }
    }
}
