internal import Gzip

/// What an object that is no text is told by: its first bytes.
///
/// Only files that cannot be logs are told here, so that a line that was damaged at an object's very
/// beginning costs no other line.
struct FileSignature {
    /// How many bytes are looked at.
    static let size = 512

    private let bytes: [UInt8]
    private let name: String
    private let offset: Int
    /// Whether text may begin with the same bytes, and other ones have to come with them.
    private let mayBeText: Bool

    private init(_ bytes: [UInt8], _ name: String, at offset: Int = 0) {
        self.bytes = bytes
        self.name = name
        self.offset = offset
        mayBeText = false
    }

    private init(_ text: String, _ name: String, mayBeText: Bool = true, at offset: Int = 0) {
        bytes = Array(text.utf8)
        self.name = name
        self.offset = offset
        self.mayBeText = mayBeText
    }

    private static let signatures: [FileSignature] = [
        FileSignature("PK\u{3}\u{4}", "a ZIP file", mayBeText: false),
        FileSignature("PK\u{5}\u{6}", "an empty ZIP file", mayBeText: false),
        FileSignature("PK\u{7}\u{8}", "a part of a ZIP file", mayBeText: false),
        FileSignature([0x28, 0xb5, 0x2f, 0xfd], "compressed by Zstandard"),
        FileSignature([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "compressed by xz"),
        FileSignature([0x5d, 0x00, 0x00], "compressed by LZMA"),
        FileSignature("BZh", "compressed by bzip2"),
        FileSignature([0x04, 0x22, 0x4d, 0x18], "compressed by LZ4"),
        FileSignature([0x02, 0x21, 0x4c, 0x18], "compressed by LZ4"),
        FileSignature(
            [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59], "compressed by Snappy"),
        FileSignature([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00], "compressed by Snappy"),
        FileSignature([0x1f, 0x9d], "compressed by compress"),
        FileSignature("LZIP", "compressed by lzip"),
        FileSignature([0x89, 0x4c, 0x5a, 0x4f, 0x00], "compressed by lzop"),
        FileSignature([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7-Zip file"),
        FileSignature("Rar!\u{1a}\u{7}", "a RAR file", mayBeText: false),
        FileSignature("ustar", "a tar file", at: 257),
        FileSignature("PAR1", "a Parquet file"),
        FileSignature("PARE", "an encrypted Parquet file"),
        FileSignature("ORC", "an ORC file"),
        FileSignature("Obj\u{1}", "an Avro file", mayBeText: false),
        FileSignature("ARROW1", "an Arrow file"),
        FileSignature("SQLite format 3", "an SQLite database"),
        FileSignature("%PDF-", "a PDF file"),
        FileSignature("Salted__", "encrypted by OpenSSL"),
        FileSignature("age-encryption.org/", "encrypted by age", mayBeText: false),
        FileSignature("-----BEGIN PGP MESSAGE", "encrypted by PGP", mayBeText: false),
        FileSignature([0x00, 0x00, 0xfe, 0xff], "text in UTF-32"),
        FileSignature([0xff, 0xfe, 0x00, 0x00], "text in UTF-32"),
        FileSignature("H4sI", "gzip in Base64", mayBeText: false),
        // What becomes of gzip that somebody took for text.
        FileSignature("\u{1f}\u{fffd}\u{8}", "gzip that was damaged as text", mayBeText: false),
    ]

    static let unknown = "encrypted, or compressed by something unknown such as Brotli"
    static let otherEncoding = "text in an encoding other than UTF-8"

    /// What an object seems to be that begins with `bytes`, all of them or the first ``size``; nil where it
    /// may be text.
    static func likeness(of bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        for signature in signatures where signature.matches(bytes) { return signature.name }
        if beginsUTF16(bytes) { return nil }
        let gzip: [UInt8] = [0x1f, 0x8b, 0x08]
        if bytes.count > gzip.count, zip(bytes, gzip).count(where: { $0 == $1 }) == 2 {
            return "gzip whose first bytes are damaged"
        }
        if let encoding = wideEncoding(of: bytes) { return encoding }
        if unsoundCount(in: bytes[...]) > 0,
            SnappyBlock.mayBegin(bytes, isWhole: bytes.count < size)
        {
            return "compressed by Snappy"
        }
        return first == 0 ? unknown : nil
    }

    /// Whether `bytes` begin with the byte order mark of UTF-16.
    static func beginsUTF16(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
    }

    private static func unsoundCount(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { UnsoundBytes.count(in: $0) }
    }

    private func matches(_ sample: [UInt8]) -> Bool {
        guard sample.dropFirst(offset).starts(with: bytes) else { return false }
        let next = sample.dropFirst(offset + bytes.count).prefix(16)
        return !mayBeText || Self.unsoundCount(in: next) > 0
    }

    /// UTF-16 or UTF-32 without a byte order mark, in which Latin letters come with zeros.
    private static func wideEncoding(of bytes: [UInt8]) -> String? {
        guard bytes.count >= 8 else { return nil }
        var zeros = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() where byte == 0 { zeros[index % 4] += 1 }
        let quarter = bytes.count / 4
        let isMostlyZero = zeros.map { $0 * 2 > quarter }
        let isHardlyZero = zeros.map { $0 * 8 < quarter }
        switch (isMostlyZero, isHardlyZero) {
        case ([false, true, true, true], _), ([true, true, true, false], _): return "text in UTF-32"
        case ([false, true, false, true], [true, false, true, false]),
            ([true, false, true, false], [false, true, false, true]):
            return "text in UTF-16 without a byte order mark"
        default: return nil
        }
    }
}
