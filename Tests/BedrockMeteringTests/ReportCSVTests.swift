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

    @Test func `every name comes back from its field`() throws {
        let rows = Self.fields(try Self.csv(HostileNames.all))

        #expect(rows.count == HostileNames.all.count + 1)
        for (name, row) in zip(HostileNames.all, rows.dropFirst()) {
            let visible = TerminalText.visible(name)
            let isFormula = ["=", "+", "-", "@"].contains(visible.unicodeScalars.first)
            let expected = (isFormula ? "'" : "") + visible

            #expect(row.count == 9)
            #expect(row[0].utf8.elementsEqual(expected.utf8))
        }
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+82", "'+82"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"),
        ("=\"\u{301}", "'=\"\u{301}"), ("=\u{301}1", "'=\u{301}1"), ("-\u{338}1", "'-\u{338}1"),
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
