import Foundation
import TestSupport
import Testing

/// What the commands say, and where.
@Suite struct MessageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `messages name the place and the reason, and show nothing of the log`() throws {
        let secret = "SECRET"
        let lines = [
            UsageLine.text(tenant: secret, input: "-1"),
            UsageLine.text(tenant: secret, input: "1.5"),
            UsageLine.text(tenant: secret, total: "99999999999999999999"),
            UsageLine.text(tenant: secret, day: secret),
            String(UsageLine.text(tenant: secret).dropLast(2))
                + ", \"tenant_id\": \"\(secret)\"}\n",
            "bedrock_token_usage \(secret)\n", UsageLine.text(tenant: secret + "\\ud800"),
        ]
        let path = try folder.write(lines.joined(), to: "source/a.json")
        try folder.write(UsageLine.text(tenant: secret), to: "source/b.json")
        let lake = folder.path("lake")

        let ingest = try Command.etl.run([
            "ingest", "--source", folder.path("source"), "--lake", lake,
        ])
        let report = try Command.report.run([
            "--day", "2025-12-07", "--source", folder.path("source"), "--format", "csv",
        ])

        #expect(ingest.status == 65 && report.status == 65)
        let messages = ingest.errors.split(separator: "\n")
        #expect(messages.count == lines.count)
        for (number, message) in messages.enumerated() {
            #expect(message.hasPrefix("\(path): line \(number + 1), byte "))
        }
        #expect(!ingest.errors.contains(secret) && !ingest.output.contains(secret))
        #expect(!report.errors.contains(secret) && report.output.contains(secret))
        #expect(ingest.output.hasPrefix("8 events in 2 objects: 1 new record, 0 duplicates"))
        #expect(ingest.output.hasSuffix("2025-12-07: 1 row, 15 tokens\n"))
    }

    @Test func `of many rejected lines the first hundred are named, and the others counted`() throws
    {
        let lines = String(repeating: UsageLine.text(input: "-1"), count: 250)
        let path = try folder.write(lines, to: "source/a.json")
        let lake = folder.path("lake")

        let outcome = try Command.etl.run([
            "ingest", "--source", folder.path("source"), "--lake", lake,
        ])
        let rejects = try Command.etl.run(["rejects", "--lake", lake, "--format", "json"])

        let messages = outcome.errors.split(separator: "\n")
        #expect(outcome.status == 65)
        #expect(messages.count == 101 && messages[99].hasPrefix("\(path): line 100, byte "))
        #expect(
            messages[100] == "150 more rejected lines; meter-etl rejects --lake \(lake) names all")
        #expect(rejects.output.components(separatedBy: "\"byte_offset\"").count == 251)
    }

    @Test func `METER_LAKE names the lake where nothing else does`() throws {
        try folder.write(UsageLine.text(tenant: "in-lake"), to: "a/x.json")
        try folder.write(UsageLine.text(tenant: "in-other"), to: "b/x.json")
        for (source, lake) in [("a", "lake"), ("b", "other")] {
            let outcome = try Command.etl.run([
                "ingest", "--source", folder.path(source), "--lake", folder.path(lake),
            ])
            #expect(outcome.status == 0)
        }
        let day = ["--day", "2025-12-07", "--format", "csv"]
        let environment = ["METER_LAKE": folder.path("lake")]

        let named = try Command.report.run(day, environment: environment)
        let other = try Command.report.run(
            day + ["--lake", folder.path("other")],
            environment: environment
        )
        let source = try Command.report.run(
            day + ["--source", folder.path("b")],
            environment: environment
        )
        let empty = try Command.report.run(day, environment: ["METER_LAKE": ""])

        #expect(named.status == 0 && named.output.contains("in-lake"))
        #expect(other.status == 0 && other.output.contains("in-other"))
        #expect(source.status == 0 && source.output.contains("in-other"))
        #expect(empty.status == 64 && empty.errors.contains("METER_LAKE"))
    }

    @Test func `the query is printed without reading anything`() throws {
        let outcome = try Command.report.run([
            "--from", "2025-12-06", "--to", "2025-12-08", "--hourly", "--by", "model", "--tenant",
            "O'Brien", "--limit", "5", "--print-sql", "--database", "my db", "--table", "t\"x",
        ])

        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("SELECT\n    tenant_id,\n"))
        #expect(outcome.output.hasSuffix("\nLIMIT 5\n"))
        for part in [
            "FROM \"my db\".\"t\"\"x\"\n", "tenant_id IN ('O''Brien')", "AS usage_hour",
            "    model_id,\n",
            "year = '2025' AND month = '12' AND day IN ('06', '07', '08')",
        ] {
            #expect(outcome.output.contains(part))
        }
    }

    @Test(arguments: [
        (Command.etl, ["--help"], ["ingest"]),
        (.etl, ["ingest", "--help"], ["--source", "--lake", "--summary", "EXIT CODES", "75"]),
        (
            .report, ["--help"],
            ["--day", "--from", "--by", "--print-sql", "METER_LAKE", "EXIT CODES"]
        ),
    ])
    func `help has the options, examples and exit codes`(
        command: Command,
        arguments: [String],
        parts: [String]
    ) throws {
        let outcome = try command.run(arguments)

        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        for part in parts { #expect(outcome.output.contains(part)) }
    }

    @Test func `both commands and the README tell one version`() throws {
        let versions = try [Command.etl, .report].map { try $0.run(["--version"]) }
        let readme = try String(contentsOfFile: "\(Command.package)/README.md", encoding: .utf8)

        #expect(versions.allSatisfy { $0.status == 0 && $0.errors.isEmpty })
        #expect(versions[0].output == versions[1].output)
        let version = versions[0].output.dropLast()
        #expect(readme.contains(".package(url: \"…\", from: \"\(version)\""))
    }

    /// The exit codes that each command's help lists, next to 0 and 64.
    private static let exitCodes = [
        "ingest": "65 66 74 75 130", "status": "65 66 74", "verify": "65 66 74 75",
        "close": "65 66 74 75", "rejects": "65 66 74 75", "replay": "65 66 74 75",
        "conflicts": "65 66 74 75", "rebuild": "65 66 74 75", "convert": "65 66 74 75",
        "register": "65 66 74", "export": "66 74", "facts": "65 66 74",
        "nightly": "65 66 74 75 130",
    ]

    /// The codes that a help text lists.
    private static func codes(in help: String) throws -> [String] {
        let list = try #require(help.range(of: "EXIT CODES:\n"))
        return help[list.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty }.compactMap { $0.firstMatch(of: /^ {2}(\d+)\s/) }
            .map { String($0.1) }
    }

    /// The subcommands that the help of meter-etl lists.
    private static func subcommands() throws -> [String] {
        try Command.etl.run(["--help"]).output.split(separator: "\n").compactMap {
            $0.firstMatch(of: /^ {2}([a-z]+)\s{2}/)
        }
        .map { String($0.1) }
    }

    @Test func `the examples of every command have one space between words`() throws {
        var helps = try Self.subcommands().map { try Command.etl.run([$0, "--help"]).output }
        helps.append(try Command.report.run(["--help"]).output)

        for help in helps {
            let examples = try #require(help.range(of: "EXAMPLES:\n"))
            let lines = help[examples.upperBound...].split(
                separator: "\n", omittingEmptySubsequences: false
            ).prefix { !$0.isEmpty }
            #expect(!lines.isEmpty)
            for line in lines { #expect(!line.dropFirst(2).contains("  "), "\(line)") }
        }
    }

    @Test func `the help of every command lists its exit codes in one form`() throws {
        let names = try Self.subcommands()

        #expect(Set(names) == Set(Self.exitCodes.keys))
        for name in names {
            let codes = try Self.codes(in: Command.etl.run([name, "--help"]).output)
            let expected = try #require(Self.exitCodes[name])
            #expect(
                codes == ["0", "64"] + expected.split(separator: " ").map(String.init), "\(name)")
        }
        #expect(
            try Self.codes(in: Command.report.run(["--help"]).output)
                == ["0", "64", "65", "66", "74", "130"])
    }

    @Test(arguments: [
        (Command.etl, ["ingest", "--help"], "--source <path>"),
        (.report, ["--help"], "--day <day>"),
    ])
    func `help begins with what is needed, and names each default once`(
        command: Command, arguments: [String], first: String
    ) throws {
        let help = try command.run(arguments).output
        let usage = try #require(help.range(of: "USAGE: "))
        let options = try #require(help[usage.lowerBound...].range(of: "\n\n"))

        let list = help[options.upperBound...].split(separator: "\n").dropFirst()

        #expect(list.first?.contains(first) == true)
        for value in ["8589934592", "(default: 1000)", "1048576"] {
            #expect(!help.contains(value))
        }
        for value in ["8 GiB unless", "1000 unless", "1 MiB unless"] {
            #expect(help.components(separatedBy: value).count == 2)
        }
    }
}
