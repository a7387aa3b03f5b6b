/// Names that do something to a terminal, a spreadsheet, a parser or a query that takes them as
/// they are.
enum HostileNames {
    static let all = [
        "plain", "", " ", "\u{1b}[31mred\u{1b}[0m", "\u{9b}2J", "\u{1b}]0;title\u{7}", "a\u{202e}b",
        "a\u{2066}b\u{2069}", "\u{feff}bom", "zero\u{200b}width", "\u{0}", "\u{7f}", "\u{85}",
        "line\nbreak", "line\r\nbreak", "return\rhome", "tab\tstop", "\u{2028}", "\u{2029}",
        "\u{ac00}\u{b098}\u{b2e4} \u{d68c}\u{c0ac}", "\u{1100}\u{1161}\u{1102}\u{1161}",
        "e\u{301}", "\u{e9}", "=1+1", "+82-2-123", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0",
        "\t=1+1", "\r=1+1", "O'Brien", "''", "'", "'\u{301}", "\"\u{301}quoted\"", "say \"hi\"",
        "a,b",
        "a;b", "\\", "\\'", "'; DROP TABLE usage; --", "</script>", "`tick`", "$(id)", "{{x}}",
        "\u{1f600}\u{200d}\u{1f467}", "\u{301}mark first", String(repeating: "x", count: 200),
        String(repeating: "\u{ac00}", count: 200), "\u{e000}", "\u{fffd}", "NULL", "a b  c",
    ]
}
