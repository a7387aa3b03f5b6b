/// Integers of a fixed number of bits back to back, the least significant bit of a byte first.
///
/// See `Encodings.md`, section "Run Length Encoding / Bit-Packing Hybrid", note 1.
enum BitPacking {
    /// Appends `count` integers: `values`, and zeros after them.
    ///
    /// - Precondition: `count` is a multiple of 8, and no value has more than `width` bits.
    static func pack<Value: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Value>,
        count: Int,
        width: Int,
        to output: OutputBuffer
    ) {
        precondition(count % 8 == 0 && values.count <= count && width <= 64)
        guard width > 0 else { return }
        let size = count / 8 * width
        let room = output.room(size + 8)
        var word: UInt64 = 0
        var filled = 0
        var offset = 0
        for value in values {
            let value = UInt64(truncatingIfNeeded: value)
            word |= value &<< UInt64(truncatingIfNeeded: filled)
            filled &+= width
            if filled >= 64 {
                room.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                offset &+= 8
                filled &-= 64
                word = value >> UInt64(truncatingIfNeeded: width &- filled)
            }
        }
        room.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
        offset += 8
        if offset < size {
            UnsafeMutableRawBufferPointer(rebasing: room[offset..<size])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
        output.grow(by: size)
    }

    /// The integer of `width` bits that begins at `bit`; bytes from `end` on count as zeros.
    ///
    /// - Precondition: the integer begins before `end`, and `width` is from 1 to 64.
    @inline(__always)
    static func value(in bytes: RawSpan, atBit bit: Int, width: Int, end: Int) -> UInt64 {
        let offset = bit >> 3
        let shift = bit & 7
        let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- width)
        if offset &+ 8 <= end && shift &+ width <= 64 {
            let word = UInt64(
                littleEndian: unsafe bytes.unsafeLoadUnaligned(
                    fromByteOffset: offset, as: UInt64.self)
            )
            return word &>> UInt64(truncatingIfNeeded: shift) & mask
        }
        return slowValue(in: bytes, offset: offset, shift: shift, end: end) & mask
    }

    private static func slowValue(
        in bytes: RawSpan, offset: Int, shift: Int, end: Int
    ) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<9 where offset + index < end {
            let byte = UInt64(
                unsafe bytes.unsafeLoad(fromByteOffset: offset + index, as: UInt8.self)
            )
            let place = index * 8 - shift
            value |= place < 0 ? byte >> UInt64(-place) : byte << UInt64(place)
        }
        return value
    }
}
