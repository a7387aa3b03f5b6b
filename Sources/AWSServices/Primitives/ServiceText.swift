/// Words of a service that are shown to people: codes, ids, regions.
enum ServiceText {
    /// What a code, an id or the name of a region may have at most, in bytes.
    static let maximumSize = 256

    /// The beginning of a text, without characters that a terminal obeys.
    static func shown(_ text: String, upTo size: Int = maximumSize) -> String {
        var shown = String.UnicodeScalarView()
        var left = size
        for scalar in text.unicodeScalars {
            let scalar = printable(scalar)
            left -= UTF8.width(scalar)
            guard left >= 0 else { break }
            shown.append(scalar)
        }
        return String(shown)
    }

    /// The whole text, which is ours, without such characters.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map(printable)))
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "\u{fffd}"
        default: scalar
        }
    }

    /// Whether a text can be sent back as it is, such as the id of a query or an ETag: visible ASCII, and not
    /// too much of it.
    static func isToken(_ text: String, upTo size: Int = maximumSize) -> Bool {
        text.utf8.count <= size && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
