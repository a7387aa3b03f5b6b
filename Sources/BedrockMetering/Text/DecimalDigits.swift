/// Decimal digits, eight at a time.
enum DecimalDigits {
    /// The bytes of `word` as values of digits; wrong where a byte is no digit.
    @inline(__always)
    static func values(_ word: UInt64) -> UInt64 {
        word ^ 0x3030_3030_3030_3030
    }

    /// How many of the lowest bytes of `values` are digits, 0 to 8.
    @inline(__always)
    static func count(_ values: UInt64) -> Int {
        let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount &>> 3
    }

    /// The number that eight values of digits make, the lowest byte being the first digit.
    ///
    /// Pairs, then groups of four, then eight: three multiplications in all.
    @inline(__always)
    static func number(_ values: UInt64) -> Int64 {
        let pairs = values &* 10 &+ (values &>> 8)
        let mask: UInt64 = 0x0000_00ff_0000_00ff
        let upper = (pairs & mask) &* 0x000f_4240_0000_0064
        let lower = ((pairs &>> 16) & mask) &* 0x0000_2710_0000_0001
        return Int64(truncatingIfNeeded: (upper &+ lower) &>> 32)
    }

    /// The number that the first `count` values of digits make, 1 to 8.
    @inline(__always)
    static func number(_ values: UInt64, count: Int) -> Int64 {
        number(values &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
    }

    /// The values of the eight digits of a number below 100,000,000, the first in the lowest byte.
    @inline(__always)
    static func digits(_ number: UInt32) -> UInt64 {
        // Two groups of four digits, then four of two, then eight of one. What a division by 100 or
        // by 10 leaves is found by multiplying with a fraction that is exact for numbers so small.
        let fours = UInt64(number / 10_000) | UInt64(number % 10_000) &<< 32
        let hundreds = ((fours &* 5243) &>> 19) & 0x0000_007f_0000_007f
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = ((twos &* 103) &>> 10) & 0x000f_000f_000f_000f
        return tens | (twos &- tens &* 10) &<< 8
    }
}
