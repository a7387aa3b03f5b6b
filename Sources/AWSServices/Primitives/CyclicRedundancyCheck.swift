/// A cyclic redundancy check of bytes that come in parts: reflected, begun and ended with all bits set.
package struct CyclicRedundancyCheck: Sendable {
    /// A polynomial and its tables.
    package struct Polynomial: Sendable {
        /// 32 or 64.
        fileprivate let width: Int
        /// For eight bytes at once: what a byte adds that is followed by none, one, … seven others, 256
        /// numbers each. See "slicing-by-8" in M. Kounavis and F. Berry, "A Systematic Approach to
        /// Building High Performance, Software-based, CRC Generators", 2005.
        fileprivate let tables: [UInt64]

        /// - Parameter reversed: the coefficients, that of the highest power in the lowest bit.
        init(reversed: UInt64, width: Int) {
            self.width = width
            var tables = (0..<256).map { (byte: UInt64) in
                (0..<8).reduce(byte) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ reversed }
            }
            for index in 256..<2048 {
                let before = tables[index - 256]
                tables.append(before >> 8 ^ tables[Int(before & 0xff)])
            }
            self.tables = tables
        }

        /// That of ISO 3309 and gzip.
        package static let crc32 = Polynomial(reversed: 0xedb8_8320, width: 32)
        /// Castagnoli's; RFC 3720, section 12.1.
        package static let crc32c = Polynomial(reversed: 0x82f6_3b78, width: 32)
        /// That of the NVM Express specification, S3's own default.
        package static let crc64nvme = Polynomial(reversed: 0x9a6c_9329_ac4b_c9b5, width: 64)
    }

    private let polynomial: Polynomial
    private let mask: UInt64
    private var state: UInt64

    package init(_ polynomial: Polynomial) {
        self.polynomial = polynomial
        mask = .max >> UInt64(64 - polynomial.width)
        state = mask
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        polynomial.tables.withUnsafeBufferPointer { tables in
            var sum = state
            var offset = 0
            let whole = bytes.count & ~7
            while offset < whole {
                let next = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let mixed = sum ^ UInt64(littleEndian: next)
                sum =
                    tables[1792 + Int(mixed & 0xff)] ^ tables[1536 + Int(mixed >> 8 & 0xff)]
                    ^ tables[1280 + Int(mixed >> 16 & 0xff)]
                    ^ tables[1024 + Int(mixed >> 24 & 0xff)]
                    ^ tables[768 + Int(mixed >> 32 & 0xff)]
                    ^ tables[512 + Int(mixed >> 40 & 0xff)]
                    ^ tables[256 + Int(mixed >> 48 & 0xff)] ^ tables[Int(mixed >> 56)]
                offset += 8
            }
            while offset < bytes.count {
                sum = sum >> 8 ^ tables[Int((sum ^ UInt64(bytes[offset])) & 0xff)]
                offset += 1
            }
            state = sum
        }
    }

    /// The check of all bytes so far, most significant byte first.
    package var value: [UInt8] {
        let value = state ^ mask
        return stride(from: polynomial.width - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> UInt64($0))
        }
    }
}
