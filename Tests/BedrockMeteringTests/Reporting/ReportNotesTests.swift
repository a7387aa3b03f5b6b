import Foundation
import Testing

@testable import BedrockMetering

/// What reports say beside their rows, in each form.
@Suite struct ReportNotesTests {
    private static func report(
        in zone: UsageZone = .utc, _ notes: ReportNotes
    ) throws -> UsageReport {
        let query = UsageQuery(per: .day, during: .day(.named("2026-10-18")), in: zone)
        var report = UsageReport(query: query, rows: [])
        report.notes = notes
        return report
    }

    private static func days(_ first: String, _ count: Int) -> [UsageDay] {
        UsageDay.days(from: first, count: count)
    }

    private static func notes(
        lake: String? = "lake", _ change: (inout ReportNotes) -> Void
    ) -> ReportNotes {
        var notes = ReportNotes(lake: lake)
        change(&notes)
        return notes
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var notes: ReportNotes
        /// A doubt begins with `!`.
        var lines: [String]
        /// A member of the JSON object.
        var json: String

        var testDescription: String { lines.joined(separator: " / ") }
    }

    static let cases = [
        Case(notes: notes { _ in }, lines: [], json: #""no_data": []"#),
        Case(
            notes: notes { $0.missing = days("2026-10-18", 1) }, lines: ["!no data: 2026-10-18"],
            json: #""no_data": ["2026-10-18"]"#),
        Case(
            notes: notes { $0.missing = days("2026-10-18", 1) + days("2026-10-20", 3) },
            lines: ["!no data: 2026-10-18, 2026-10-20 to 2026-10-22"],
            json: #""no_data": ["2026-10-18", "2026-10-20", "2026-10-21", "2026-10-22"]"#),
        Case(
            notes: notes { $0.pending = days("2026-10-18", 2) },
            lines: [
                "no data yet: 2026-10-18 to 2026-10-19; exports are final 12 hours after a day has "
                    + "ended"
            ], json: #""no_data_yet": ["2026-10-18", "2026-10-19"]"#),
        Case(
            notes: notes { $0.daysOfLake = days("2026-10-01", 3) },
            lines: ["the lake has 2026-10-01 to 2026-10-03"],
            json: #""days_of_lake": ["2026-10-01", "2026-10-02", "2026-10-03"]"#),
        Case(
            notes: notes { $0.daysOfLake = [] }, lines: ["the lake has no days"],
            json: #""days_of_lake": []"#),
        Case(
            notes: notes {
                $0.unknownTenants = ["acmee"]
                $0.tenantsOfPeriod = ["acme", "globex"]
            }, lines: ["unknown tenant: acmee", "tenants of these days: acme, globex"],
            json: #""unknown_tenants": ["acmee"]"#),
        Case(
            notes: notes {
                $0.unknownTenants = ["x"]
                $0.tenantsOfPeriod = (0..<12).map { TenantID("t\($0)") }
            },
            lines: [
                "unknown tenant: x",
                "tenants of these days: t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 2 more",
            ], json: #""unknown_tenants": ["x"]"#),
        Case(
            notes: notes { $0.unknownTenants = ["x"] },
            lines: ["unknown tenant: x", "these days have no tenants"],
            json: #""unknown_tenants": ["x"]"#),
        Case(
            notes: notes { $0.counts = .init(rejects: 3, conflicts: 2, ambiguous: 1) },
            lines: [
                "!3 rejected lines are open on these days: meter-etl rejects --lake lake",
                "!2 calls in conflict: meter-etl conflicts --lake lake",
                "1 ambiguous call, taken for repeats: equal lines without a request id",
            ],
            json: #""open_rejects": 3, "conflicts": 2, "conflicts_not_listed": [], "ambiguous": 1"#),
        Case(
            notes: notes { $0.conflictsNotListed = days("2026-10-18", 2) },
            lines: [
                "!more calls in conflict, not listed: 2026-10-18 to 2026-10-19: meter-etl rebuild "
                    + "--day 2026-10-18 --lake lake"
            ], json: #""conflicts_not_listed": ["2026-10-18", "2026-10-19"]"#),
        Case(
            notes: notes(lake: "it's a lake") { $0.counts = .init(rejects: 1) },
            lines: [
                "!1 rejected line is open on these days: meter-etl rejects --lake 'it'\\''s a lake'"
            ], json: #""open_rejects": 1, "conflicts": null"#),
        Case(
            notes: notes(lake: nil) { $0.counts = .init(rejects: 21, conflicts: 1, ambiguous: 0) },
            lines: ["!21 lines were rejected and are not in the report", "!1 call in conflict"],
            json: #""open_rejects": 21, "conflicts": 1"#),
        Case(
            notes: notes { $0.countsNotKnown = "there is no ledger" },
            lines: [
                "rejected lines, conflicts and ambiguous calls: not known here: there is no ledger"
            ], json: #""counts_not_known": "there is no ledger""#),
        Case(
            notes: notes {
                $0.counts.ambiguous = 0
                $0.countsNotKnown = "x"
                $0.rejectFiles = 2
            },
            lines: [
                "rejected lines and conflicts: not known here: x",
                "!2 files of rejected lines in _rejected; which lines are open is not known here",
            ], json: #""reject_files": 2"#),
        Case(
            notes: notes {
                $0.unread = [.init(location: "lake/a.parquet", reason: "is cut short")]
            }, lines: ["!not read: lake/a.parquet: is cut short"],
            json: #""not_read": [{"location": "lake/a.parquet", "reason": "is cut short"}]"#),
        Case(
            notes: notes { $0.inDoubt = [.init(location: "lake/a.parquet", reason: "is another")] },
            lines: ["!in doubt: lake/a.parquet: is another"],
            json: #""in_doubt": [{"location": "lake/a.parquet", "reason": "is another"}]"#),
        Case(
            notes: notes { $0.changedElsewhere = days("2025-12-07", 2) },
            lines: [
                "changed since this machine recorded them, as by another machine's run: "
                    + "2025-12-07 to 2025-12-08; nothing of them is lost"
            ], json: #""changed_elsewhere": ["2025-12-07", "2025-12-08"]"#),
        Case(
            notes: notes { $0.finalityNotKnown = "read from objects, not from a lake" },
            lines: ["finality: not known here: read from objects, not from a lake"],
            json: #""finality_not_known": "read from objects, not from a lake""#),
    ]

    @Test(arguments: cases)
    func `what is known is said in table, JSON and CSV, and a doubt makes a report incomplete`(
        sample: Case
    ) throws {
        let report = try Self.report(sample.notes)
        let texts = sample.lines.map { $0.hasPrefix("!") ? String($0.dropFirst()) : $0 }

        #expect(report.noteLines.map(\.text) == texts)
        #expect(report.noteLines.map(\.isDoubt) == sample.lines.map { $0.hasPrefix("!") })
        #expect(report.isComplete == !sample.lines.contains { $0.hasPrefix("!") })
        let table = report.table().split(separator: "\n").map(String.init)
        #expect(Array(table.dropFirst(4)) == texts)
        #expect(report.comments == texts.map { "# " + $0 })
        #expect(report.json().contains(sample.json), "\(report.json())")
        #expect(report.json().contains("\"complete\": \(report.isComplete)"))
        let quoted = texts.map { JSONText.quoted($0) }.joined(separator: ", ")
        #expect(report.json().contains("\"notes\": [\(quoted)]"))
        #expect(throws: Never.self) {
            try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        }
    }

    @Test func `days of a lake are those of UTC where a report is by another zone's`() throws {
        let notes = Self.notes { $0.missing = Self.days("2026-10-17", 1) }

        let report = try Self.report(in: UsageZone("Asia/Seoul"), notes)

        #expect(report.noteLines.map(\.text) == ["no data: 2026-10-17 (UTC days)"])
    }

    @Test(arguments: HostileNames.all)
    func `no name in a note steers a terminal`(name: String) throws {
        let notes = Self.notes(lake: name) {
            $0.unknownTenants = [TenantID(name)]
            $0.tenantsOfPeriod = [TenantID(name)]
            $0.counts = .init(rejects: 1, conflicts: 1)
            $0.countsNotKnown = name
            $0.unread = [.init(location: name, reason: name)]
            $0.finalityNotKnown = name
        }
        let report = try Self.report(notes)

        for line in report.comments {
            for scalar in line.unicodeScalars {
                let category = scalar.properties.generalCategory
                #expect(
                    ![.control, .format, .lineSeparator, .paragraphSeparator].contains(category))
            }
        }
        #expect(report.table().unicodeScalars.filter { $0 == "\n" }.count == 5 + 7)
    }
}
