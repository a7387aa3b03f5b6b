/// Text as it may be shown to people: the one place in which what comes from logs, ledgers and object
/// stores is made harmless to a terminal.
///
/// Commands show text by `Console.show` and `Console.complain`, which come here; whoever puts lines
/// together ends them by ``lines(_:)``, so that no value begins a line of its own.
package enum TerminalText {
    /// `text` with all that could steer a terminal, or be read over, written out, as `\u{1b}`.
    ///
    /// That is control characters, line and paragraph separators, format characters such as those that
    /// turn the direction of writing, and letters and marks that are invisible and no spaces. What is
    /// written out stays as it is when this is done again.
    package static func visible(_ text: String) -> String {
        // As nearly all names are.
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
        return escaped(text, keepsLineFeeds: false)
    }

    /// Lines of text, each of them made visible.
    package static func lines(_ lines: [String]) -> String {
        lines.map { visible($0) + "\n" }.joined()
    }

    /// Text of several lines, made visible but for their ends.
    package static func page(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x0a }) { return text }
        return escaped(text, keepsLineFeeds: true)
    }

    /// A name as it is shown in a table or in a sentence: visible, and shortened.
    static func name(_ name: String) -> String {
        shortened(visible(name), to: maximumNameWidth)
    }

    static let maximumNameWidth = 48

    private static func escaped(_ text: String, keepsLineFeeds: Bool) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            if isWrittenOut(scalar), !(keepsLineFeeds && scalar == "\n") {
                visible += escape(scalar)
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// Whether a scalar is not shown as it is.
    static func isWrittenOut(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7e).contains(scalar.value) { return false }
        if scalar.isHidden { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            return true
        default: return false
        }
    }

    /// `\u{1b}`.
    static func escape(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16))}"
    }
}

/// How much room text takes.
extension TerminalText {
    /// How many terminal cells `text` takes.
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// `text`, or its beginning and an ellipsis where it takes more than `width` cells.
    static func shortened(_ text: String, to width: Int) -> String {
        // Marks take no cells, but many of them on one letter spill over the lines around it.
        let maximumScalars = 4 * width
        guard self.width(text) > width || text.unicodeScalars.count > maximumScalars else {
            return text
        }
        var shortened = ""
        var used = 0
        for scalar in text.unicodeScalars.prefix(maximumScalars) {
            let cells = self.width(scalar)
            guard used + cells < width else { break }
            used += cells
            shortened.unicodeScalars.append(scalar)
        }
        return shortened + "…"
    }

    /// Two cells for East Asian wide characters (Unicode Standard Annex #11), none for marks and for
    /// the vowels and finals of a decomposed Korean syllable, else one.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1160...0x11ff, 0xd7b0...0xd7ff: return 0
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0x9fff,
            0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
            0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }
}
