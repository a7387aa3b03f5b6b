/// Searches over bytes, several at a time.
///
/// Every text that is scanned is followed by ``padding`` readable bytes, so that words may be
/// loaded across its end; what they hold is never taken for text.
enum ByteScan {
    static let padding = 64

    /// Makes sure once that words may be loaded anywhere in `start..<end`, so that a loop need not.
    @inline(__always)
    static func checkPadding(of text: RawSpan, from start: Int, to end: Int) {
        precondition(start >= 0 && end &+ padding <= text.byteCount)
    }

    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first offset in `start..<end` that holds `byte`, else `end`.
    @inline(__always)
    static func first(_ byte: UInt8, in text: RawSpan, from start: Int, to end: Int) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        while offset < end {
            let block = text.uncheckedBlock(at: offset)
            let others = block ^ SIMD16(repeating: byte)
            if let hit = firstTop(of: (others &- SIMD16(repeating: 1)) & ~others) {
                return min(end, offset &+ hit)
            }
            offset &+= 16
        }
        return end
    }

    /// The first offset in `start..<end` whose byte needs a look inside a JSON string: a quote, a
    /// backslash, a control character or the start of a multi-byte character; else `end`.
    @inline(__always)
    static func endOfPlainString(in text: RawSpan, from start: Int, to end: Int) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        while offset < end {
            let block = text.uncheckedBlock(at: offset)
            // Each subtraction takes a byte that is sought below zero, where its top bit is set; bytes
            // from 0x80 have it anyway.
            let control = block &- SIMD16(repeating: 0x20)
            let quote = (block ^ SIMD16(repeating: 0x22)) &- SIMD16(repeating: 1)
            let backslash = (block ^ SIMD16(repeating: 0x5c)) &- SIMD16(repeating: 1)
            if let hit = firstTop(of: control | quote | backslash | block) {
                return min(end, offset &+ hit)
            }
            offset &+= 16
        }
        return end
    }

    /// The number of the first of sixteen bytes whose top bit is set.
    @inline(__always)
    private static func firstTop(of block: SIMD16<UInt8>) -> Int? {
        let words = unsafe unsafeBitCast(block, to: SIMD2<UInt64>.self)
        let low = UInt64(littleEndian: words[0]) & tops
        if low != 0 { return low.trailingZeroBitCount &>> 3 }
        let high = UInt64(littleEndian: words[1]) & tops
        return high == 0 ? nil : 8 &+ high.trailingZeroBitCount &>> 3
    }

    /// The first offset in `start..<end` that holds an underscore or a backslash, else `end`.
    @inline(__always)
    static func firstUnderscoreOrBackslash(
        in text: RawSpan, from start: Int, to end: Int
    ) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        while offset < end {
            let block = text.uncheckedBlock(at: offset)
            let underscore = (block ^ SIMD16(repeating: 0x5f)) &- SIMD16(repeating: 1)
            let backslash = (block ^ SIMD16(repeating: 0x5c)) &- SIMD16(repeating: 1)
            if let hit = firstTop(of: (underscore | backslash) & ~block) {
                return min(end, offset &+ hit)
            }
            offset &+= 16
        }
        return end
    }

    /// The first offset in `start..<end` that holds a line feed or an opening brace, else `end`.
    @inline(__always)
    static func firstLineEndOrBrace(in text: RawSpan, from start: Int, to end: Int) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        while offset < end {
            let block = text.uncheckedBlock(at: offset)
            let lineEnd = (block ^ SIMD16(repeating: 0x0a)) &- SIMD16(repeating: 1)
            let brace = (block ^ SIMD16(repeating: 0x7b)) &- SIMD16(repeating: 1)
            if let hit = firstTop(of: (lineEnd | brace) & ~block) {
                return min(end, offset &+ hit)
            }
            offset &+= 16
        }
        return end
    }

    /// Whether a blank, a quote or a byte of a longer character is among the sixteen bytes at `offset`,
    /// which ``checkPadding(of:from:to:)`` has covered.
    @inline(__always)
    static func hasBlankOrQuote(in text: RawSpan, at offset: Int) -> Bool {
        let block = text.uncheckedBlock(at: offset)
        let blank = (block ^ SIMD16(repeating: 0x20)) &- SIMD16(repeating: 1)
        let quote = (block ^ SIMD16(repeating: 0x22)) &- SIMD16(repeating: 1)
        return firstTop(of: blank | quote | block) != nil
    }

    /// Whether `needle`, at most 64 bytes, occurs in `start..<end`. Linear on ordinary text.
    static func contains(
        _ needle: StaticString, in text: RawSpan, from start: Int, to end: Int
    ) -> Bool {
        find(needle, in: text, from: start, to: end) != nil
    }

    /// Where `needle`, at most 64 bytes, first begins in `start..<end`. Linear on ordinary text.
    static func find(
        _ needle: StaticString, in text: RawSpan, from start: Int, to end: Int
    ) -> Int? {
        let size = needle.utf8CodeUnitCount
        guard end - start >= size else { return nil }
        let bytes = UnsafeRawBufferPointer(start: needle.utf8Start, count: size)
        var offset = start
        while true {
            offset = first(bytes[0], in: text, from: offset, to: end - size + 1)
            guard offset < end - size + 1 else { return nil }
            if bytes.indices.allSatisfy({ text.byte(at: offset + $0) == bytes[$0] }) {
                return offset
            }
            offset += 1
        }
    }

    /// How many times `byte` occurs in `start..<end`.
    static func count(_ byte: UInt8, in text: RawSpan, from start: Int, to end: Int) -> Int {
        var total = 0
        var offset = start
        while true {
            offset = first(byte, in: text, from: offset, to: end)
            guard offset < end else { return total }
            total += 1
            offset += 1
        }
    }

    /// Whether `start..<end` holds the same bytes in both texts.
    @inline(__always)
    static func equal(
        _ left: RawSpan, at leftStart: Int, _ right: RawSpan, at rightStart: Int, count: Int
    ) -> Bool {
        checkPadding(of: left, from: leftStart, to: leftStart &+ count)
        checkPadding(of: right, from: rightStart, to: rightStart &+ count)
        var offset = 0
        while offset &+ 8 <= count {
            if left.uncheckedWord(at: leftStart &+ offset)
                != right.uncheckedWord(at: rightStart &+ offset)
            {
                return false
            }
            offset &+= 8
        }
        guard offset < count else { return true }
        let difference =
            left.uncheckedWord(at: leftStart &+ offset)
            ^ right.uncheckedWord(at: rightStart &+ offset)
        return difference << UInt64(64 &- 8 &* (count &- offset)) == 0
    }

    /// Copies `start..<end` to `offset` of `memory`, whose next seven bytes may be overwritten.
    ///
    /// - Parameter capacity: the bytes of `memory`.
    @inline(__always)
    static func copy(
        _ text: RawSpan, from start: Int, to end: Int,
        into memory: UnsafeMutableRawBufferPointer, of capacity: Int, at offset: Int
    ) {
        checkPadding(of: text, from: start, to: end)
        precondition(offset >= 0 && offset &+ (end &- start) &+ 8 <= capacity)
        var source = start
        var target = offset
        while source < end {
            memory.storeBytes(
                of: text.uncheckedWord(at: source).littleEndian, toByteOffset: target,
                as: UInt64.self
            )
            source &+= 8
            target &+= 8
        }
    }

    /// The length of the UTF-8 sequence at `offset`, or 0 where it is not one (RFC 3629, section 4).
    static func lengthOfCharacter(in text: RawSpan, at offset: Int, to end: Int) -> Int {
        let lead = text.byte(at: offset)
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0x00...0x7f: (1, 0...0xff)
            case 0xc2...0xdf: (2, 0x80...0xbf)
            case 0xe0: (3, 0xa0...0xbf)
            case 0xed: (3, 0x80...0x9f)
            case 0xe1...0xef: (3, 0x80...0xbf)
            case 0xf0: (4, 0x90...0xbf)
            case 0xf1...0xf3: (4, 0x80...0xbf)
            case 0xf4: (4, 0x80...0x8f)
            default: (0, 0...0)
            }
        guard length > 0, offset + length <= end else { return 0 }
        if length > 1 && !second.contains(text.byte(at: offset + 1)) { return 0 }
        for index in stride(from: 2, to: length, by: 1)
        where !(0x80...0xbf).contains(text.byte(at: offset + index)) {
            return 0
        }
        return length
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    /// The first offset in `start..<end` that holds no JSON white space, else `end`.
    @inline(__always)
    static func skipSpaces(in text: RawSpan, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end && isSpace(text.byte(at: offset)) { offset &+= 1 }
        return offset
    }
}

extension RawSpan {
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes from `offset`, the first in the lowest bits.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Sixteen bytes from `offset`, which ``ByteScan/checkPadding(of:from:to:)`` has covered.
    @inline(__always)
    func uncheckedBlock(at offset: Int) -> SIMD16<UInt8> {
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }

    /// Thirty-two bytes from `offset`, which ``ByteScan/checkPadding(of:from:to:)`` has covered.
    @inline(__always)
    func uncheckedWords(at offset: Int) -> SIMD4<UInt64> {
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD4<UInt64>.self)
    }

    /// Eight bytes from `offset`, which ``ByteScan/checkPadding(of:from:to:)`` has covered.
    @inline(__always)
    func uncheckedWord(at offset: Int) -> UInt64 {
        UInt64(
            littleEndian: unsafe unsafeLoadUnaligned(
                fromUncheckedByteOffset: offset, as: UInt64.self
            )
        )
    }
}
