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

    @Test func `days of a backfill in the wrong order are told by the option that has them`()
        throws
    {
        let outcome = try Command.etl.run([
            "nightly", "--source", "s", "--lake", folder.path("lake"), "--backfill", "2025-12-02",
            "2025-12-01",
        ])

        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--backfill takes the first day and then the last"))
        #expect(!outcome.errors.contains("--from"))
    }

    @Test func `missing credentials are told once, and end with 74 and the days not done`() throws {
        let outcome = try Command.etl.run(
            [
                "nightly", "--log-group", "g", "--to", "s3://bucket/exports", "--lake",
                folder.path("lake"), "--backfill", "2025-12-01", "2025-12-03",
            ],
            environment: [
                "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "", "HOME": "/nonexistent",
                "AWS_EC2_METADATA_DISABLED": "true", "XDG_STATE_HOME": folder.path("state"),
            ])

        #expect(outcome.status == 74)
        #expect(outcome.output.split(separator: "AWS_ACCESS_KEY_ID").count == 2)
        #expect(outcome.output.contains("\nnot done: 2025-12-01, 2025-12-02, 2025-12-03\n"))
        #expect(outcome.errors.split(separator: "step failed").count == 2)
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a night that is interrupted tells what it came to`(signal: Int32, status: Int32) throws {
        let stub = try StubService { call, _ in
            switch call.operation {
            case "CreateExportTask": .result("{\"taskId\": \"t\"}")
            case "DescribeExportTasks" where call.value("taskId") != nil:
                .result(
                    "{\"exportTasks\": [{\"taskId\": \"t\", \"status\": {\"code\": \"RUNNING\"}}]}")
            case "DescribeExportTasks": .result("{\"exportTasks\": []}")
            default: .listing(nil)
            }
        }
        let output = try folder.write("", to: "output")
        let process = Command.etl.process(
            [
                "nightly", "--log-group", "g", "--to", "s3://bucket/exports", "--lake",
                folder.path("lake"), "--day", "2025-12-07", "--summary", "json", "--heartbeat",
                folder.path("heartbeat"),
            ], environment: stub.variables,
            output: try #require(FileHandle(forWritingAtPath: output)))

        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while !stub.calls.contains(where: { $0.value("taskId") != nil }),
            ContinuousClock.now < deadline
        {
            usleep(10_000)
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()

        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status)
        let data = try Data(contentsOf: URL(fileURLWithPath: output))
        let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(summary["not_done"] as? [String] == ["2025-12-07"])
        let failures = try #require(summary["failures"] as? [[String: Any]])
        #expect(failures.map { $0["reason"] as? String } == ["export: was interrupted"])
        #expect(!FileManager.default.fileExists(atPath: folder.path("heartbeat")))
    }

    @Test func `a day without usage closes by hand, and shows as closed`() throws {
        try folder.write(UsageLine.text(day: "2025-12-06"), to: "source/a.json")
        #expect(try nightly([]).status == 0)

        let closed = try Command.etl.run(
            ["close", "--lake", folder.path("lake"), "--day", "2025-12-07", "--empty"])
        let status = try Command.etl.run(["status", "--lake", folder.path("lake")])

        #expect(closed.status == 0 && closed.output.hasSuffix("Z, without usage\n"))
        #expect(status.output.contains(/\n2025-12-07 +0 +0 +closed\s/))
        #expect(try Command.etl.run(["verify", "--lake", folder.path("lake")]).status == 0)
    }

    @Test(arguments: [
        [], ["--log-group", "g"], ["--source", "s", "--to", "s3://bucket/x"],
        ["--source", "s", "--day", "2025-12-07", "--backfill", "2025-12-01", "2025-12-02"],
        ["--source", "s", "--backfill", "2025-12-02"],
        ["--source", "s", "--backfill", "2025-12-02", "2025-12-01"],
        ["--source", "s", "--backfill", "2025-12-01", "2025-12-02", "--again"],
        ["--log-group", "g", "--to", "s3://bucket/x", "--again"],
        ["--source", "s", "--day", "2019-12-31"], ["--log-group", "g", "--to", "/tmp/x"],
    ])
    func `options that make no night are wrong usage`(options: [String]) throws {
        let outcome = try Command.etl.run(["nightly", "--lake", folder.path("lake")] + options)

        #expect(outcome.status == 64)
    }
}
