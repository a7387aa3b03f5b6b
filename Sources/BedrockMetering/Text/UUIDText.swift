/// UUIDs as Bedrock writes them, 36 characters in lower case (RFC 9562, section 4), to 128 bits and
/// back.
enum UUIDText {
    static let size = 36

    /// The bits of the UUID at `start`, or nil where it is not written exactly so.
    @inline(__always)
    static func parse(_ text: RawSpan, at start: Int) -> (high: UInt64, low: UInt64)? {
        guard
            text.byte(at: start &+ 8) == 0x2d, text.byte(at: start &+ 13) == 0x2d,
            text.byte(at: start &+ 18) == 0x2d, text.byte(at: start &+ 23) == 0x2d
        else { return nil }
        let lower: UInt64 = 0xffff_ffff
        let second = text.word(at: start &+ 9) & lower | text.word(at: start &+ 14) << 32
        let third = text.word(at: start &+ 19) & lower | text.word(at: start &+ 24) << 32
        guard
            let a = eightDigits(text.word(at: start)), let b = eightDigits(second),
            let c = eightDigits(third), let d = eightDigits(text.word(at: start &+ 28))
        else { return nil }
        return (a << 32 | b, c << 32 | d)
    }

    /// The 32 bits of eight hexadecimal digits in lower case, the first in the lowest byte.
    @inline(__always)
    private static func eightDigits(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let values = (digits & (ones &* 0x0f)) &+ ((digits &>> 6) & ones) &* 9
        let letters = ((values &+ ones &* 6) &>> 4) & ones
        let written = values &+ ones &* 0x30 &+ letters &* 0x27
        guard written == digits, values & (ones &* 0xf0) == 0 else { return nil }
        // Pairs of digits become bytes, and four bytes a number, the first one highest.
        let bytes = (values &<< 4 | values &>> 8) & 0x00ff_00ff_00ff_00ff
        let pairs = (bytes | bytes &>> 8) & 0x0000_ffff_0000_ffff
        let word = UInt32(truncatingIfNeeded: pairs | pairs &>> 16)
        return UInt64(word.byteSwapped)
    }

    /// Writes the text to the first 36 bytes of `memory`.
    @inline(__always)
    static func write(high: UInt64, low: UInt64, to memory: UnsafeMutableRawBufferPointer) {
        func store(_ word: UInt64, at offset: Int) {
            memory.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
        }
        func storeHalf(_ half: UInt64, at offset: Int) {
            memory.storeBytes(
                of: UInt32(truncatingIfNeeded: half).littleEndian, toByteOffset: offset,
                as: UInt32.self
            )
        }
        let second = digits(of: UInt32(truncatingIfNeeded: high))
        let third = digits(of: UInt32(truncatingIfNeeded: low &>> 32))
        store(digits(of: UInt32(truncatingIfNeeded: high &>> 32)), at: 0)
        storeHalf(second, at: 9)
        storeHalf(second &>> 32, at: 14)
        storeHalf(third, at: 19)
        storeHalf(third &>> 32, at: 24)
        store(digits(of: UInt32(truncatingIfNeeded: low)), at: 28)
        memory[8] = 0x2d
        memory[13] = 0x2d
        memory[18] = 0x2d
        memory[23] = 0x2d
    }

    /// The eight digits of a number, the first in the lowest byte.
    @inline(__always)
    private static func digits(of number: UInt32) -> UInt64 {
        let word = UInt64(number.byteSwapped)
        let pairs = (word | word &<< 16) & 0x0000_ffff_0000_ffff
        let bytes = (pairs | pairs &<< 8) & 0x00ff_00ff_00ff_00ff
        let values = (bytes &>> 4 | bytes &<< 8) & 0x0f0f_0f0f_0f0f_0f0f
        let ones: UInt64 = 0x0101_0101_0101_0101
        let letters = ((values &+ ones &* 6) &>> 4) & ones
        return values &+ ones &* 0x30 &+ letters &* 0x27
    }
}
