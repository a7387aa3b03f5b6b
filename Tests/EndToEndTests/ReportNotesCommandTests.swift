import Foundation
import TestSupport
import Testing

/// What meter-report says beside its rows, where, and how it ends.
@Suite struct ReportNotesCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            UsageLine.text(microseconds: 1) + UsageLine.text(tenant: "globex", microseconds: 2),
            to: "sound/a.json")
        try folder.write(UsageLine.text() + UsageLine.text(input: "-1"), to: "unsound/a.json")
        try folder.write(
            UsageLine.text(request: "r")
                + UsageLine.text(input: "11", total: "1", request: "r")
                .replacingOccurrences(of: "\"m\"", with: "\"n\""), to: "conflict/a.json")
        try folder.write(UsageLine.text(total: "20"), to: "mismatch/a.json")
        try folder.write(
            """
            {"prices": [{"model_id": "other", "from": "2025-01-01", "input": "1", "output": "1", \
            "cache_read": "1", "cache_write": "1"}]}
            """, to: "prices.json")
        for name in ["sound", "unsound", "conflict"] {
            _ = try Command.etl.run([
                "ingest", "--source", folder.path(name), "--lake", folder.path("lake-\(name)"),
            ])
        }
        _ = try Command.etl.run([
            "ingest", "--source", folder.path("sound"), "--lake", folder.path("lake-damaged"),
        ])
        try folder.write(
            "x", to: "lake-damaged/year=2025/month=12/day=07/bedrock-usage-20251207.parquet")
    }

    private func report(_ arguments: String, _ format: String) throws -> Command.Outcome {
        let arguments = arguments.split(separator: " ").map {
            $0.replacingOccurrences(of: "@", with: folder.path)
        }
        return try Command.report.run(arguments + ["--format", format])
    }

    @Test(arguments: [
        ("--day 2025-12-07 --lake @/lake-sound", "provisional: 2025-12-07", 0),
        (
            "--from 2025-12-06 --to 2025-12-08 --lake @/lake-sound",
            "no data: 2025-12-06, 2025-12-08", 65
        ),
        ("--day 2025-12-09 --lake @/lake-sound", "the lake has 2025-12-07", 65),
        ("--day 2050-12-31 --lake @/lake-sound", "no data yet: 2050-12-31; exports are final", 0),
        ("--day 2025-12-07 --lake @/lake-sound --tenant acmee", "unknown tenant: acmee", 0),
        (
            "--day 2025-12-07 --lake @/lake-unsound",
            "1 rejected line is open on these days: meter-etl rejects --lake @/lake-unsound", 65
        ),
        (
            "--day 2025-12-07 --lake @/lake-conflict",
            "1 call in conflict: meter-etl conflicts --lake @/lake-conflict", 65
        ),
        ("--day 2025-12-07 --lake @/lake-damaged", "not read: @/lake-damaged/year=2025/", 65),
        (
            "--day 2025-12-07 --lake @/lake-sound --prices @/prices.json",
            "no price: m (2 calls)", 65
        ),
        (
            "--day 2025-12-07 --source @/sound",
            "finality: not known here: read from objects, not from a lake", 0
        ),
        ("--day 2025-12-07 --source @/sound --tenant x", "unknown tenant: x", 0),
        (
            "--day 2025-12-07 --source @/unsound", "1 line was rejected and is not in the report",
            65
        ),
        ("--day 2025-12-07 --source @/conflict", "1 call in conflict", 65),
        (
            "--day 2025-12-07 --source @/mismatch",
            "total_tokens is as logged: in 1 row 5 more than input, output and cache tokens", 0
        ),
    ])
    func `each form says it, and the exit code is that of all`(
        arguments: String, note: String, code: Int
    ) throws {
        let note = note.replacingOccurrences(of: "@", with: folder.path)

        let table = try report(arguments, "table")
        let json = try report(arguments, "json")
        let csv = try report(arguments, "csv")

        for outcome in [table, json, csv] {
            #expect(outcome.status == Int32(code), "\(outcome.errors)")
        }
        #expect(table.output.contains("\n\(note)"), "\(table.output)")
        #expect(csv.errors.contains("# \(note)"), "\(csv.errors)")
        #expect(!csv.output.contains(note))
        struct Document: Decodable {
            var complete: Bool
            var notes: [String]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8))
        #expect(document.complete == (code == 0))
        #expect(document.notes.contains { $0.hasPrefix(note) }, "\(document.notes)")
        // What ends it with 65 is on standard error whatever the form.
        #expect(table.errors == json.errors && json.errors.isEmpty == (code == 0))
    }

    @Test func `a limit's totals are told apart from those of all`() throws {
        let arguments = "--day 2025-12-07 --lake @/lake-sound --limit 1"

        let table = try report(arguments, "table")
        let csv = try report(arguments, "csv")

        #expect(table.output.contains("\ntotal of 1 row "))
        #expect(table.output.contains("\ntotal of all 2 "))
        #expect(
            csv.errors.hasPrefix("# 1 of 2 rows are shown; all come to 2 calls and 30 tokens\n"))
    }
}
