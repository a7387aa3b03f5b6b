/// Bytes that no text in UTF-8 has, and how much of them is too much for text.
package enum UnsoundBytes {
    /// How many of `bytes` belong to no UTF-8 character (RFC 3629, section 4), to a control character that
    /// logs do not have, or to U+FFFD, which stands for bytes that were lost before.
    ///
    /// A character that is cut by the end counts as sound, as the first bytes of a longer text have it.
    package static func count(in bytes: UnsafeRawBufferPointer) -> Int {
        var total = 0
        var offset = 0
        while offset < bytes.count {
            if offset &+ 16 <= bytes.count, isPlain(bytes, at: offset) {
                offset &+= 16
                continue
            }
            // The last bytes once more, with some of those that were plain before them.
            if offset > 0, offset &+ 16 > bytes.count, bytes.count >= 16,
                isPlain(bytes, at: bytes.count &- 16)
            {
                break
            }
            let (size, isSound) = character(in: bytes, at: offset)
            if !isSound { total &+= size }
            offset &+= size
        }
        return total
    }

    /// Whether each of the sixteen bytes at `offset` is a printable character of ASCII.
    @inline(__always)
    private static func isPlain(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        // The top bit of a byte is set where it is no ASCII, below a blank, or the last of ASCII.
        let others = block | (block &- SIMD16(repeating: 0x20)) | (block &+ SIMD16(repeating: 1))
        let words = unsafeBitCast(others, to: SIMD2<UInt64>.self)
        return (words[0] | words[1]) & 0x8080_8080_8080_8080 == 0
    }

    /// Whether `bytes` may be a line of text, with a few bytes of something else in it.
    package static func mayBeText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let unsound = count(in: bytes)
        return unsound <= 4 || unsound <= bytes.count / 8
    }

    private static func character(
        in bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> (size: Int, isSound: Bool) {
        let lead = bytes[offset]
        let size: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        // Tab, line ends, form feed, and the escape that colours begin with.
        case 0x09...0x0d, 0x1b, 0x20...0x7e: return (1, true)
        case 0xc2...0xdf: size = 2
        case 0xe0: (size, second) = (3, 0xa0...0xbf)
        case 0xed: (size, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: size = 3
        case 0xf0: (size, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: size = 4
        case 0xf4: (size, second) = (4, 0x80...0x8f)
        default: return (1, false)
        }
        for index in 1..<size {
            guard offset + index < bytes.count else { return (index, true) }
            let range = index == 1 ? second : 0x80...0xbf
            guard range.contains(bytes[offset + index]) else { return (1, false) }
        }
        let isReplacement = lead == 0xef && bytes[offset + 1] == 0xbf && bytes[offset + 2] == 0xbd
        return (size, !isReplacement)
    }
}
