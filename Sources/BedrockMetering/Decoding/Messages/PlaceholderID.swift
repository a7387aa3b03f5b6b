/// What producers log in the place of a request id where they have none, such as Python's `None`.
///
/// Calls that have one in common are not the same call, so a record with a placeholder is one without a
/// request id. Athena's ingest goes by the same table, see ``pattern``.
enum PlaceholderID {
    /// Placeholders in lower case; they count however they are written. So do ids of nothing but zeros,
    /// dashes and blanks, such as an empty one or the nil UUID of RFC 9562.
    static let words = [
        "none", "null", "nil", "undefined", "unknown", "n/a", "na", "nan", "(null)", "<null>",
        "<nil>", "<none>",
    ]
    /// Bytes of the longest word.
    private static let longestWord = 9
    private static let wordBytes = words.map { Array($0.utf8) }

    /// Whether the id of `size` bytes at `start` stands for none.
    @inline(__always)
    static func matches(_ text: RawSpan, from start: Int, size: Int) -> Bool {
        if size > longestWord {
            // Nearly all ids that are longer differ from zeros and dashes in their first two bytes.
            guard text.byte(at: start) <= 0x30, text.byte(at: start &+ 1) <= 0x30 else {
                return false
            }
        }
        return isPlaceholder(text, from: start, size: size)
    }

    /// Whether `id` stands for none.
    static func matches(_ id: String) -> Bool {
        let padded = Array(id.utf8) + [UInt8](repeating: 0xff, count: ByteScan.padding)
        return matches(padded.span.bytes, from: 0, size: padded.count - ByteScan.padding)
    }

    @inline(never)
    private static func isPlaceholder(_ text: RawSpan, from start: Int, size: Int) -> Bool {
        if (start..<start + size).allSatisfy({ isEmpty(text.byte(at: $0)) }) { return true }
        return wordBytes.contains { word in
            word.count == size
                && word.indices.allSatisfy { lowerCase(text.byte(at: start + $0)) == word[$0] }
        }
    }

    /// Whether a byte says nothing: a zero, a dash, or white space of ASCII.
    private static func isEmpty(_ byte: UInt8) -> Bool {
        byte == 0x30 || byte == 0x2d || byte == 0x20 || (0x09...0x0d).contains(byte)
    }

    private static func lowerCase(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }

    /// A regular expression that the same ids match.
    static let pattern: String = {
        let alternatives = words.map { word in
            word.map { character in
                character.isLetter
                    ? "[\(character.uppercased())\(character)]"
                    : "()".contains(character) ? "[\(character)]" : String(character)
            }.joined()
        }
        return #"\A([\x09-\x0d\x20\x2d0]*|\#(alternatives.joined(separator: "|")))\z"#
    }()
}
