import Foundation
import TestSupport
import Testing

/// meter-etl nightly over what something else delivers.
@Suite struct NightlyCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func nightly(_ options: [String]) throws -> Command.Outcome {
        try Command.etl.run(
            [
                "nightly", "--source", folder.path("source"), "--lake", folder.path("lake"),
                "--day", "2025-12-07", "--heartbeat", folder.path("heartbeat"),
            ] + options)
    }

    @Test func `a night logs JSON lines, writes one summary, and then its heartbeat`() throws {
        try folder.write(UsageLine.text(day: "2025-12-07"), to: "source/a.json")

        let outcome = try nightly(["--summary", "json"])

        #expect(outcome.status == 0, "\(outcome.errors)")
        let summary = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect((summary as? [String: Any])?["clean"] as? Bool == true)
        let lines = try outcome.errors.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String]
        }
        #expect(lines.map { $0?["message"] } == ["night begins", "ingested", "night ends"])
        #expect(lines.allSatisfy { $0?["label"] == "meter-etl" && $0?["level"] == "info" })
        #expect(
            lines.allSatisfy { $0?["time"]?.count == "2025-12-07T01:23:45.678901Z".count })
        let heartbeat = try String(contentsOfFile: folder.path("heartbeat"), encoding: .utf8)
        #expect(heartbeat.hasSuffix("\"day\": \"2025-12-07\"}\n"))
    }

    @Test func `a night that rejects a line ends with 65 and without a heartbeat`() throws {
        try folder.write(
            UsageLine.text(day: "2025-12-07", input: "-10"),
            to: "source/a.json")

        let outcome = try nightly(["--log-format", "text"])

        #expect(outcome.status == 65)
        #expect(!FileManager.default.fileExists(atPath: folder.path("heartbeat")))
        #expect(outcome.errors.hasPrefix("night begins days=1 first=2025-12-07"))
    }

    @Test func `a source that is missing ends with 66`() throws {
        let outcome = try nightly([])

        #expect(outcome.status == 66)
        #expect(!FileManager.default.fileExists(atPath: folder.path("heartbeat")))
        #expect(outcome.output.contains("ingest failed: "))
    }

    @Test(arguments: [
        [], ["--log-group", "g"], ["--source", "s", "--to", "s3://bucket/x"],
        ["--source", "s", "--day", "2025-12-07", "--backfill", "2025-12-01", "2025-12-02"],
        ["--source", "s", "--backfill", "2025-12-02"],
        ["--source", "s", "--backfill", "2025-12-02", "2025-12-01"],
        ["--source", "s", "--day", "2019-12-31"], ["--log-group", "g", "--to", "/tmp/x"],
    ])
    func `options that make no night are wrong usage`(options: [String]) throws {
        let outcome = try Command.etl.run(["nightly", "--lake", folder.path("lake")] + options)

        #expect(outcome.status == 64)
    }
}
