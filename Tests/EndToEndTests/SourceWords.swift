/// The types that a Swift source declares and names. What stands in comments and in text does not count;
/// interpolations in text do.
struct SourceWords {
    /// Types of the file's top level that other files can name.
    private(set) var declared: Set<String> = []
    /// Words that may be types of the top level: with a capital, and not the member of anything.
    private(set) var named: Set<String> = []

    private let text: [UInt8]
    private var offset = 0
    /// Open braces.
    private var depth = 0
    private var isPrivate = false
    /// Whether the next word is the name of a type that is declared.
    private var isDeclaring = false

    private static let declarations: Set<String> = [
        "struct", "enum", "class", "actor", "protocol", "typealias",
    ]
    private static let others: Set<String> = ["extension", "func", "let", "var"]

    init(_ source: String) {
        text = Array(source.utf8)
        readCode(inInterpolation: false)
    }

    private func byte(_ ahead: Int = 0) -> UInt8 {
        offset + ahead < text.count ? text[offset + ahead] : 0
    }

    private func isNext(_ word: String) -> Bool {
        text[offset...].starts(with: word.utf8)
    }

    private mutating func readCode(inInterpolation: Bool) {
        var parentheses = 0
        while offset < text.count {
            switch byte() {
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipComment()
            case UInt8(ascii: "\""), UInt8(ascii: "#"): readText()
            case UInt8(ascii: "{"): open(1)
            case UInt8(ascii: "}"): open(-1)
            case UInt8(ascii: "("): parentheses += 1; offset += 1
            case UInt8(ascii: ")"):
                offset += 1
                if inInterpolation && parentheses == 0 { return }
                parentheses -= 1
            case let byte where Self.isWord(byte): readWord()
            default: offset += 1
            }
        }
    }

    private mutating func open(_ braces: Int) {
        depth += braces
        offset += 1
        isPrivate = false
    }

    private mutating func skipLine() {
        while offset < text.count, byte() != 0x0a { offset += 1 }
    }

    private mutating func skipComment() {
        var comments = 0
        repeat {
            if isNext("/*") { comments += 1 }
            if isNext("*/") { comments -= 1 }
            offset += isNext("/*") || isNext("*/") ? 2 : 1
        } while comments > 0 && offset < text.count
    }

    private mutating func readText() {
        var hashes = 0
        while byte() == UInt8(ascii: "#") {
            hashes += 1
            offset += 1
        }
        guard byte() == UInt8(ascii: "\"") else { return }
        let quotes = isNext("\"\"\"") ? 3 : 1
        offset += quotes
        let marks = String(repeating: "#", count: hashes)
        let end = String(repeating: "\"", count: quotes) + marks
        while offset < text.count, !isNext(end) {
            if isNext("\\\(marks)(") {
                offset += 2 + hashes
                readCode(inInterpolation: true)
            } else {
                offset += isNext("\\\(marks)") ? 2 + hashes : 1
            }
        }
        offset += quotes + hashes
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5f
    }

    private mutating func readWord() {
        let isMember = offset > 0 && text[offset - 1] == UInt8(ascii: ".")
        let start = offset
        while Self.isWord(byte()) { offset += 1 }
        let word = String(decoding: text[start..<offset], as: UTF8.self)
        if depth == 0 {
            if word == "import" { return skipLine() }
            if isDeclaring, !isPrivate { declared.insert(word) }
            if isDeclaring || Self.others.contains(word) { isPrivate = false }
            isDeclaring = Self.declarations.contains(word)
            if word == "private" || word == "fileprivate" { isPrivate = true }
        }
        if !isMember, (0x41...0x5a).contains(text[start]) { named.insert(word) }
    }
}
