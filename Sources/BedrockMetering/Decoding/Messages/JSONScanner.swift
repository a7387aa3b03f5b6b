/// Walks over JSON (RFC 8259) in a text, checking it, without making values of it.
///
/// After a throw, ``offset`` is where the text is wrong, or ``end`` where it only ends too early.
struct JSONScanner {
    var offset: Int
    let end: Int
    /// Whether strings must be sound text; where not, only their ends are looked for.
    private let checksText: Bool

    static let maximumDepth = 128

    init(from start: Int, to end: Int, checksText: Bool = true) {
        offset = start
        self.end = end
        self.checksText = checksText
    }

    var ranOut: Bool { offset >= end }

    enum Kind {
        case string, number, literal, null, container
    }

    /// Where a value lies; for a string, what is between its quotes.
    struct Value {
        var kind: Kind
        var start: Int
        var end: Int
        var hasEscapes = false
    }

    @inline(__always)
    mutating func skipSpaces(_ text: RawSpan) {
        // White space stands in few places.
        guard offset < end, text.byte(at: offset) <= 0x20 else { return }
        offset = ByteScan.skipSpaces(in: text, from: offset, to: end)
    }

    /// Passes `byte` after white space; returns whether it was there.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ text: RawSpan) -> Bool {
        skipSpaces(text)
        guard offset < end, text.byte(at: offset) == byte else { return false }
        offset += 1
        return true
    }

    /// Passes a key and its colon.
    mutating func key(_ text: RawSpan) throws(RejectionReason) -> Value {
        guard take(0x22, text) else { throw .malformedJSON }
        let key = try string(text)
        guard take(0x3a, text) else { throw .malformedJSON }
        return key
    }

    /// Passes a value of any kind, which lies in `outer` containers.
    mutating func value(
        _ text: RawSpan, inside outer: Int = 0
    ) throws(RejectionReason) -> Value {
        skipSpaces(text)
        guard offset < end else { throw .malformedJSON }
        let start = offset
        switch text.byte(at: offset) {
        case 0x22:
            offset += 1
            return try string(text)
        case 0x7b, 0x5b:
            try container(text, inside: outer)
            return Value(kind: .container, start: start, end: offset)
        case 0x2d, 0x30...0x39:
            try number(text)
            return Value(kind: .number, start: start, end: offset)
        case 0x74:
            try literal("true", text)
        case 0x66:
            try literal("false", text)
        case 0x6e:
            try literal("null", text)
            return Value(kind: .null, start: start, end: offset)
        default:
            throw .malformedJSON
        }
        return Value(kind: .literal, start: start, end: offset)
    }

    /// Passes the rest of a string whose opening quote has been passed, and its closing quote.
    mutating func string(_ text: RawSpan) throws(RejectionReason) -> Value {
        let start = offset
        var hasEscapes = false
        while true {
            offset = ByteScan.endOfPlainString(in: text, from: offset, to: end)
            guard offset < end else { throw .malformedJSON }
            let byte = text.byte(at: offset)
            if byte == 0x22 {
                offset += 1
                return Value(kind: .string, start: start, end: offset - 1, hasEscapes: hasEscapes)
            }
            if byte == 0x5c {
                hasEscapes = true
                try escape(text)
            } else if byte < 0x20 {
                throw .malformedJSON
            } else {
                let length = ByteScan.lengthOfCharacter(in: text, at: offset, to: end)
                if length == 0 {
                    guard checksText else {
                        offset += 1
                        continue
                    }
                    if isCutCharacter(text) { offset = end }
                    throw .invalidUTF8
                }
                offset += length
            }
        }
    }

    /// Whether the bytes from ``offset`` may be a character that the end of the text cuts.
    private func isCutCharacter(_ text: RawSpan) -> Bool {
        guard end - offset < 4, text.byte(at: offset) >= 0xc2 else { return false }
        return ((offset + 1)..<end).allSatisfy { text.byte(at: $0) & 0xc0 == 0x80 }
    }

    private mutating func escape(_ text: RawSpan) throws(RejectionReason) {
        guard offset + 1 < end else {
            offset = end
            throw .malformedJSON
        }
        switch text.byte(at: offset + 1) {
        case 0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74:
            offset += 2
        case 0x75:
            let unit = try codeUnit(text)
            guard checksText, unit & 0xf800 == 0xd800 else { return }
            guard unit < 0xdc00 else { throw .loneSurrogate }
            guard offset < end else { throw .malformedJSON }
            guard text.byte(at: offset) == 0x5c,
                offset + 1 >= end || text.byte(at: offset + 1) == 0x75
            else { throw .loneSurrogate }
            guard try codeUnit(text) & 0xfc00 == 0xdc00 else { throw .loneSurrogate }
        default:
            throw .malformedJSON
        }
    }

    /// Passes `\u` and its four hexadecimal digits.
    private mutating func codeUnit(_ text: RawSpan) throws(RejectionReason) -> UInt32 {
        guard offset + 6 <= end else {
            offset = end
            throw .malformedJSON
        }
        guard let unit = JSONString.hexadecimal(text, at: offset + 2) else { throw .malformedJSON }
        offset += 6
        return unit
    }

    /// Passes a number.
    mutating func number(_ text: RawSpan) throws(RejectionReason) {
        if text.byte(at: offset) == 0x2d { offset += 1 }
        if offset < end, text.byte(at: offset) == 0x30 {
            offset += 1
        } else {
            try digits(text)
        }
        if offset < end, text.byte(at: offset) == 0x2e {
            offset += 1
            try digits(text)
        }
        if offset < end, text.byte(at: offset) | 0x20 == 0x65 {
            offset += 1
            if offset < end, text.byte(at: offset) == 0x2b || text.byte(at: offset) == 0x2d {
                offset += 1
            }
            try digits(text)
        }
    }

    private mutating func digits(_ text: RawSpan) throws(RejectionReason) {
        let start = offset
        while offset < end, ByteScan.isDigit(text.byte(at: offset)) { offset += 1 }
        guard offset > start else { throw .malformedJSON }
    }

    private mutating func literal(
        _ literal: StaticString, _ text: RawSpan
    ) throws(RejectionReason) {
        for index in 0..<literal.utf8CodeUnitCount {
            guard offset < end, text.byte(at: offset) == literal.utf8Start[index] else {
                throw .malformedJSON
            }
            offset += 1
        }
    }

    /// Passes the object that begins here, and hands on each of its members.
    mutating func object(
        _ text: RawSpan, _ body: (_ key: Value, _ value: Value) -> Void
    ) throws(RejectionReason) {
        guard take(0x7b, text) else { throw .malformedJSON }
        if take(0x7d, text) { return }
        repeat {
            let key = try key(text)
            body(key, try value(text, inside: 1))
        } while take(0x2c, text)
        guard take(0x7d, text) else { throw .malformedJSON }
    }

    /// Passes an object or an array, however deep, without recursion; it lies in `outer` others.
    private mutating func container(_ text: RawSpan, inside outer: Int) throws(RejectionReason) {
        // One bit a level: 1 for an object.
        var levels: UInt128 = 0
        var depth = outer
        var expectsFirst = true
        func isObject() -> Bool { levels & 1 == 1 }

        func open(_ byte: UInt8) throws(RejectionReason) {
            guard depth < Self.maximumDepth else { throw .nestedTooDeep }
            depth += 1
            levels = levels << 1 | (byte == 0x7b ? 1 : 0)
            expectsFirst = true
        }
        try open(text.byte(at: offset))
        offset += 1

        while depth > outer {
            skipSpaces(text)
            guard offset < end else { throw .malformedJSON }
            let closing: UInt8 = isObject() ? 0x7d : 0x5d
            if text.byte(at: offset) == closing {
                offset += 1
                depth -= 1
                levels >>= 1
                expectsFirst = false
                continue
            }
            if !expectsFirst {
                guard take(0x2c, text) else { throw .malformedJSON }
                skipSpaces(text)
            }
            expectsFirst = false
            if isObject() { _ = try key(text) }
            skipSpaces(text)
            guard offset < end else { throw .malformedJSON }
            let byte = text.byte(at: offset)
            if byte == 0x7b || byte == 0x5b {
                try open(byte)
                offset += 1
            } else {
                _ = try value(text)
            }
        }
    }
}
