import TestSupport
import Testing

@testable import BedrockMetering

@Suite struct ReportCSVTests {
    private static func csv(_ tenants: [String]) throws -> String {
        let records = tenants.enumerated().map { index, tenant in
            UsageRecord(
                time: UsageDay.named("2025-12-07").start,
                tenant: TenantID(tenant),
                user: "u",
                model: "m",
                tokens: TokenCounts(
                    input: 3, output: 1, cacheRead: 4, cacheWrite: 5,
                    total: 1_000_000 - Int64(index))
            )
        }
        let query = UsageQuery(per: .day, during: .day(.named("2025-12-07")))
        return try UsageReport(query: query, rows: query.rows(from: records)).csv()
    }

    /// The fields of RFC 4180 text, read scalar by scalar.
    private static func fields(_ csv: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = String.UnicodeScalarView()
        var scalars = Array(csv.unicodeScalars)[...]
        var isQuoted = false
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                field.append("\"")
                scalars.removeFirst()
            case "\"" where isQuoted: isQuoted = false
            case "\"" where field.isEmpty: isQuoted = true
            case "," where !isQuoted:
                row.append(String(field))
                field = String.UnicodeScalarView()
            case "\r" where !isQuoted:
                #expect(scalars.popFirst() == "\n", "lines end in CR LF")
                rows.append(row + [String(field)])
                row = []
                field = String.UnicodeScalarView()
            default: field.append(scalar)
            }
        }
        #expect(row.isEmpty && field.isEmpty, "the last line ends in CR LF")
        return rows
    }

    @Test func `rows are fields in the order of the columns`() throws {
        #expect(
            try Self.csv(["acme"]) == """
                tenant_id,usage_date,request_count,input_tokens,output_tokens,total_tokens,\
                avg_tokens_per_request,cache_read_input_tokens,cache_write_input_tokens\r
                acme,2025-12-07,1,3,1,1000000,1000000.0,4,5\r\n
                """
        )
    }

    /// The text that a field stands for, by the rule that ``CSVText`` states.
    private static func text(of field: String) -> String {
        var text = String.UnicodeScalarView()
        var scalars = Array(field.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\\", scalars.starts(with: Array("u{".unicodeScalars)),
                let end = scalars.firstIndex(of: "}"),
                let value = UInt32(
                    String(String.UnicodeScalarView(scalars[(scalars.startIndex + 2)..<end])),
                    radix: 16),
                let escaped = Unicode.Scalar(value)
            else {
                text.append(scalar)
                continue
            }
            text.append(escaped)
            scalars = scalars[(end + 1)...]
        }
        guard text.first == "'", CSVText.isFormula(String(text)) else { return String(text) }
        return String(text.dropFirst())
    }

    @Test func `every name comes back from its field`() throws {
        let rows = Self.fields(try Self.csv(HostileNames.all))

        #expect(rows.count == HostileNames.all.count + 1)
        for (name, row) in zip(HostileNames.all, rows.dropFirst()) {
            #expect(row.count == 9)
            #expect(Self.text(of: row[0]).utf8.elementsEqual(name.utf8), "\(row[0])")
        }
    }

    @Test func `no two texts have one field, and none is a formula`() throws {
        var random = SeededGenerator(seed: 14)
        let alphabet = [
            "'", "=", "+", "-", "@", "\u{ff1d}", "\u{ff20}", " ", "\u{3000}", "\t", "\r", "\n",
            "\"", ",", "\\", "u", "{", "}", "1", "b", "5", "c", "a", "\u{1b}", "\u{200b}",
            "\u{3164}", "\u{301}", "\u{ac00}", "\\u{", "\u{feff}", "\u{2028}", ";",
        ]
        let signs = "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".unicodeScalars
        var texts: [[UInt8]: [UInt8]] = [:]

        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...6, using: &random))
                .map { _ in random.pick(alphabet) }.joined()
            let field = CSVText.field(text)
            let row = Self.fields("\(field)\r\n")[0]

            let other = texts.updateValue(Array(text.utf8), forKey: Array(field.utf8))
            #expect(other == nil || other == Array(text.utf8))
            #expect(row.count == 1 && Self.text(of: row[0]).utf8.elementsEqual(text.utf8))
            #expect(!row[0].unicodeScalars.contains { TerminalText.isWrittenOut($0) })
            let first = row[0].unicodeScalars.first { !$0.properties.isWhitespace }
            #expect(first.map { !signs.contains($0) } ?? true, "\(field)")
        }
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+82", "'+82"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"),
        ("=\"\u{301}", "'=\"\u{301}"), ("=\u{301}1", "'=\u{301}1"), ("-\u{338}1", "'-\u{338}1"),
        ("'=1", "''=1"), ("''=1", "'''=1"), ("'a", "'a"), ("'", "'"), (" =1", "' =1"),
        ("\u{3000}=1", "'\u{3000}=1"), ("\u{ff1d}1", "'\u{ff1d}1"), ("\u{ff0b}1", "'\u{ff0b}1"),
        ("\u{ff0d}1", "'\u{ff0d}1"), ("\u{ff20}a", "'\u{ff20}a"), ("\t=1", #"'\u{9}=1"#),
        ("\r=1", #"'\u{d}=1"#), ("\u{200b}=1", #"'\u{200b}=1"#), (#"\u{1b}"#, #"\u{5c}u{1b}"#),
        (#"a\b"#, #"a\b"#), ("\u{a0}@a", "'\u{a0}@a"),
    ])
    func `what a spreadsheet would run is marked as text`(name: String, field: String) throws {
        let rows = Self.fields(try Self.csv([name]))

        #expect(rows[1][0].utf8.elementsEqual(field.utf8))
    }

    @Test(arguments: [
        ("say \"hi\"", "\"say \"\"hi\"\"\","), ("\"\u{301}", "\"\"\"\u{301}\","),
        ("a,b", "\"a,b\","),
        (",\u{301}", "\",\u{301}\","),
    ])
    func `what separates fields is quoted, whatever mark follows it`(
        name: String,
        text: String
    ) throws {
        let line = try Self.csv([name]).unicodeScalars.split(separator: "\n")[1]

        #expect(line.starts(with: text.unicodeScalars))
    }
}
