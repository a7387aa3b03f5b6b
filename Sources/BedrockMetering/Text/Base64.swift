/// Base64 (RFC 4648, section 4), padded, with nothing in between.
enum Base64 {
    /// The bytes that the text in `start..<end` stands for, or nil where it is no Base64.
    static func decode(_ text: RawSpan, from start: Int, to end: Int) -> [UInt8]? {
        guard (end - start) % 4 == 0 else { return nil }
        guard end > start else { return [] }
        var padding = 0
        while padding < 2, text.byte(at: end - 1 - padding) == 0x3d { padding += 1 }
        let size = (end - start) / 4 * 3 - padding
        var isSound = true
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            var bits: UInt32 = 0
            var bitCount: UInt32 = 0
            for offset in start..<(end - padding) {
                let value = value(of: text.byte(at: offset))
                guard value < 64 else {
                    isSound = false
                    return
                }
                bits = bits << 6 | value
                bitCount += 6
                guard bitCount >= 8 else { continue }
                bitCount -= 8
                bytes.initializeElement(at: count, to: UInt8(truncatingIfNeeded: bits >> bitCount))
                count += 1
            }
        }
        return isSound ? bytes : nil
    }

    /// The six bits of a digit; 64 where it is none.
    @inline(__always)
    private static func value(of byte: UInt8) -> UInt32 {
        switch byte {
        case 0x41...0x5a: UInt32(byte) - 0x41
        case 0x61...0x7a: UInt32(byte) - 0x61 + 26
        case 0x30...0x39: UInt32(byte) - 0x30 + 52
        case 0x2b: 62
        case 0x2f: 63
        default: 64
        }
    }
}
