/// Turns UTF-16 into UTF-8, from pieces of any size (RFC 2781).
///
/// A surrogate without its other half comes out as the three bytes that it would have if it were a
/// character, which are no UTF-8, and so does half a unit at the end: both are a matter of their line.
struct UTF16Decoder {
    let isBigEndian: Bool
    /// The first byte of a unit whose second one has not come.
    private var firstByte: UInt8?
    /// The first half of a pair whose second one has not come.
    private var leading: UInt16?

    init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    /// Decodes `bytes` into `output`, which has room for twice as many, and four.
    ///
    /// - Returns: the bytes written.
    mutating func decode(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        var place = 0
        for byte in bytes {
            guard let first = firstByte else {
                firstByte = byte
                continue
            }
            firstByte = nil
            let unit =
                isBigEndian
                ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
            decode(unit, into: output, at: &place)
        }
        return place
    }

    /// Writes what has not become whole.
    mutating func finish(into output: UnsafeMutableRawBufferPointer) -> Int {
        var place = 0
        passLeading(into: output, at: &place)
        if firstByte != nil {
            output[place] = 0xff
            place += 1
            firstByte = nil
        }
        return place
    }

    private mutating func decode(
        _ unit: UInt16, into output: UnsafeMutableRawBufferPointer, at place: inout Int
    ) {
        if let first = leading, UTF16.isTrailSurrogate(unit) {
            leading = nil
            let scalar = 0x10000 + (UInt32(first & 0x3ff) << 10 | UInt32(unit & 0x3ff))
            output[place] = UInt8(0xf0 | scalar >> 18)
            output[place + 1] = UInt8(0x80 | scalar >> 12 & 0x3f)
            output[place + 2] = UInt8(0x80 | scalar >> 6 & 0x3f)
            output[place + 3] = UInt8(0x80 | scalar & 0x3f)
            place += 4
            return
        }
        passLeading(into: output, at: &place)
        if UTF16.isLeadSurrogate(unit) {
            leading = unit
        } else {
            write(unit, into: output, at: &place)
        }
    }

    private mutating func passLeading(
        into output: UnsafeMutableRawBufferPointer, at place: inout Int
    ) {
        guard let first = leading else { return }
        leading = nil
        write(first, into: output, at: &place)
    }

    private func write(
        _ unit: UInt16, into output: UnsafeMutableRawBufferPointer, at place: inout Int
    ) {
        switch unit {
        case ..<0x80:
            output[place] = UInt8(unit)
            place += 1
        case ..<0x800:
            output[place] = UInt8(0xc0 | unit >> 6)
            output[place + 1] = UInt8(0x80 | unit & 0x3f)
            place += 2
        default:
            output[place] = UInt8(0xe0 | unit >> 12)
            output[place + 1] = UInt8(0x80 | unit >> 6 & 0x3f)
            output[place + 2] = UInt8(0x80 | unit & 0x3f)
            place += 3
        }
    }
}
