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

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first offset in `start..<end` that holds `byte`, else `end`.
    @inline(__always)
    static func first(_ byte: UInt8, in text: RawSpan, from start: Int, to end: Int) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        let pattern = ones &* UInt64(byte)
        while offset < end {
            let difference = text.uncheckedWord(at: offset) ^ pattern
            let hits = (difference &- ones) & ~difference & tops
            if hits != 0 { return min(end, offset &+ hits.trailingZeroBitCount &>> 3) }
            offset &+= 8
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
            let word = text.uncheckedWord(at: offset)
            // Each subtraction borrows into the top bit of a byte that is sought; bytes from 0x80
            // have it anyway. Only bytes above the first hit can be marked wrongly.
            let control = word &- ones &* 0x20
            let quote = (word ^ ones &* 0x22) &- ones
            let backslash = (word ^ ones &* 0x5c) &- ones
            let hits = (control | quote | backslash | word) & tops
            if hits != 0 { return min(end, offset &+ hits.trailingZeroBitCount &>> 3) }
            offset &+= 8
        }
        return end
    }

    /// The first offset in `start..<end` that holds an underscore or a backslash, else `end`.
    @inline(__always)
    static func firstUnderscoreOrBackslash(
        in text: RawSpan, from start: Int, to end: Int
    ) -> Int {
        checkPadding(of: text, from: start, to: end)
        var offset = start
        while offset < end {
            let word = text.uncheckedWord(at: offset)
            let underscore = word ^ ones &* 0x5f
            let backslash = word ^ ones &* 0x5c
            let hits =
                ((underscore &- ones) & ~underscore | (backslash &- ones) & ~backslash) & tops
            if hits != 0 { return min(end, offset &+ hits.trailingZeroBitCount &>> 3) }
            offset &+= 8
        }
        return end
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
    @inline(__always)
    static func copy(
        _ text: RawSpan, from start: Int, to end: Int,
        into memory: UnsafeMutableRawBufferPointer, at offset: Int
    ) {
        checkPadding(of: text, from: start, to: end)
        precondition(offset >= 0 && offset &+ (end &- start) &+ 8 <= memory.count)
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
