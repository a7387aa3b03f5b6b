/// Text from logs as it may be shown on a terminal.
package enum TerminalText {
    /// `text` with all that could steer a terminal written out, as `\u{1b}`.
    ///
    /// That is control characters, line and paragraph separators, and format characters such as
    /// those that turn the direction of writing.
    package static func visible(_ text: String) -> String {
        // As nearly all names are.
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

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
