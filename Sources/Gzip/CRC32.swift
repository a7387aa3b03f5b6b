import CZlib

/// The checksum of gzip members (RFC 1952, section 8).
package enum CRC32 {
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: adding(bytes, to: 0))
    }

    private static let isFolded = CZlibMultipliesWithoutCarries() != 0
    /// Fewer bytes than this are not worth it.
    private static let leastFolded = 128

    /// That of the bytes whose checksum is `checksum` and of those that follow them.
    static func adding(_ bytes: UnsafeRawBufferPointer, to checksum: UInt) -> UInt {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return checksum
        }
        guard bytes.count >= leastFolded, isFolded else {
            return crc32_z(checksum, start, bytes.count)
        }
        return CZlibFoldedChecksum(checksum, start, bytes.count)
    }
}
