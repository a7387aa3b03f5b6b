import Foundation
import TestSupport
import Testing

/// The built commands with sources and lakes in S3.
@Suite struct S3CommandTests {
    private let folder: TemporaryFolder
    private let bucket: String
    private let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        bucket = try MotoServer.shared.makeBucket()
        environment = try Command.environment(
            of: MotoServer.shared, state: folder.path("state"))
    }

    private func etl(_ arguments: String...) throws -> Command.Outcome {
        try Command.etl.run(arguments, environment: environment)
    }

    private func report(_ arguments: String...) throws -> Command.Outcome {
        try Command.report.run(
            ["--day", "2025-12-07", "--format", "json"] + arguments, environment: environment)
    }

    private var lake: String { "s3://\(bucket)/a lake+%/한" }

    @Test func `a night in S3 gives the reports and the lists of a night on a folder`() throws {
        let samples = "samples/exports"
        let local = folder.path("lake")
        #expect(try etl("ingest", "--source", samples, "--lake", local).status == 0)

        let first = try etl("ingest", "--source", samples, "--lake", lake, "--summary", "json")
        let second = try etl("ingest", "--source", samples, "--lake", lake, "--summary", "json")

        #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
        #expect(second.output.contains("\"records\": 0"))
        #expect(try report("--lake", lake).output == report("--lake", local).output)
        for command in ["status", "verify"] {
            let there = try etl(command, "--lake", lake, "--format", "json")
            let here = try etl(command, "--lake", local, "--format", "json")
            #expect(there.status == 0 && here.status == 0, "\(there.errors)")
            if command == "verify" { #expect(there.output == here.output) }
        }
        #expect(try etl("rebuild", "--lake", lake, "--day", "2025-12-07").status == 0)
        #expect(try etl("close", "--lake", lake, "--day", "2025-12-07", "--force").status == 0)
        #expect(try etl("convert", "--lake", lake, "--to", "json").status == 0)
        #expect(try etl("convert", "--lake", local, "--to", "json").status == 0)
        #expect(try etl("close", "--lake", local, "--day", "2025-12-07", "--force").status == 0)
        #expect(try report("--lake", lake).output == report("--lake", local).output)
    }

    @Test func `rejected lines of S3 are listed, repaired and taken back in`() throws {
        let sound = UsageLine.text(tenant: "acme")
        let broken = sound.replacingOccurrences(of: "\"input_tokens\":", with: "\"input_token\":")
        try folder.write(sound + broken, to: "source/a.json")
        let source = folder.path("source")
        #expect(try etl("ingest", "--source", source, "--lake", lake).status == 65)

        let repairs = try etl("rejects", "--lake", lake, "--to-repair")
        let file = try folder.write(
            repairs.output.replacingOccurrences(of: "input_token\\\":", with: "input_tokens\\\":"),
            to: "repairs.jsonl")
        let replayed = try etl("replay", "--lake", lake, file)

        #expect(repairs.status == 0 && replayed.status == 0, "\(repairs.errors)\(replayed.errors)")
        #expect(replayed.output.contains("1 rejected line taken back in"))
        #expect(try etl("rejects", "--lake", lake).output.isEmpty)
    }

    @Test func `exit codes tell what is wrong with a place in S3`() throws {
        let source = "samples/exports"
        let nowhere = "s3://no-such-bucket-\(bucket)/lake"
        func codes(_ lake: String) throws -> [Int32] {
            try [
                etl("ingest", "--source", source, "--lake", lake),
                etl("ingest", "--source", lake, "--lake", folder.path("lake")),
                etl("status", "--lake", lake), etl("verify", "--lake", lake),
                etl("close", "--lake", lake, "--day", "2025-12-07"),
                etl("rejects", "--lake", lake), etl("convert", "--lake", lake, "--to", "json"),
                etl("rebuild", "--lake", lake, "--day", "2025-12-07"),
                report("--lake", lake), report("--source", lake),
            ].map(\.status)
        }

        #expect(try codes(nowhere) == [Int32](repeating: 66, count: 10))
        #expect(try codes("s3:/\(bucket)/lake") == [Int32](repeating: 64, count: 10))
        #expect(try report("--source", "s3://\(bucket)/nothing").status == 66)
        #expect(try report("--lake", "s3://\(bucket)/nothing").status == 66)
    }

    @Test func `a server that is not there is a failure of reading`() throws {
        let port = try TestServer.freePorts()[0]
        var environment = environment
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(port)"
        environment["AWS_MAX_ATTEMPTS"] = "1"

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--source", "s3://\(bucket)/a"], environment: environment)

        #expect(outcome.status == 74, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("meter-report: s3://\(bucket)/a: "))
        #expect(!outcome.errors.contains("secret"))
    }

    /// The commands that begin with something in a lake.
    private static let commandsOnLakes = [
        ["status"], ["verify"], ["rebuild", "--day", "2025-12-07"],
        ["close", "--day", "2025-12-07"], ["convert", "--to", "json"], ["ingest", "--source", "@"],
        ["register"],
    ]

    @Test(arguments: ["credentials", "region", "connection"], commandsOnLakes)
    func `where the way to S3 is at fault, the place is named once as it was given`(
        fault: String, command: [String]
    ) throws {
        let source = try folder.write(UsageLine.text(tenant: "acme"), to: "source/a.json")
        #expect(try etl("ingest", "--source", source, "--lake", lake).status == 0)
        var environment = environment
        environment["HOME"] = folder.path
        environment["AWS_MAX_ATTEMPTS"] = "1"
        let reason: String
        switch fault {
        case "credentials":
            environment["AWS_ACCESS_KEY_ID"] = ""
            reason = "no AWS credentials: environment: "
        case "region":
            environment["AWS_REGION"] = ""
            reason = "no AWS region: neither AWS_REGION nor AWS_DEFAULT_REGION is set"
        default:
            environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(try TestServer.freePorts()[0])"
            reason = "s3 ListObjectsV2: ConnectionFailed, http://127.0.0.1:"
        }

        let outcome = try Command.etl.run(
            command.map { $0 == "@" ? source : $0 } + ["--lake", lake], environment: environment)

        #expect(outcome.status == 74, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("meter-etl: \(lake): \(reason)"), "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "s3://").count == 2)
        #expect(!outcome.errors.contains("year="))
    }

    @Test func `another run of the same machine holds the lake`() throws {
        try folder.write(UsageLine.text(tenant: "acme"), to: "source/a.json")
        #expect(try etl("ingest", "--source", folder.path("source"), "--lake", lake).status == 0)
        let state = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: folder.path("state"))
                .first { $0.hasSuffix("/_lock") })
        let lock = open(folder.path("state/\(state)"), O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)

        let outcome = try etl("ingest", "--source", folder.path("source"), "--lake", lake)

        #expect(outcome.status == 75)
        #expect(outcome.errors == "meter-etl: \(lake): another run holds this lake\n")
    }
}
