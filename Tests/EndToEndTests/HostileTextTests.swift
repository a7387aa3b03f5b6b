import Foundation
import TestSupport
import Testing

/// What others have written, and every command shows: names and ids from logs, names of files, reasons,
/// and what lies in a ledger.
@Suite struct HostileTextTests {
    /// Each does something to whoever sees it, or hides.
    private static let kinds = [
        "\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}2J\u{7f}", "\n2025-12-07: as recorded\r\t\u{85}\u{2028}",
        "\u{202e}\u{2066}\u{200f}\u{61c}",
        "\u{200b}\u{2060}\u{feff}\u{ad}\u{fe0f}\u{e0041}\u{e0100}\u{34f}",
        "\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}",
    ]
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func json(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }

    /// A lake that has one hostile text wherever somebody else has a say.
    private func makeLake(_ kind: String) throws {
        let name = "a\(kind)b"
        let text = Self.json(name)
        // Separators of paths are in no name, and so are line ends in those of files here.
        let file = name.replacingOccurrences(of: "\n", with: "").replacingOccurrences(
            of: "/", with: "")
        func line(_ input: Int, _ microseconds: Int) -> String {
            UsageLine.text(
                tenant: text, microseconds: microseconds, input: "\(input)",
                total: "\(input + 5)", request: text
            ).replacingOccurrences(of: "\"u\"", with: "\"\(text)\"")
        }
        // Another model, so that the versions contradict each other.
        let other = line(1, 7).replacingOccurrences(of: "\"m\"", with: "\"\(text)\"")
        try folder.write(
            line(10, 0) + other + UsageLine.text(tenant: text, input: "-1"),
            to: "source/\(file).json")
        try folder.write([UInt8]([0x1f, 0x8b, 8, 0, 1]), to: "source/\(file).gz")
    }

    private func run(_ arguments: String..., tool: Command = .etl) throws -> Command.Outcome {
        try tool.run(
            arguments.joined(separator: " ").split(separator: " ").map {
                $0.replacingOccurrences(of: "@", with: folder.path)
            })
    }

    @Test(arguments: kinds)
    func `no command passes on what steers a terminal or hides`(kind: String) throws {
        try makeLake(kind)
        var outcomes = [
            try run("ingest --source @/source --lake @/lake"),
            try run("ingest --source @/source --lake @/lake --reread --summary json"),
        ]
        try folder.write(
            "ORC\(kind)",
            to: "lake/year=2025/month=12/day=07/part\(kind.filter { $0 != "\n" }).orc")
        outcomes += try ["table", "json"].map { try run("conflicts --lake @/lake --format \($0)") }
        let decided = try Command.etl.run([
            "conflicts", "decide", "--lake", folder.path("lake"), "--all", "--keep", "largest",
            "--reason", "so\(kind)",
        ])
        #expect(decided.status == 0, "\(decided.errors)")
        outcomes += [
            decided, try run("conflicts --all --lake @/lake"),
            try run("close --day 2025-12-07 --lake @/lake"),
        ]
        try folder.write(UsageLine.text(tenant: Self.json("c\(kind)")), to: "later/a.json")
        outcomes.append(try run("ingest --source @/later --lake @/lake"))
        try forgeLedger(kind)
        for command in ["facts", "rejects", "status", "verify"] {
            outcomes += try ["table", "json"].map {
                try run("\(command) --lake @/lake --format \($0)")
            }
        }
        outcomes.append(try run("rejects --lake @/lake --to-repair"))
        for format in ["table", "json", "csv"] {
            outcomes.append(
                try run(
                    "--day 2025-12-07 --lake @/lake --by model --format \(format)", tool: .report))
            outcomes.append(
                try run("--day 2025-12-07 --source @/source --format \(format)", tool: .report))
        }

        for (number, outcome) in outcomes.enumerated() {
            let shown = outcome.output.replacingOccurrences(of: "\r\n", with: "\n") + outcome.errors
            for scalar in kind.unicodeScalars
            where !(0x20...0x7e).contains(scalar.value) && scalar != "\n" {
                #expect(!shown.unicodeScalars.contains(scalar), "\(number): \(shown)")
            }
            #expect(!outcome.output.contains("\n2025-12-07: as recorded\n"), "\(number)")
        }
        // It is not left out either.
        let first = try #require(kind.unicodeScalars.first)
        let escape = "\\u{\(String(first.value, radix: 16))}"
        for outcome in [2, 4, 8, 10].map({ outcomes[$0] }) {
            #expect(outcome.output.contains(escape), "\(outcome.output)")
        }
    }

    /// Has the ledger say what no run would have written.
    private func forgeLedger(_ kind: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import sqlite3, sys
            ledger = sqlite3.connect(sys.argv[1])
            ledger.execute("UPDATE reject SET reason = reason || ?", (sys.argv[2],))
            ledger.commit()
            """, folder.path("lake/_ledger.sqlite"), kind,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
