import Foundation
import TestSupport
import Testing

/// The commands over a lake in a folder that others may write to.
@Suite(.timeLimit(.minutes(5))) struct SharedFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            UsageLine.text() + UsageLine.text(request: "a")
                + UsageLine.text(input: "9", total: "16", request: "a")
                + UsageLine.text(input: "-1"),
            to: "source/a.json")
    }

    private func ingest(umask: String? = nil, _ more: [String] = []) throws -> Command.Outcome {
        try Command.etl.run(
            ["ingest", "--source", folder.path("source"), "--lake", folder.path("lake")] + more,
            umask: umask)
    }

    /// All that lies in the lake, by its path, with its mode.
    private func modes() throws -> [String: (mode: Int, isFolder: Bool)] {
        var modes: [String: (Int, Bool)] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path("lake")) {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.path("lake/\(name)"))
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
            modes[name] = (mode, attributes[.type] as? FileAttributeType == .typeDirectory)
        }
        return modes
    }

    @Test(arguments: ["000", "022", "077"])
    func `what is no data is for its owner alone, whatever the umask`(umask: String) throws {
        let day = "lake/year=2025/month=12/day=07"
        try folder.write(UsageLine.text(microseconds: 9), to: "\(day)/other.json")
        #expect(try ingest(umask: umask).status == 65)
        let close = try Command.etl.run(
            [
                "close", "--lake", folder.path("lake"), "--day", "2025-12-07", "--force",
            ], umask: umask)
        #expect(close.status == 0, "\(close.errors)")

        let modes = try modes()

        let mask = try #require(Int(umask, radix: 8))
        for name in ["_rejected", "_conflicts", "_facts", "_replaced", "_staging"] {
            #expect(modes[name]?.mode == 0o700, "\(name)")
            #expect(name == "_staging" || modes.keys.contains { $0.hasPrefix("\(name)/") })
        }
        for name in ["_lock", "_ledger.sqlite"] { #expect(modes[name]?.mode == 0o600, "\(name)") }
        for (name, entry) in modes where name.hasPrefix("_") {
            #expect(entry.mode == (entry.isFolder ? 0o700 : 0o600), "\(name)")
        }
        let file = "year=2025/month=12/day=07/bedrock-usage-20251207.parquet"
        #expect(modes[file]?.mode == 0o666 & ~mask)
    }

    @Test func `a link in the place of a folder of the lake ends a run with 65 and its name`()
        throws
    {
        _ = try ingest()
        try folder.write("kept", to: "outside/inner/file")
        try FileManager.default.removeItem(atPath: folder.path("lake/_staging"))
        try folder.link("lake/_staging", to: folder.path("outside"))

        let outcome = try ingest()

        #expect(outcome.status == 65 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("\(folder.path("lake/_staging")): is a link"))
        #expect(outcome.errors.contains("unlink \(folder.path("lake/_staging"))"))
        let kept = folder.path("outside/inner/file")
        #expect(try String(contentsOfFile: kept, encoding: .utf8) == "kept")
    }

    @Test func `a pipe is no file of a command's options, and nobody waits for it`() throws {
        _ = try ingest()
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let (lake, source) = (folder.path("lake"), folder.path("source"))
        let day = ["--day", "2025-12-07"]
        let runs: [(Command, [String], Int32)] = [
            (.report, day + ["--source", source, "--prices", pipe], 66),
            (.report, day + ["--source", pipe], 65),
            (.report, day + ["--lake", lake, "--ledger", pipe], 65),
            (.etl, ["ingest", "--source", pipe, "--lake", lake], 65),
            (.etl, ["ingest", "--source", source, "--lake", lake, "--ledger", pipe], 65),
            (.etl, ["replay", "--lake", lake, pipe], 66),
        ]

        for (command, arguments, status) in runs {
            let outcome = try command.run(arguments)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("\(pipe): is a pipe"), "\(arguments)")
        }
    }

    @Test func `a pipe that the shell opens is a source`() throws {
        let (input, output) = (Pipe(), Pipe())
        let report = Command.report.process(["--day", "2025-12-07", "--source", "/dev/stdin"])
        report.standardInput = input
        report.standardOutput = output
        try report.run()
        try input.fileHandleForWriting.write(contentsOf: Data(UsageLine.text().utf8))
        try input.fileHandleForWriting.close()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        report.waitUntilExit()

        #expect(report.terminationStatus == 0)
        #expect(text.contains("acme"))
    }
}
