/// Writes JSON, field by field, to bytes.
package enum JSONText {
    /// Appends what is between the quotes of a string (RFC 8259, section 7); everything but quotes,
    /// backslashes and control characters stays as it is.
    static func appendContent(
        _ text: RawSpan, from start: Int, size: Int, to output: inout OutputBuffer
    ) {
        output.reserve(6 * size + ByteScan.padding)
        let end = start + size
        var offset = start
        while true {
            let stop = ByteScan.endOfPlainString(in: text, from: offset, to: end)
            output.appendReserved(text, from: offset, to: stop)
            guard stop < end else { break }
            appendEscaped(text.byte(at: stop), to: &output)
            offset = stop + 1
        }
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout OutputBuffer) {
        switch byte {
        case 0x22, 0x5c:
            output.appendReserved(0x5c)
            output.appendReserved(byte)
        case 0x0a: output.appendReserved("\\n")
        case 0x0d: output.appendReserved("\\r")
        case 0x09: output.appendReserved("\\t")
        case 0..<0x20:
            output.appendReserved(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 0x0f
            output.appendReserved(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        default: output.appendReserved(byte)
        }
    }

    /// An object of members whose values are JSON already.
    package static func object(_ members: [(name: String, json: String)]) -> String {
        "{" + members.map { "\(quoted($0.name)): \($0.json)" }.joined(separator: ", ") + "}"
    }

    /// The same without blanks, as the lines of logs have it.
    package static func line(_ members: [(name: String, json: String)]) -> [UInt8] {
        let text = members.map { "\(quoted($0.name)):\($0.json)" }.joined(separator: ",")
        return Array("{\(text)}".utf8)
    }

    /// An array of values that are JSON already.
    package static func array(_ values: [String]) -> String {
        "[" + values.joined(separator: ", ") + "]"
    }

    /// A whole document, as commands write one on standard output: a line with an object, which says by
    /// `version` by which rules its members are read.
    package static func document(_ members: [(name: String, json: String)]) -> String {
        object([("version", "1")] + members) + "\n"
    }

    /// What comes before the values of a document whose only member is an array; ``documentEnd`` comes after
    /// them.
    package static func documentStart(ofArray name: String) -> String {
        "{\"version\": 1, \(quoted(name)): ["
    }

    package static let documentEnd = "]}\n"

    /// `string` in quotes, with escapes for all that could steer what shows it; see
    /// ``escapingHidden(_:)``.
    package static func quoted(_ string: String) -> String {
        let padded = Array(string.utf8) + [UInt8](repeating: 0, count: ByteScan.padding)
        var output = OutputBuffer()
        appendContent(
            padded.span.bytes, from: 0, size: padded.count - ByteScan.padding, to: &output
        )
        return output.take().withBytes {
            escapingHidden("\"\(String(decoding: $0, as: UTF8.self))\"")
        }
    }

    /// JSON with `\u007f` and the like in place of what is not to be seen, or steers a terminal, so that
    /// a document can be looked at as it is; what it says stays the same.
    package static func escapingHidden(_ json: String) -> String {
        guard json.utf8.contains(where: { $0 >= 0x7f }) else { return json }
        var escaped = ""
        // In JSON such characters stand in strings alone.
        for scalar in json.unicodeScalars {
            guard scalar.isHidden, scalar.value >= 0x7f else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return escaped
    }
}
