import CZlib

/// The checksum of gzip members (RFC 1952, section 8).
package enum CRC32 {
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        )
    }
}
