import Foundation
import Testing

@testable import BedrockMetering

@Suite struct UsageReportTests {
    private static func record(
        _ tenant: String,
        _ total: Int64,
        model: String = "haiku",
        hour: Int64 = 1
    ) -> UsageRecord {
        let start = UsageDay.named("2025-12-07").start.microseconds
        return UsageRecord(
            time: EventTime(microseconds: start + hour * EventTime.perHour),
            tenant: TenantID(tenant),
            user: "u",
            model: ModelID(model),
            tokens: TokenCounts(input: total - 1, output: 1, total: total)
        )
    }

    private static func report(
        _ records: [UsageRecord],
        per window: UsageWindow.Size = .day,
        by groups: Set<UsageQuery.Group> = [],
        lines: UsageReport.LineCounts? = nil
    ) throws -> UsageReport {
        let query = UsageQuery(per: window, during: .day(.named("2025-12-07")), by: groups)
        return try UsageReport(query: query, rows: query.rows(from: records), lines: lines)
    }

    @Test func `a table has aligned columns, grouped digits and totals`() throws {
        let report = try Self.report([
            Self.record("acme", 1_234_567), Self.record("acme", 5), Self.record("b", 1000),
        ])

        #expect(
            report.table() == """
                tenant_id  usage_date  request_count  input_tokens  output_tokens  total_tokens  avg_tokens_per_request  cache_read_input_tokens  cache_write_input_tokens
                ----------------------------------------------------------------------------------------------------------------------------------------------------------
                acme       2025-12-07              2     1,234,570              2     1,234,572               617,286.0                        0                         0
                b          2025-12-07              1           999              1         1,000                 1,000.0                        0                         0
                ----------------------------------------------------------------------------------------------------------------------------------------------------------
                total                              3     1,235,569              3     1,235,572               411,857.3                        0                         0

                """
        )
    }

    @Test func `a table counts wide characters and decomposed syllables as the terminal does`()
        throws
    {
        let report = try Self.report(
            [
                Self.record("\u{ac00}\u{b098}", 30), Self.record("\u{1100}\u{1161}\u{11a8}", 20),
                Self.record("e\u{301}", 10),
            ],
            per: .hour,
            by: [.model]
        )

        let lines = report.table().split(separator: "\n")
        #expect(lines[2].hasPrefix("\u{ac00}\u{b098}       2025-12-07           1  haiku  "))
        #expect(
            lines[3].unicodeScalars.starts(
                with: "\u{1100}\u{1161}\u{11a8}         2025".unicodeScalars
            )
        )
        #expect(lines[4].unicodeScalars.starts(with: "e\u{301}          2025".unicodeScalars))
    }

    @Test func `a long name is shortened in a table and whole in CSV and JSON`() throws {
        let name = String(repeating: "x", count: 200)
        let wide = String(repeating: "\u{ac00}", count: 200)
        let report = try Self.report([Self.record(name, 2), Self.record(wide, 1)])

        let lines = report.table().split(separator: "\n")

        #expect(lines[2].hasPrefix(name.prefix(47) + "\u{2026}  2025-12-07"))
        #expect(lines[3].hasPrefix(wide.prefix(23) + "\u{2026}   2025-12-07"))
        #expect(report.csv().contains(name) && report.csv().contains(wide))
        #expect(report.json().contains(name) && report.json().contains(wide))
    }

    @Test(arguments: HostileNames.all)
    func `no name steers a terminal`(name: String) throws {
        let report = try Self.report([Self.record(name, 1, model: name)], by: [.model])

        let lineEnds: Set<Unicode.Scalar> = ["\r", "\n"]
        for scalar in (report.table() + report.csv()).unicodeScalars
        where !lineEnds.contains(scalar) {
            #expect(!TerminalText.isWrittenOut(scalar))
        }
        #expect(!report.table().unicodeScalars.contains("\r"))
        #expect(report.csv().unicodeScalars.filter { lineEnds.contains($0) }.count == 4)
        #expect(report.table().unicodeScalars.filter { $0 == "\n" }.count == 5)
    }

    @Test func `control characters are shown by their numbers`() {
        #expect(TerminalText.visible("a\u{1b}[2J\u{202e}\n") == #"a\u{1b}[2J\u{202e}\u{a}"#)
        #expect(TerminalText.page("a\u{1b}\r\nb\n") == "a\\u{1b}\\u{d}\nb\n")
        #expect(TerminalText.lines(["a\nb", "c"]) == "a\\u{a}b\nc\n")
    }

    @Test(arguments: HostileNames.invisible)
    func `what is not to be seen is shown by its number, and spaces and marks stay`(
        name: String
    ) throws {
        let shown = TerminalText.visible("\(name) \u{3000}e\u{301}\u{ac00}")

        #expect(shown.contains("\\u{") && shown.hasSuffix(" \u{3000}e\u{301}\u{ac00}"))
        #expect(!shown.unicodeScalars.contains { $0.isHidden })
        #expect(TerminalText.visible(shown) == shown)
        let report = try Self.report([Self.record(name, 1)])
        #expect(report.table().contains("\n\(TerminalText.visible(name)) "))
    }

    @Test func `cells of a table begin no line and steer nothing, wherever they come from`() {
        var table = TextTable(["a", "b"])
        table.rows = [["x\ny", "\u{3164}"]]
        table.totals = [["\u{1b}", ""]]

        #expect(
            table.text() == #"""
                a        b
                -----------------
                x\u{a}y  \u{3164}
                -----------------
                \u{1b}

                """#)
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("\u{ac00}", 2), ("\u{1112}\u{1161}\u{11ab}", 2), ("e\u{301}", 1),
        ("\u{ff21}", 2), ("\u{1f600}", 2), ("\u{3042}", 2), ("\u{6f22}", 2), ("\u{2026}", 1),
    ])
    func `a text's width is counted in cells`(text: String, width: Int) {
        #expect(TerminalText.width(text) == width)
    }

    @Test func `what was read is told in one sentence`() throws {
        var events = EventCounts()
        events.usage = 12_345
        events.foreign = 6
        events.rejected = 7
        var duplicates = DuplicateCounts()
        duplicates.duplicates = 5
        duplicates.ambiguous = 2
        duplicates.conflicts = 1
        let lines = UsageReport.LineCounts(
            objects: 3,
            failedObjects: 1,
            events: events,
            duplicates: duplicates,
            outside: 40
        )

        let report = try Self.report([Self.record("acme", 1)], lines: lines)

        #expect(
            report.table().hasSuffix(
                "\n12,358 events in 3 objects: 12,300 records, 5 duplicates (2 ambiguous, "
                    + "1 in conflict), 6 foreign, 7 rejected, 40 outside the period; "
                    + "1 object could not be read.\n"
            )
        )
    }

    @Test func `a report without rows has its header and totals`() throws {
        let report = try Self.report([])

        #expect(report.table().split(separator: "\n").count == 4)
        #expect(report.csv().hasPrefix("tenant_id,usage_date,request_count,"))
        #expect(report.json().contains("\"rows\": []"))
        #expect(report.json().contains("\"avg_tokens_per_request\": null"))
    }
}
