/// Characters: UTF-8 in its shortest form, of what XML allows, and names made of them.
extension XMLReader {
    /// Passes a character over, and returns it.
    @discardableResult
    mutating func passCharacter() throws(XMLFault) -> UInt32 {
        guard let (scalar, size) = scalar(at: offset) else {
            throw fault(
                offset < bytes.count ? "no character of UTF-8" : "the document ends too early")
        }
        guard Self.isCharacter(scalar) else { throw fault("a character that XML forbids") }
        offset += size
        return scalar
    }

    /// Passes a character over, and those after it that are letters of ASCII or the like: most of any document.
    mutating func passCharacters() throws(XMLFault) {
        try passCharacter()
        let start = offset
        offset = bytes.withUnsafeBufferPointer { bytes in
            var end = start
            while end < bytes.count, Self.isPlain(bytes[end]) { end += 1 }
            return end
        }
    }

    /// Whether a byte is a character that means nothing but itself, wherever it stands.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "%"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isCharacter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20...0xd7ff, 0x9, 0xa, 0xd, 0xe000...0xfffd, 0x10000...0x10_ffff: true
        default: false
        }
    }

    /// The character at a place and its bytes' number; nil where there is none. See "The Unicode Standard",
    /// table 3-7.
    private func scalar(at place: Int) -> (UInt32, Int)? {
        guard place < bytes.count else { return nil }
        let first = bytes[place]
        if first < 0x80 { return (UInt32(first), 1) }
        let size: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch first {
        case 0xc2...0xdf: size = 2
        case 0xe0: (size, second) = (3, 0xa0...0xbf)
        case 0xed: (size, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: size = 3
        case 0xf0: (size, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: size = 4
        case 0xf4: (size, second) = (4, 0x80...0x8f)
        default: return nil
        }
        guard bytes.count - place >= size, second.contains(bytes[place + 1]) else { return nil }
        var scalar = UInt32(first) & (0x7f >> UInt32(size))
        for byte in bytes[place + 1..<place + size] {
            guard byte & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        return (scalar, size)
    }

    /// Passes a name over, and returns where it stands.
    mutating func name() throws(XMLFault) -> Range<Int> {
        let start = offset
        guard let (first, size) = scalar(at: offset), Self.beginsName(first) else {
            throw fault("no name")
        }
        offset += size
        while let (scalar, size) = scalar(at: offset), Self.isInName(scalar) {
            offset += size
            guard offset - start <= limits.nameSize else {
                throw fault("a name of more than \(limits.nameSize) bytes", at: start)
            }
        }
        return start..<offset
    }

    private static func beginsName(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x61...0x7a, 0x41...0x5a, 0x5f, 0x3a, 0xc0...0xd6, 0xd8...0xf6, 0xf8...0x2ff,
            0x370...0x37d, 0x37f...0x1fff, 0x200c...0x200d, 0x2070...0x218f, 0x2c00...0x2fef,
            0x3001...0xd7ff, 0xf900...0xfdcf, 0xfdf0...0xfffd, 0x10000...0xeffff:
            true
        default: false
        }
    }

    private static func isInName(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x2d, 0x2e, 0x30...0x39, 0xb7, 0x300...0x36f, 0x203f...0x2040: true
        default: beginsName(scalar)
        }
    }

    /// The character that a reference such as `&lt;` or `&#x3C;` stands for. There are no others: entities
    /// would need a document type.
    mutating func reference() throws(XMLFault) -> ArraySlice<UInt8> {
        let start = offset
        for (text, character) in Self.entities where follows(text) {
            offset += text.utf8CodeUnitCount
            return character
        }
        let isHexadecimal = follows("&#x")
        guard isHexadecimal || follows("&#") else { throw fault("an entity that is not known") }
        offset += isHexadecimal ? 3 : 2
        let first = offset
        var number: UInt32 = 0
        while offset < bytes.count,
            let digit = Self.digit(bytes[offset], isHexadecimal: isHexadecimal)
        {
            // More than any character's; what follows cannot make it one again.
            number = min(number * (isHexadecimal ? 16 : 10) + digit, 0x11_0000)
            offset += 1
        }
        guard offset > first, follows(";"), Self.isCharacter(number),
            let scalar = Unicode.Scalar(number)
        else { throw fault("a reference to no character", at: start) }
        offset += 1
        return Array(String(scalar).utf8)[...]
    }

    private static func digit(_ byte: UInt8, isHexadecimal: Bool) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x61...0x66 where isHexadecimal: UInt32(byte) - 0x61 + 10
        case 0x41...0x46 where isHexadecimal: UInt32(byte) - 0x41 + 10
        default: nil
        }
    }

    private static let entities: [(StaticString, ArraySlice<UInt8>)] = [
        ("&lt;", [UInt8(ascii: "<")]), ("&gt;", [UInt8(ascii: ">")]),
        ("&amp;", [UInt8(ascii: "&")]), ("&quot;", [UInt8(ascii: "\"")]),
        ("&apos;", [UInt8(ascii: "'")]),
    ]
}
