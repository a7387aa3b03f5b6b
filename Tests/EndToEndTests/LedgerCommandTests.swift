import Foundation
import TestSupport
import Testing

/// The commands around the ledger: what they write, and how they end.
@Suite struct LedgerCommandTests {
    private let folder: TemporaryFolder
    private let lake: String

    init() throws {
        folder = try TemporaryFolder()
        lake = folder.path("lake")
        try folder.write(
            UsageLine.text(microseconds: 1) + UsageLine.text(tenant: "b", microseconds: 2)
                + UsageLine.text(tenant: "b", microseconds: 3, input: "-1"),
            to: "source/a.json")
        _ = try run("ingest", "--source", folder.path("source"))
    }

    private func run(_ command: String, _ arguments: String...) throws -> Command.Outcome {
        try Command.etl.run([command, "--lake", lake] + arguments)
    }

    private func json(_ outcome: Command.Outcome) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    }

    /// Usage of the day that comes late.
    private func ingestLate() throws {
        try folder.write(UsageLine.text(tenant: "b", microseconds: 9), to: "source/late.json")
        let outcome = try run("ingest", "--source", folder.path("source"))
        #expect(outcome.status == 0)
        if outcome.output.contains("restated") {
            #expect(outcome.output.hasSuffix("2025-12-07 was closed, and is restated\n"))
        }
    }

    @Test func `status shows rows, tokens, state, rejects and restatements`() throws {
        let provisional = try run("status")
        let closed = try run("close", "--day", "2025-12-07")
        try ingestLate()
        let restated = try run("status", "--day", "2025-12-07")

        #expect(provisional.status == 0 && provisional.errors.isEmpty)
        let lines = provisional.output.split(separator: "\n")
        #expect(
            lines[0].split(separator: " ") == [
                "date", "rows", "total_tokens", "state", "changed", "rejects", "conflicts",
            ])
        let cells = lines[2].split(separator: " ")
        #expect(cells.prefix(4) == ["2025-12-07", "2", "30", "provisional"])
        #expect(cells.suffix(2) == ["1", "0"])
        #expect(lines.last == "1 rejected line is open")
        #expect(closed.status == 0 && closed.output.hasPrefix("2025-12-07: closed at 20"))
        #expect(restated.output.contains("  closed, restated  "))
        #expect(
            restated.output.contains(
                /\n2025-12-07 restated at \S+Z by ingest: b, \S+ \+1 call, \+15 tokens\n/))
        #expect(try run("status", "--day", "2025-12-08").output.split(separator: "\n").count == 3)
    }

    @Test func `status in JSON has the differences per tenant`() throws {
        _ = try run("close", "--day", "2025-12-07")
        try ingestLate()

        let status = try json(run("status", "--format", "json")) as? [String: Any]

        #expect(status?["ledger"] as? String == "read" && status?["open_rejects"] as? Int == 1)
        let day = try #require((status?["days"] as? [[String: Any]])?.first)
        #expect(day["date"] as? String == "2025-12-07" && day["state"] as? String == "closed")
        #expect(day["rows"] as? Int == 3 && day["total_tokens"] as? Int == 45)
        #expect(day["rejects"] as? Int == 1 && day["conflicts"] as? Int == 0)
        #expect(day["file_as_recorded"] as? Bool == true && day["closed_at"] is String)
        let restatement = try #require((day["restatements"] as? [[String: Any]])?.first)
        #expect(restatement["by"] as? String == "ingest")
        let difference = try #require((restatement["differences"] as? [[String: Any]])?.first)
        #expect(difference["tenant_id"] as? String == "b" && difference["model_id"] is String)
        #expect(difference["request_count"] as? Int == 1)
        #expect(difference["total_tokens"] as? Int == 15)
    }

    @Test func `without a ledger status reads the files and says so`() throws {
        let ledger = "\(lake)/_ledger.sqlite"
        try FileManager.default.removeItem(atPath: ledger)

        let table = try run("status")
        let json = try json(run("status", "--format", "json")) as? [String: Any]

        #expect(table.status == 0)
        #expect(
            table.errors
                == "\(ledger): there is no ledger of this lake; the next ingest makes one\n")
        #expect(table.output.contains(/2025-12-07 +2 +30 +unknown/))
        #expect(json?["ledger"] as? String == "missing")
        #expect(!FileManager.default.fileExists(atPath: ledger))
    }

    @Test func `a report marks provisional, closed and restated days`() throws {
        let arguments = ["--lake", lake, "--from", "2025-12-06", "--to", "2025-12-08"]
        let provisional = try Command.report.run(arguments)
        _ = try run("close", "--day", "2025-12-07")
        try ingestLate()
        let closed = try Command.report.run(arguments)
        let json = try json(Command.report.run(arguments + ["--format", "json"]))
        let csv = try Command.report.run(arguments + ["--format", "csv"])
        try FileManager.default.removeItem(atPath: "\(lake)/_ledger.sqlite")
        let elsewhere = try Command.report.run(arguments)

        #expect(provisional.output.hasSuffix("\nprovisional: 2025-12-07\n"))
        #expect(closed.output.hasSuffix("\nclosed: 2025-12-07 (restated once)\n"))
        let days = (json as? [String: Any])?["days"] as? [[String: Any]]
        #expect(days?.count == 1 && days?.first?["state"] as? String == "closed")
        #expect(days?.first?["restatements"] as? Int == 1)
        #expect(days?.first?["date"] as? String == "2025-12-07")
        #expect(!csv.output.contains("closed"))
        #expect(csv.errors.hasSuffix("\n# closed: 2025-12-07 (restated once)\n"))
        #expect(elsewhere.output.contains("\nclosed: 2025-12-07 (restated once)\n"))
        #expect(!elsewhere.output.contains("finality: not known here"))
    }

    @Test func `a ledger that cannot be read leaves a report as it is, with a word`() throws {
        let ledger = try folder.write("no database", to: "lake/_ledger.sqlite")

        let report = try Command.report.run(["--lake", lake, "--day", "2025-12-07"])
        let status = try run("status")
        let warned = try run("ingest", "--source", folder.path("source"))

        // The lake keeps a rejected line, which may be open.
        #expect(report.status == 65 && report.output.contains("acme"))
        #expect(report.errors.contains(ledger))
        #expect(report.errors.hasSuffix("how final the days are is not known\n"))
        #expect(status.status == 65 && status.errors.hasPrefix(ledger))
        #expect(status.output.contains(/2025-12-07 +2 +30 +unknown/))
        #expect(warned.errors.contains("\(ledger): the ledger was damaged and is made anew"))
    }

    @Test func `verify names the day that differs`() throws {
        #expect(try run("verify").output == "2025-12-07: as recorded\n")
        let day = "\(lake)/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"
        try FileManager.default.removeItem(atPath: day)

        let table = try run("verify")
        let json = try json(run("verify", "--format", "json")) as? [String: Any]
        let days = json?["days"] as? [[String: Any]]

        #expect(table.status == 65 && table.output == "2025-12-07: the file is gone\n")
        #expect(table.errors == "1 day is not as recorded, of 1\n")
        #expect(json?["version"] as? Int == 1 && json?["clean"] as? Bool == false)
        #expect(json?["facts"] as? Int == 0 && (json?["fact_breaks"] as? [String])?.isEmpty == true)
        #expect(days?.first?["as_recorded"] as? Bool == false)
        #expect(days?.first?["findings"] as? [String] == ["the file is gone"])
    }

    @Test func `rejects are listed, repaired and replayed`() throws {
        let place = "\(folder.path("source/a.json")): line 3, byte "
        let table = try run("rejects", "--day", "2025-12-07")
        let document = try json(run("rejects", "--format", "json")) as? [String: Any]
        let json = document?["rejects"] as? [[String: Any]]
        let repairs = try run("rejects", "--to-repair")
        let file = try folder.write(
            repairs.output.replacingOccurrences(of: "_tokens\\\": -1", with: "_tokens\\\": 1"),
            to: "repairs.jsonl")

        let unrepaired = try run("replay", try folder.write(repairs.output, to: "same.jsonl"))
        let replayed = try run("replay", file)

        #expect(table.status == 0 && table.output.contains(place))
        #expect(table.output.hasSuffix(": input_tokens is negative\n"))
        #expect(document?["version"] as? Int == 1)
        #expect(json?.count == 1 && json?.first?["line"] as? Int == 3)
        #expect(json?.first?["byte_offset"] is Int && json?.first?["object"] is String)
        #expect(!table.output.contains("tenant_id"))
        #expect(unrepaired.status == 65)
        #expect(unrepaired.errors.hasSuffix("same.jsonl: line 1: input_tokens is negative\n"))
        #expect(replayed.status == 0 && replayed.errors.isEmpty)
        #expect(replayed.output.hasPrefix("1 rejected line taken back in\n1 event in 1 object"))
        #expect(
            try run("replay", file).output.hasPrefix(
                "0 rejected lines taken back in, 1 had been before\n"))
        #expect(try run("rejects").output.isEmpty)
        #expect(try run("rejects", "--all").output.contains("taken back in at"))
    }

    @Test func `rejects are written off for good, and come back when they are replayed`() throws {
        func writeOff(_ arguments: String...) throws -> Command.Outcome {
            try Command.etl.run(["rejects", "write-off", "--lake", lake] + arguments)
        }
        let object = folder.path("source/a.json")
        let repairs = try run("rejects", "--to-repair").output
        let refused = try writeOff("--reason", "why")
        let lost = try writeOff("--reason", "why", "--line", "3")

        let outcome = try writeOff(
            "--reason", "never\u{1b}billed", "--object", object, "--line",
            "3")

        #expect(refused.status == 64 && lost.status == 64)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(
            outcome.output == "\(object): 1 rejected line written off\n"
                + "0 rejected lines are open\n")
        #expect(try run("rejects").output.isEmpty)
        #expect(try run("rejects", "--all").output.hasSuffix("(written off by fact 1)\n"))
        #expect(try run("status").output.hasSuffix("0 rejected lines are open\n"))
        #expect(
            try run("facts").output.contains(
                #"reject_written_off  1 rejected line of \#(object): never\u{1b}billed"#))
        #expect(
            try writeOff("--reason", "why", "--all", "--format", "json").status
                == 66)
        let file = try folder.write(
            repairs.replacingOccurrences(of: "_tokens\\\": -1", with: "_tokens\\\": 1"),
            to: "repairs.jsonl")
        #expect(
            try run("replay", file).output.hasPrefix(
                "1 rejected line taken back in (1 had been written off)\n"))
    }

    @Test func `conflicts are listed once, by day and tenant, with names that steer no terminal`()
        throws
    {
        let ids = [#"r\u001b[2J"#, #"r\nfake"#, "r\u{202e}", "r", #"\"r"#]
        let lines = ids.flatMap { id in
            ["b", "c"].flatMap { tenant in
                (1...2).map { UsageLine.text(tenant: tenant, microseconds: $0, request: id) }
            }
        }
        try folder.write(lines.joined(), to: "source/b.json")
        try folder.write(
            UsageLine.text(day: "2025-12-08", request: "r")
                + UsageLine.text(day: "2025-12-08", microseconds: 1, request: "r"),
            to: "source/c.json")
        for _ in 0..<3 { _ = try run("ingest", "--source", folder.path("source"), "--reread") }

        let table = try run("conflicts", "--tenant", "c", "--tenant", "acme")
        let next = try run("conflicts", "--from", "2025-12-08", "--to", "2025-12-09")
        let json = try json(run("conflicts", "--day", "2025-12-07", "--format", "json"))
        let status = try run("status")

        #expect(table.status == 65 && table.errors.isEmpty)
        let calls = table.output.split(separator: "\n").filter { $0.hasPrefix("2025-") }
        let names = [
            #"tenant c, request "r"#, "tenant c, request r", #"tenant c, request r\u{a}fake"#,
            #"tenant c, request r\u{1b}[2J"#, #"tenant c, request r\u{202e}"#,
            "tenant acme, request r",
        ]
        let state = ": in conflict, not decided; the largest counts until then"
        #expect(calls.map { $0.dropFirst(12) } == names.map { Substring($0 + state) })
        #expect(next.output.hasPrefix("2025-12-08: tenant acme, request r: in conflict"))
        let listed = try #require((json as? [String: Any])?["conflicts"] as? [[String: Any]])
        let requests = ["\"r", "r", "r\nfake", "r\u{1b}[2J", "r\u{202e}"]
        #expect(listed.map { $0["request_id"] as? String } == requests + requests)
        #expect(
            listed.map { $0["tenant_id"] as? String } == Array(repeating: "b", count: 5)
                + Array(repeating: "c", count: 5))
        #expect(listed.allSatisfy { ($0["versions"] as? [Any])?.count == 2 })
        #expect(status.output.contains(/\n2025-12-07 .* 1 +10\n2025-12-08 .* 0 +1\n/))
    }

    @Test func `conflicts are in doubt until they are decided, and shown side by side`() throws {
        try folder.write(
            UsageLine.text(microseconds: 1, request: "r")
                + UsageLine.text(microseconds: 2, input: "9", total: "16", request: "r"),
            to: "conflict/b.json")
        let ingested = try run("ingest", "--source", folder.path("conflict"))
        let listed = try run("conflicts", "--day", "2025-12-07")
        let close = try run("close", "--day", "2025-12-07")
        func decide(_ arguments: String...) throws -> Command.Outcome {
            try Command.etl.run(
                ["conflicts", "decide", "--lake", lake, "--day", "2025-12-07", "--tenant", "acme"]
                    + arguments)
        }
        let wrong = try decide("--request", "r", "--keep", "3")
        let other = try decide("--request", "s", "--keep", "1")
        let decided = try decide("--request", "r", "--keep", "all", "--reason", "two calls")
        let after = try run("conflicts", "--day", "2025-12-07")
        let all = try run("conflicts", "--all")
        let again = try run("ingest", "--source", folder.path("conflict"), "--reread")

        #expect(ingested.status == 65)
        #expect(listed.status == 65 && listed.errors.isEmpty)
        let rows = listed.output.split(separator: "\n").suffix(2).map {
            $0.split(separator: " ", omittingEmptySubsequences: true)
        }
        #expect(rows.map { $0[0] } == ["1", "2"] && rows.map { $0[2] } == ["yes", "no"])
        #expect(
            rows.allSatisfy { $0.count > 12 && $0.joined(separator: " ").contains("b.json, line ") }
        )
        #expect(close.status == 65 && close.errors.contains("1 call in conflict"))
        #expect(wrong.status == 66 && other.status == 66)
        #expect(decided.status == 0 && decided.errors.isEmpty)
        #expect(decided.output.contains("tenant acme, request r: kept "))
        #expect(after.status == 0 && after.output.isEmpty)
        #expect(all.status == 0 && all.output.contains("two calls"))
        #expect(again.status == 0)
        #expect(try run("facts").output.contains("conflict_decided"))
        #expect(try run("close", "--day", "2025-12-07").status == 0)
    }

    @Test(arguments: [
        "--keep 1", "--all --keep largest", "--all --keep 1 --reason x",
        "--day 2025-12-07 --tenant acme --keep 1", "--all --request r --keep all --reason x",
        "--from 2025-12-07 --to 2025-12-08 --tenant acme --request r --keep 1",
        "--day 2025-12-07 --tenant acme --request r",
    ])
    func `a decision names a call or all of them, what is kept, and for all why`(
        arguments: String
    ) throws {
        let outcome = try Command.etl.run(
            ["conflicts", "decide", "--lake", lake]
                + arguments.split(separator: " ").map(String.init))

        #expect(outcome.status == 64 && outcome.output.isEmpty)
    }

    @Test func `rebuild makes a day again, and refuses with a list where a source is gone`() throws
    {
        let files = try folder.files("lake")
        let day = "\(lake)/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: day))

        let rebuilt = try run("rebuild", "--day", "2025-12-07")
        #expect(rebuilt.status == 0)
        #expect(rebuilt.output == "2025-12-07: 2 rows, 30 tokens, from 1 source\n")
        #expect(rebuilt.errors.hasPrefix("\(day): "))
        #expect(
            rebuilt.errors.contains("; the damaged file is kept as \(lake)/_damaged/year=2025/"))
        #expect(try folder.files("lake") == files)

        try FileManager.default.removeItem(atPath: folder.path("source/a.json"))
        let refused = try run("rebuild", "--day", "2025-12-07")
        #expect(refused.status == 65 && refused.output.isEmpty)
        let lines = refused.errors.split(separator: "\n")
        #expect(lines.first?.hasSuffix("/source/a.json: is gone") == true)
        let reason = "sources are lost (1 of 1); bring them back and run again"
        #expect(refused.errors.hasSuffix("\n2025-12-07: not rebuilt, since \(reason)\n"))
        #expect(try folder.files("lake") == files)
    }

    @Test(arguments: [
        ("status --lake @/nowhere", 66), ("status --lake @/lake --from 2025-12-07", 64),
        ("verify --lake @/lake --ledger @/nowhere.sqlite", 66), ("verify --lake @/lake", 0),
        ("close --lake @/lake --day 2025-12-01", 64), ("close --lake @/lake", 64),
        ("close --lake @/lake --day 2025-12-01 --empty", 0),
        ("close --lake @/lake --day 2050-12-31 --force", 64), ("close --lake @/lake --day x", 64),
        ("rejects --lake @/lake --day 1", 64), ("rejects --lake @/nowhere", 66),
        ("conflicts --lake @/lake --from 2025-12-07", 64), ("conflicts --lake @/nowhere", 66),
        ("conflicts --lake @/lake --ledger @/nowhere.sqlite", 66), ("conflicts --lake @/lake", 0),
        ("replay --lake @/lake", 64), ("replay --lake @/lake @/nowhere.jsonl", 66),
        ("rebuild --lake @/lake --day 2025-12-01", 66), ("rebuild --lake @/lake", 64),
        ("ingest --source @/source --lake @/lake --ledger @/source/a.json", 64),
        ("ingest --source @/source --lake @/lake --ledger @/note.txt", 65),
        ("ingest --source @/source --lake @/lake --ledger @/nowhere/x.sqlite", 66),
        ("status --help", 0), ("verify --help", 0), ("close --help", 0), ("rejects --help", 0),
        ("replay --help", 0), ("conflicts --help", 0), ("rebuild --help", 0),
    ])
    func `each command ends with the code of what it did`(arguments: String, code: Int) throws {
        try folder.write("a note\n", to: "note.txt")
        let outcome = try Command.etl.run(
            arguments.split(separator: " ").map {
                $0.replacingOccurrences(of: "@", with: folder.path)
            })

        #expect(outcome.status == Int32(code))
        #expect(outcome.errors.isEmpty == (code == 0))
        #expect(try String(contentsOfFile: folder.path("note.txt"), encoding: .utf8) == "a note\n")
    }

    private static let needingLedger = [
        "close --day 2025-12-07", "rejects", "rejects --to-repair", "replay @/r.jsonl",
        "rebuild --day 2025-12-07",
    ]

    /// Runs a command over a lake, `@` standing for the test's folder.
    private func run(_ command: String, on lake: String) throws -> Command.Outcome {
        let words = command.split(separator: " ").map {
            $0.replacingOccurrences(of: "@", with: folder.path)
        }
        return try Command.etl.run(words + ["--lake", lake])
    }

    @Test(arguments: needingLedger)
    func `a lake without its ledger is told by the ledger's place`(command: String) throws {
        try folder.write("", to: "r.jsonl")
        let ledger = "\(lake)/_ledger.sqlite"
        try FileManager.default.removeItem(atPath: ledger)

        let outcome = try run(command, on: lake)

        #expect(outcome.status == 66 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("meter-etl: \(ledger): there is no ledger"))
        #expect(!FileManager.default.fileExists(atPath: ledger))
    }

    @Test(arguments: needingLedger + ["verify", "status", "convert --to json", "ingest"])
    func `what is no lake is named, and left as it is`(command: String) throws {
        try folder.write("x", to: "other/notes.txt")
        try folder.write("", to: "r.jsonl")
        let (none, other) = (folder.path("none"), folder.path("other"))

        let missing = try run(command, on: none)
        let foreign = try run(command, on: other)

        #expect(missing.status == 66 && foreign.status == 66)
        #expect(missing.errors == "meter-etl: \(none): there is no such lake\n")
        #expect(foreign.errors.hasPrefix("meter-etl: \(other): this folder is no lake: "))
        #expect(missing.output.isEmpty && foreign.output.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["notes.txt"])
        #expect(!FileManager.default.fileExists(atPath: none))
    }

    @Test(arguments: ["verify", "close --day 2025-12-07", "rebuild --day 2025-12-07"])
    func `commands that need the lake for themselves wait for no run`(command: String) throws {
        let lock = open("\(lake)/_lock", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)

        let outcome = try Command.etl.run(
            command.split(separator: " ").map(String.init) + ["--lake", lake])
        let status = try run("status")

        #expect(outcome.status == 75 && outcome.output.isEmpty)
        #expect(status.status == 0)
    }

    @Test func `no message or list shows what was logged`() throws {
        let secret = "SECRET"
        try folder.write(
            UsageLine.text(tenant: secret, input: "-1") + "{\"\(secret)\": bedrock_token_usage\n",
            to: "source/s.json")
        var outcomes = [try run("ingest", "--source", folder.path("source"))]
        let repairs = try folder.write(try run("rejects", "--to-repair").output, to: "r.jsonl")
        outcomes.append(try run("replay", repairs))
        outcomes.append(try run("rejects"))
        outcomes.append(try run("rejects", "--format", "json"))
        outcomes.append(try run("status"))

        for outcome in outcomes {
            #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret))
        }
        let ledger = try Data(contentsOf: URL(fileURLWithPath: "\(lake)/_ledger.sqlite"))
        #expect(ledger.range(of: Data(secret.utf8)) == nil)
    }
}
