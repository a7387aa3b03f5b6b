internal import Foundation

/// A checksum that S3 keeps with an object, of bytes that come in parts; see "Checking object integrity"
/// in the Amazon S3 user guide.
struct S3Checksum {
    /// In the order in which they are preferred: cheap ones first.
    enum Algorithm: String, CaseIterable, Sendable {
        case crc32 = "CRC32"
        case crc32c = "CRC32C"
        case crc64nvme = "CRC64NVME"
        case sha1 = "SHA1"
        case sha256 = "SHA256"

        /// The header that holds the checksum, in base64.
        var header: String { "x-amz-checksum-\(rawValue.lowercased())" }
    }

    private enum Sum {
        case check(CyclicRedundancyCheck)
        case hash(RunningHash)
    }

    private var sum: Sum

    init(_ algorithm: Algorithm) {
        sum =
            switch algorithm {
            case .crc32: .check(CyclicRedundancyCheck(.crc32))
            case .crc32c: .check(CyclicRedundancyCheck(.crc32c))
            case .crc64nvme: .check(CyclicRedundancyCheck(.crc64nvme))
            case .sha1: .hash(RunningHash(.sha1))
            case .sha256: .hash(RunningHash(.sha256))
            }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch sum {
        case .check(var check):
            check.update(bytes)
            sum = .check(check)
        case .hash(var hash):
            hash.update(bytes)
            sum = .hash(hash)
        }
    }

    /// The checksum of all bytes so far, in base64.
    var text: String {
        switch sum {
        case .check(let check): Data(check.value).base64EncodedString()
        case .hash(let hash): Data(hash.value).base64EncodedString()
        }
    }

    /// The CRC32 of `bytes`, in base64.
    static func crc32(of bytes: [UInt8]) -> String {
        var checksum = S3Checksum(.crc32)
        bytes.withUnsafeBytes { checksum.update($0) }
        return checksum.text
    }
}
