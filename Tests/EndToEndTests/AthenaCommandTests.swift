import Foundation
import TestSupport
import Testing

/// meter-report over a stub of Athena.
@Suite struct AthenaCommandTests {
    private static let columns = [
        "tenant_id", "usage_date", "request_count", "input_tokens", "output_tokens", "total_tokens",
        "avg_tokens_per_request", "cache_read_input_tokens", "cache_write_input_tokens",
    ]
    private static let rows = [
        ["acme", "2025-12-07", "2", "20", "10", "30", "15.0", "0", "0"],
        ["beta", "2025-12-07", "1", "10", "5", "15", "15.0", "0", "0"],
    ]

    private static func line(_ tenant: String, _ second: Int) -> String {
        """
        {"timestamp": "2025-12-07T01:00:0\(second).000001Z", "tenant_id": "\(tenant)", \
        "user_id": "u", "model_id": "m", "input_tokens": 10, "output_tokens": 5, \
        "event_type": "bedrock_token_usage"}

        """
    }

    private static func stub(
        _ rows: [[String]] = rows, state: String = "SUCCEEDED"
    ) throws -> StubService {
        let cells = ([columns] + rows).map { row in
            "{\"Data\": [" + row.map { "{\"VarCharValue\": \"\($0)\"}" }.joined(separator: ", ")
                + "]}"
        }
        let names = columns.map { "{\"Name\": \"\($0)\"}" }.joined(separator: ", ")
        return try StubService { call, _ in
            switch call.operation {
            case "StartQueryExecution": .result("{\"QueryExecutionId\": \"q-1\"}")
            case "GetQueryExecution":
                .result(
                    """
                    {"QueryExecution": {"Status": {"State": "\(state)"},
                     "Statistics": {"DataScannedInBytes": 4096}}}
                    """)
            case "GetQueryResults":
                .result(
                    """
                    {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": [\(names)]},
                     "Rows": [\(cells.joined(separator: ", "))]}}
                    """)
            default: .result()
            }
        }
    }

    @Test func `Athena's rows are reported, and what they cost goes to standard error`() throws {
        let stub = try Self.stub()

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena", "--format", "csv"],
            environment: stub.variables)

        #expect(outcome.status == 0)
        #expect(
            outcome.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
                == Self.rows.map { $0.joined(separator: ",") })
        #expect(
            outcome.errors
                == """
                Athena query q-1 read 4096 bytes; a query is billed for 10 MB at least
                # rejected lines, conflicts and ambiguous calls: not known here: Athena answers from \
                the table alone
                # finality: not known here: Athena answers from the table alone

                """)
        let start = try #require(stub.calls.first)
        #expect(start.value("WorkGroup") == "bedrock-metering-workgroup")
        let sql = try Command.report.run(["--day", "2025-12-07", "--print-sql"]).output
        #expect(start.value("QueryString").map { $0 + "\n" } == sql)
    }

    @Test func `both engines agree where their rows are equal`() throws {
        let stub = try Self.stub()
        let folder = try TemporaryFolder()
        let source = try folder.write(
            Self.line("acme", 1) + Self.line("acme", 2) + Self.line("beta", 3), to: "a.json")

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena", "--verify", "--source", source],
            environment: stub.variables)

        #expect(outcome.status == 0)
        #expect(outcome.output.contains("acme"))
        #expect(outcome.errors.hasSuffix("2 rows are the same here and in Athena\n"))
    }

    @Test func `what differs is named, and ends with 65`() throws {
        let stub = try Self.stub()
        let folder = try TemporaryFolder()
        let source = try folder.write(
            Self.line("acme", 1) + Self.line("beta", 3) + Self.line("gamma", 4), to: "a.json")

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena", "--verify", "--source", source],
            environment: stub.variables)

        #expect(outcome.status == 65)
        let lines = outcome.errors.split(separator: "\n").map(String.init)
        #expect(
            lines.contains(
                "tenant_id acme, usage_date 2025-12-07: request_count is 1 here, 2 in Athena"))
        #expect(lines.contains("tenant_id gamma, usage_date 2025-12-07: only here"))
        #expect(lines.last == "5 differences between here and Athena")
    }

    @Test(arguments: [true, false])
    func `an average that is not that of Athena's own sums is a difference`(
        isVerified: Bool
    ) throws {
        var rows = Self.rows
        rows[1][6] = "15.5"
        let stub = try Self.stub(rows)
        let folder = try TemporaryFolder()
        let source = try folder.write(
            Self.line("acme", 1) + Self.line("acme", 2) + Self.line("beta", 3), to: "a.json")

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena"]
                + (isVerified ? ["--verify", "--source", source] : []),
            environment: stub.variables)

        #expect(outcome.status == 65)
        #expect(outcome.output.contains("beta"))
        #expect(
            outcome.errors.split(separator: "\n").contains(
                "tenant_id beta, usage_date 2025-12-07: avg_tokens_per_request is 15.0 here, "
                    + "15.5 in Athena"))
    }

    @Test func `a workgroup that is missing is named, with what it needs`() throws {
        var environment = try MotoServer.shared.variables
        environment["AWS_REGION"] = "eu-north-1"

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena", "--workgroup", "nowhere"],
            environment: environment)

        #expect(outcome.status == 66)
        #expect(
            outcome.errors.hasPrefix(
                "meter-report: Athena workgroup nowhere: athena StartQueryExecution: "))
        #expect(outcome.errors.contains("the workgroup must exist in eu-north-1"))
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `an interrupted command stops its query`(signal: Int32, status: Int32) throws {
        let stub = try Self.stub(state: "RUNNING")
        let process = Command.report.process(
            ["--day", "2025-12-07", "--engine", "athena"],
            environment: stub.variables)

        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while !stub.operations.contains("GetQueryExecution"), ContinuousClock.now < deadline {
            usleep(10_000)
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()

        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status)
        #expect(stub.operations.suffix(2) == ["StopQueryExecution", "GetQueryExecution"])
    }

    @Test(arguments: [
        ["--verify", "--source", "samples"], ["--engine", "athena", "--lake", "lake"],
        ["--engine", "athena", "--output-location", "/results"],
    ])
    func `options that do not go together are wrong usage`(options: [String]) throws {
        #expect(try Command.report.run(["--day", "2025-12-07"] + options).status == 64)
    }

    @Test func `without credentials it ends with 74 and says where it looked`() throws {
        let stub = try Self.stub()
        var environment = stub.variables
        environment["AWS_ACCESS_KEY_ID"] = ""
        environment["HOME"] = "/nonexistent"
        environment["AWS_EC2_METADATA_DISABLED"] = "true"

        let outcome = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena"], environment: environment)

        #expect(outcome.status == 74)
        #expect(
            outcome.errors.contains(
                "Athena workgroup bedrock-metering-workgroup: no AWS credentials"))
        #expect(stub.calls.isEmpty)
    }
}
