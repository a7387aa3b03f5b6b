/// Names that do something to a terminal, a spreadsheet, a parser or a query that takes them as
/// they are.
enum HostileNames {
    static let all =
        [
            "plain", "", " ", "\u{1b}[31mred\u{1b}[0m", "\u{9b}2J", "\u{1b}]0;title\u{7}",
            "a\u{202e}b",
            "a\u{2066}b\u{2069}", "\u{feff}bom", "zero\u{200b}width", "\u{0}", "\u{7f}", "\u{85}",
            "line\nbreak", "line\r\nbreak", "return\rhome", "tab\tstop", "\u{2028}", "\u{2029}",
            "\u{ac00}\u{b098}\u{b2e4} \u{d68c}\u{c0ac}", "\u{1100}\u{1161}\u{1102}\u{1161}",
            "e\u{301}", "\u{e9}", "=1+1", "+82-2-123", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0",
            "\t=1+1", "\r=1+1", "O'Brien", "''", "'", "'\u{301}", "\"\u{301}quoted\"", "say \"hi\"",
            "a,b",
            "a;b", "\\", "\\'", "'; DROP TABLE usage; --", "</script>", "`tick`", "$(id)", "{{x}}",
            "\u{1f600}\u{200d}\u{1f467}", "\u{301}mark first", String(repeating: "x", count: 200),
            String(repeating: "\u{ac00}", count: 200), "\u{e000}", "\u{fffd}", "NULL", "a b  c",
        ] + invisible + formulas + escapes

    /// Each has a scalar that is not to be seen, and is no space.
    static let invisible = [
        "\u{3164}", "a\u{115f}b", "\u{1160}a", "a\u{ffa0}", "\u{200b}", "a\u{200c}", "a\u{200d}b",
        "\u{200e}a", "a\u{200f}", "a\u{2060}b", "a\u{2061}b", "\u{206a}", "a\u{feff}", "co\u{ad}op",
        "a\u{fe0f}", "a\u{e0100}", "a\u{e0041}\u{e007f}", "a\u{34f}b", "a\u{61c}b", "\u{17b4}a",
        "a\u{180e}b", "a\u{180b}b", "\u{2800}", "a\u{1d173}b", "a\u{fff9}b", "a\u{2065}b",
        "a\u{e0fff}b", "\u{16fe4}", "\u{202d}1", "\u{2067}a\u{2069}", "\u{8d}",
        "\u{9d}52;c;YQ==\u{9c}",
    ]

    /// What spreadsheets may take for a formula, and what looks like one that was made harmless.
    static let formulas = [
        "'=1+1", "''=1+1", "'a", " =1+1", "' =1+1", " '=1+1", "\u{3000}=1+1", "\u{a0}-1",
        "\u{3000}\u{ff1d}1", "\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}a", "'\u{ff20}a",
        "\u{200b}=1", "'\u{200b}=1", "\u{feff}\u{ff1d}1", "\n=1", "\t\t@a", "\r\n+1", "a;=1", "=",
        "'=",
    ]

    /// What looks like something that was written out.
    static let escapes = [
        #"\u{1b}[31mred\u{1b}[0m"#, #"\u{5c}u{1b}"#, #"\\u{1b}"#, "\\\u{1b}", #"\u{"#, #"\u"#,
        #"\u{}"#, "\\u\u{200b}{41}", "\u{1b}u{41}", #"\u{1B}"#,
    ]
}
