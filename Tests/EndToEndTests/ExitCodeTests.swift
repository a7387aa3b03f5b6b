import Foundation
import TestSupport
import Testing

@Suite struct ExitCodeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(UsageLine.text(), to: "sound/a.json")
        try folder.write(UsageLine.text() + UsageLine.text(input: "-1"), to: "unsound/a.json")
        try folder.write(
            "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,"
                + "\"message\":\"x\"}]}",
            to: "documents/a.json"
        )
        try folder.write("\u{1f}\u{8b}\u{8}", to: "text/a.json")
        let damaged = URL(fileURLWithPath: try folder.write("", to: "damaged/a.gz"))
        try Data([0x1f, 0x8b, 8, 0, 0]).write(to: damaged)
        try folder.write(
            UsageLine.text(microseconds: 1, total: "9223372036854775807")
                + UsageLine.text(microseconds: 2, total: "9223372036854775807"),
            to: "overflowing/a.json"
        )
    }

    /// The arguments, `@` standing for the test's folder.
    private func run(
        _ command: Command,
        _ arguments: String,
        environment: [String: String] = [:]
    ) throws -> Command.Outcome {
        let arguments = arguments.split(separator: " ").map {
            $0.replacingOccurrences(of: "@", with: folder.path)
        }
        return try command.run(arguments, environment: environment)
    }

    @Test(arguments: [
        ("ingest --source @/sound --lake @/lake", 0), ("ingest --source @/text --lake @/lake", 0),
        ("ingest --source @/unsound --lake @/lake", 65),
        ("ingest --source @/damaged --lake @/lake", 65),
        ("ingest --source @/overflowing --lake @/lake", 0),
        ("ingest --source @/nowhere --lake @/lake", 66),
        ("ingest --source @/sound --lake @/sound/lake", 64),
        ("ingest --source @/lake/x --lake @/lake", 66), ("ingest --source @/sound", 64),
        ("ingest --lake @/lake", 66), ("ingest --source @/sound --lake @/lake --jobs 0", 64),
        ("ingest --source @/sound --lake @/lake --summary xml", 64), ("digest", 64),
        ("ingest --source @/sound --lake @/lake --max-line-size 100", 65),
        ("ingest --source @/sound --lake @/lake --jobs 9223372036854775807", 0),
        ("ingest --source @/unsound --lake @/lake --max-line-size 1073741824", 65),
        ("ingest --source @/documents --lake @/lake --max-line-size 1073741824", 0),
        ("ingest --source @/documents --lake @/lake --max-line-size 1073741825", 64),
        ("ingest --source @/documents --lake @/lake --max-line-size 4294967296", 64),
        ("ingest --source @/sound --lake @/lake --max-line-size 9223372036854775807", 64),
        ("ingest --source @/sound --lake @/lake --max-inflation-ratio 9223372036854775807", 0),
        ("ingest --source @/documents --lake @/lake --max-line-size 1GiB", 0),
        ("ingest --source @/documents --lake @/lake --max-line-size 1025MiB", 64),
        ("ingest --source @/sound --lake @/lake --max-line-size 100b", 65),
        ("ingest --source @/sound --lake @/lake --max-name-size 4", 0),
        ("ingest --source @/sound --lake @/lake --max-name-size 3", 65),
        ("ingest --source @/sound --lake @/lake --max-name-size 1MiB", 0),
        ("ingest --source @/sound --lake @/lake --max-name-size 1025KiB", 64),
        ("ingest --source @/sound --lake @/lake --max-name-size 0", 64),
        ("ingest --source @/sound --lake @/lake --memory 1", 0),
        ("ingest --source @/sound --lake @/lake --memory 64MiB", 0),
        ("ingest --source @/sound --lake @/lake --memory 2g", 0),
        ("ingest --source @/sound --lake @/lake --memory 1GB", 0),
        ("ingest --source @/sound --lake @/lake --memory 0", 64),
        ("ingest --source @/sound --lake @/lake --memory 64 MiB", 64),
        ("ingest --source @/sound --lake @/lake --memory half", 64),
        ("ingest --source @/sound --lake @/lake --memory 1.5GiB", 64),
        ("ingest --source @/sound --lake @/lake --memory 99999999999TiB", 64),
        ("ingest --source @/sound --lake @/\(String(repeating: "x", count: 300))", 74),
        ("ingest --help", 0), ("--help", 0),
    ])
    func `an ingest ends with the code of what it did`(arguments: String, code: Int) throws {
        let outcome = try run(.etl, arguments)

        #expect(outcome.status == Int32(code))
        #expect(outcome.errors.isEmpty == (code == 0))
        #expect(outcome.output.isEmpty == ![0, 65].contains(code))
    }

    @Test(arguments: [
        ("--day 2025-12-07 --source @/sound", 0), ("--day 2025-12-07 --source @/sound/a.json", 0),
        ("--day 2025-12-07 --source @/unsound", 65), ("--day 2025-12-07 --source @/damaged", 65),
        ("--day 2025-12-07 --source @/nowhere", 66), ("--day 2025-12-07 --lake @/nowhere", 66),
        ("--day 2025-12-07 --lake @/sound/a.json", 66), ("--day 2025-12-07 --lake @/sound", 66),
        ("--day 2025-12-07 --source @/\(String(repeating: "x", count: 300))", 74),
        ("--day 2025-12-07", 64), ("--source @/sound", 64), ("--day today --source @/sound", 64),
        ("--day 2019-12-31 --source @/sound", 64), ("--day 2025-02-29 --source @/sound", 64),
        ("--day 2025-12-07 --source @/sound --lake @/lake", 64),
        ("--from 2025-12-07 --source @/sound", 64),
        ("--from 2025-12-08 --to 2025-12-07 --source @/sound", 64),
        ("--day 2025-12-07 --hourly --monthly --source @/sound", 64),
        ("--day 2025-12-07 --source @/sound --limit 0", 64),
        ("--day 2025-12-07 --source @/sound --by tenant", 64),
        ("--day 2025-12-07 --source @/sound --time-zone Asia/Seoul", 0),
        ("--day 2025-12-07 --source @/sound --time-zone Nowhere/City", 64),
        ("--day 2025-12-07 --source @/sound --time-zone GMT+9", 64),
        ("--day 2025-12-07 --source @/sound --time-zone Asia/Seoul' --print-sql", 64),
        ("--day 2025-12-07 --source @/sound --format xml", 64),
        ("--day 2025-12-08 --source @/overflowing", 0), ("--help", 0),
    ])
    func `a report ends with the code of what it did`(arguments: String, code: Int) throws {
        let outcome = try run(.report, arguments)

        #expect(outcome.status == Int32(code))
        #expect(outcome.errors.isEmpty == (code == 0))
        #expect(outcome.output.isEmpty == ![0, 65].contains(code))
    }

    @Test(arguments: [
        "export --day 2025-12-07 --log-group g --to s3://ab/x",
        "nightly --log-group g --to s3://ab/x --lake @/lake",
        "nightly --source s3://ab/x --lake @/lake", "nightly --source @/sound --lake s3://ab/x",
        "ingest --source s3://ab/x --lake @/lake", "ingest --source @/sound --lake s3://ab/x",
        "status --lake s3://ab/x", "register --lake @/lake --location s3://ab/x",
    ])
    func `a name that no bucket can have is wrong usage`(arguments: String) throws {
        let outcome = try run(.etl, arguments)

        let message = outcome.errors + outcome.output
        #expect(outcome.status == 64)
        #expect(
            message.contains("s3://ab/x: names no bucket, which has 3 to 63 letters"), "\(message)")
    }

    @Test func `a sum that does not fit makes no report, and is an error of the data`() throws {
        let outcome = try run(.report, "--day 2025-12-07 --source @/overflowing")

        #expect(outcome.status == 65)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "meter-report: a sum of tokens does not fit 63 bits\n")
    }

    #if os(Linux)
        @Test(arguments: [
            (Command.etl, "ingest --source @/sound --lake @/lake"),
            (.report, "--day 2025-12-07 --source @/sound"),
            (.report, "--day 2025-12-07 --print-sql"),
        ])
        func `output that cannot be written is an error`(
            command: Command, arguments: String
        ) throws {
            let arguments = arguments.replacingOccurrences(of: "@", with: folder.path)
            let process = command.process(
                arguments.components(separatedBy: " "),
                output: try #require(FileHandle(forWritingAtPath: "/dev/full"))
            )

            try process.run()
            process.waitUntilExit()

            #expect(process.terminationReason == .exit && process.terminationStatus == 74)
        }
    #endif

    @Test func `a lake that another run holds is refused`() throws {
        try folder.write("", to: "lake/_lock")
        let lock = open(folder.path("lake/_lock"), O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)

        let held = try run(.etl, "ingest --source @/sound --lake @/lake")
        let report = try run(.report, "--day 2025-12-07 --lake @/lake")
        flock(lock, LOCK_UN)
        let free = try run(.etl, "ingest --source @/sound --lake @/lake")

        #expect(held.status == 75 && held.output.isEmpty)
        #expect(held.errors == "meter-etl: \(folder.path("lake")): another run holds this lake\n")
        #expect(report.status == 65 && report.errors == "no data: 2025-12-07\n")
        #expect(free.status == 0)
    }
}
