/// Reads one JSON document (RFC 8259), stricter than most: what two readers could take differently is an
/// error, so that nothing passes here that means something else further on.
///
/// Refused besides what the grammar refuses: invalid UTF-8, a NUL (also as `\u0000`), lone surrogates, and
/// nesting beyond a limit.
struct JSONParser {
    /// What is wrong with a document. It holds nothing of what the document says.
    struct Failure: Error, Equatable, CustomStringConvertible {
        /// From the document's beginning, in bytes.
        let offset: Int
        let reason: String

        var description: String { "\(reason), at byte \(offset)" }
    }

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var offset = 0

    private init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// The value that `bytes` hold.
    ///
    /// - Parameter maximumDepth: of objects and arrays within one another; the outermost is 1.
    static func value(
        of bytes: [UInt8], maximumDepth: Int = 32
    ) throws(Failure) -> JSONValue {
        // Once for all: from here on strings are cut out at ASCII bytes, which splits no character.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(offset: 0, reason: "it is not UTF-8")
        }
        var parser = JSONParser(bytes, maximumDepth: maximumDepth)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.failure("more follows the value") }
        return value
    }

    private func failure(_ reason: String) -> Failure { Failure(offset: offset, reason: reason) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
        case nil: throw failure("it ends before its value does")
        default: throw failure("no value begins like this")
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(Failure) -> JSONValue {
        let text = word.description.utf8
        guard bytes[offset...].starts(with: text) else { throw failure("no value is called this") }
        offset += text.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        try enter(depth)
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            guard next == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            skipSpace()
            members.append(JSONValue.Member(key, try value(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a brace is missing") }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a bracket is missing") }
            skipSpace()
        }
    }

    private mutating func enter(_ depth: Int) throws(Failure) {
        guard depth <= maximumDepth else {
            throw failure("it is nested deeper than \(maximumDepth)")
        }
        offset += 1
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func digits() throws(Failure) {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            offset += 1
        }
        guard offset > start else { throw failure("a digit is missing") }
    }

    private mutating func string() throws(Failure) -> String {
        offset += 1
        var text: [UInt8] = []
        var start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[start..<offset]
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += bytes[start..<offset]
                offset += 1
                text += Array(try escape().utf8)
                start = offset
            case 0..<0x20: throw failure("a control character stands in a string")
            default: offset += 1
            }
        }
        throw failure("it ends in a string")
    }

    private mutating func escape() throws(Failure) -> String {
        guard let byte = next else { throw failure("it ends in a string") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(Character(try escapedScalar()))
        default: throw failure("a backslash escapes nothing that can be escaped")
        }
    }

    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        let unit = try codeUnit()
        guard unit != 0 else { throw failure("a NUL stands in a string") }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw failure("half of a pair of surrogates stands alone")
        }
        let second = try codeUnit()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (second - 0xdc00))
        else { throw failure("half of a pair of surrogates stands alone") }
        return scalar
    }

    private mutating func codeUnit() throws(Failure) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw failure("it ends in a string") }
        var unit: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("an escaped character lacks digits")
            }
            unit = unit << 4 | UInt32(digit)
        }
        offset += 4
        return unit
    }
}
