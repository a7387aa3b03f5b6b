/// The words of a command line, as a POSIX shell splits it and no more: white space separates, quotes
/// hold together, and a backslash takes the next character as it is, between double quotes only `"` and
/// itself. There are no variables, patterns, pipes or other commands.
enum CommandWords {
    /// - Returns: the words; nil where a quote stays open or a backslash is the last character.
    static func words(of command: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Unicode.Scalar?
        var scalars = command.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch (scalar, quote) {
            case ("\\", nil):
                guard let next = scalars.next() else { return nil }
                word = (word ?? "") + String(next)
            case ("\\", "\""):
                guard let next = scalars.next() else { return nil }
                word = (word ?? "") + (next == "\"" || next == "\\" ? "" : "\\") + String(next)
            case (quote, _?):
                quote = nil
            case ("\"", nil), ("'", nil):
                quote = scalar
                word = word ?? ""
            case (" ", nil), ("\t", nil), ("\n", nil):
                if let word { words.append(word) }
                word = nil
            default:
                word = (word ?? "") + String(scalar)
            }
        }
        if let word { words.append(word) }
        return quote == nil ? words : nil
    }
}
