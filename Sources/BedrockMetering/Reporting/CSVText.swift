/// Text as a field of CSV: harmless to spreadsheets and terminals, and never the same for two texts.
///
/// - What ``TerminalText`` writes out is written as `\u{1b}`, and so is a backslash before `u{`, as
///   `\u{5c}u{`.
/// - A text that would be a formula has an apostrophe put before it: one whose first character is `=`,
///   `+`, `-`, `@` or the full-width form of these, behind any number of apostrophes, blanks and
///   characters that are written out. So `=1` becomes `'=1`, and `'=1` becomes `''=1`.
/// - It is put into quotes where it needs them (RFC 4180).
///
/// To read a field back: take it out of its quotes, put characters in place of `\u{…}`, and take away an
/// apostrophe at the beginning where the text would be a formula.
enum CSVText {
    static func field(_ text: String) -> String {
        var field = isFormula(text) ? "'" : ""
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            if TerminalText.isWrittenOut(scalar)
                || scalar == "\\" && scalars.starts(with: escapeStart)
            {
                field += TerminalText.escape(scalar)
            } else {
                field.unicodeScalars.append(scalar)
            }
        }
        guard needsQuotes(field) else { return field }
        return "\"" + field.doubling("\"") + "\""
    }

    private static let escapeStart: [Unicode.Scalar] = ["u", "{"]

    /// Whether a spreadsheet may take a text for a formula, with or without apostrophes before it.
    static func isFormula(_ text: String) -> Bool {
        let first = text.unicodeScalars.first {
            !($0 == "'" || $0.properties.isWhitespace || TerminalText.isWrittenOut($0))
        }
        // Spreadsheets of East Asia take the full-width signs as well.
        return first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
    }

    /// Some programs part fields at semicolons too, or leave out blanks at the ends of a field without
    /// quotes.
    private static func needsQuotes(_ field: String) -> Bool {
        let scalars = field.unicodeScalars
        return scalars.contains { "\",';".unicodeScalars.contains($0) }
            || scalars.first?.properties.isWhitespace ?? false
            || scalars.last?.properties.isWhitespace ?? false
    }
}
