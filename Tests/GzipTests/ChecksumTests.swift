import Gzip
import Testing

/// The checksum of gzip members.
@Suite struct ChecksumTests {
    /// Bit by bit, as RFC 1952 defines it.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0xedb8_8320 }
            }
        }
        return ~sum
    }

    @Test func `it is the same of any number of bytes, wherever they lie`() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<700).map { _ in UInt8.random(in: 0...255, using: &random) }
        for size in 0...600 {
            let start = size % 67
            let part = bytes[start..<start + size]

            let found = part.withUnsafeBytes { CRC32.of($0) }

            #expect(found == Self.checksum(part), "\(size) bytes from \(start) on")
        }
    }

    @Test(arguments: [0, 0xff] as [UInt8])
    func `it is the same where all bits are`(byte: UInt8) {
        for size in [63, 64, 127, 128, 129, 255, 256, 1000, 65_537] {
            let bytes = [UInt8](repeating: byte, count: size)

            #expect(bytes.withUnsafeBytes { CRC32.of($0) } == Self.checksum(bytes))
        }
    }
}
