import Foundation
import TestSupport
import Testing

@Suite struct AthenaIngestCommandTests {
    private static let places = "--source s3://bucket/exports --lake s3://bucket/lake"

    /// Glue and S3 that have nothing, unless it is said what they have.
    private static func stub(table: String? = nil, object: String? = nil) throws -> StubService {
        try StubService { call, _ in
            if call.request.contains("/_settings") { return .error("NoSuchKey", status: 404) }
            if call.request.contains("_facts") { return .listing(nil) }
            if call.operation.isEmpty { return .listing(object) }
            return table.map { .result($0) } ?? .error("EntityNotFoundException")
        }
    }

    private func run(
        _ arguments: String, on stub: StubService? = nil, environment: [String: String] = [:]
    ) throws -> Command.Outcome {
        let words = "ingest --engine athena " + arguments
        let stub = try stub ?? Self.stub()
        return try Command.etl.run(
            words.split(separator: " ").map(String.init),
            environment: stub.variables.merging(environment) { $1 })
    }

    @Test func `a dry run prints statements, each under what it is for`() throws {
        let outcome = try run(
            "--dry-run --from 2025-12-06 --to 2025-12-07 \(Self.places) --database d --table t"
        )

        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let numbers = outcome.output.matches(of: /\n-- (\d+)\. [^\n]*\.\n[A-Z]/).map { $0.1 }
        #expect(numbers == (1...22).map { "\($0)" })
        #expect(outcome.output.contains("\nCREATE EXTERNAL TABLE IF NOT EXISTS `d`.`t` ("))
        #expect(outcome.output.contains("\nTO 's3://bucket/lake/athena/"))
    }

    @Test func `a dry run refuses what the run would refuse`() throws {
        let table =
            "{\"Table\": {\"Name\": \"t\", \"Parameters\": {\"projection.enabled\": \"true\"}}}"
        let computing = try run(
            "--dry-run --day 2025-12-07 \(Self.places)", on: Self.stub(table: table))
        let dayFiles = try run(
            "--dry-run --day 2025-12-07 \(Self.places)",
            on: Self.stub(object: "lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet"))

        #expect(computing.status == 64 && computing.output.isEmpty)
        #expect(computing.errors.contains("computes its partitions"))
        #expect(dayFiles.status == 64 && dayFiles.output.isEmpty)
        #expect(dayFiles.errors.hasPrefix("meter-etl: s3://bucket/lake: is a lake of day files"))
    }

    @Test func `a dry run that cannot ask AWS prints its statements, and says so`() throws {
        let outcome = try run(
            "--dry-run --day 2025-12-07 \(Self.places)",
            environment: ["AWS_ACCESS_KEY_ID": "", "HOME": "/nonexistent"])

        #expect(outcome.status == 0)
        #expect(outcome.output.contains("CREATE EXTERNAL TABLE"))
        #expect(outcome.errors.contains("no AWS credentials"))
        #expect(outcome.errors.hasSuffix("; whether the run would refuse is not known\n"))
    }

    @Test func `each printing is of a run of its own`() throws {
        let first = try run("--dry-run --day 2025-12-07 \(Self.places)")
        let second = try run("--dry-run --day 2025-12-07 \(Self.places)")

        #expect(first.status == 0 && second.status == 0)
        #expect(first.output != second.output)
    }

    @Test func `statements for a table of JSON lines write JSON`() throws {
        let outcome = try run("--dry-run --day 2025-12-07 --format json \(Self.places)")

        #expect(outcome.output.contains("WITH (format = 'JSON', compression = 'GZIP');"))
    }

    @Test(arguments: [
        ("--dry-run \(places)", "--day"),
        ("--dry-run --day 2025-12-32 \(places)", "--day"),
        ("--dry-run --from 2025-12-07 --to 2025-12-06 \(places)", "--to"),
        ("--dry-run --from 2025-01-01 --to 2025-12-31 \(places)", "98 days"),
        ("--dry-run --day 2025-12-07 --source exports --lake s3://bucket/lake", "source"),
        ("--dry-run --day 2025-12-07 --source s3://bucket/exports --lake lake", "lake"),
        ("--dry-run --day 2025-12-07 --source s3://b/x --lake s3://b/x/lake", "in one another"),
        ("--dry-run --day 2025-12-07 --reread \(places)", "--reread"),
        ("--dry-run --day 2025-12-07 --ledger file \(places)", "--ledger"),
        ("--engine local --dry-run \(places)", "--dry-run"),
        ("--engine local --day 2025-12-07 \(places)", "--day"),
        ("--engine glue --day 2025-12-07 \(places)", "--engine"),
    ])
    func `what Athena cannot do is wrong usage`(arguments: String, named: String) throws {
        let outcome = try run(arguments)

        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(named))
    }

    @Test(arguments: [
        ("--from 2025-01-01 --to 2025-12-31 \(places)", "one run writes at most 98 days"),
        (
            "--day 2025-12-07 --source exports --lake s3://bucket/lake",
            "the source is no folder in S3, written like s3://bucket/prefix/"
        ),
    ])
    func `values that Athena cannot do with are told in one line`(
        arguments: String, reason: String
    ) throws {
        for option in ["--dry-run", "--summary json"] {
            let outcome = try run("\(option) \(arguments)")

            #expect(outcome.status == 64)
            #expect(outcome.errors == "meter-etl: --engine athena: \(reason)\n")
        }
    }

    @Test func `without a dry run the statements run, and what they count is told`() throws {
        let columns = ["fate", "reason", "usage_date", "events", "object", "lines"]
        let row = ["rejected", "malformed JSON", "none", "3", "s3://bucket/exports/a.gz", "3"]
        let stub = try StubService { call, _ in
            switch call.operation {
            case "GetTable": return .error("EntityNotFoundException")
            case "StartQueryExecution": return .result("{\"QueryExecutionId\": \"q\"}")
            case "GetQueryExecution":
                return .result(
                    """
                    {"QueryExecution": {"Status": {"State": "SUCCEEDED"},
                     "Statistics": {"DataScannedInBytes": 7}}}
                    """)
            default:
                let names = columns.map { "{\"Name\": \"\($0)\"}" }.joined(separator: ", ")
                let cells = [columns, row].map { cells in
                    let data = cells.map { "{\"VarCharValue\": \"\($0)\"}" }
                    return "{\"Data\": [\(data.joined(separator: ", "))]}"
                }
                return .result(
                    """
                    {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": [\(names)]},
                     "Rows": [\(cells.joined(separator: ", "))]}}
                    """)
            }
        }

        let moto = try MotoServer.shared
        let bucket = try moto.makeBucket()
        let archive = ["x-amz-storage-class": "DEEP_ARCHIVE"]
        for (name, headers) in [("a.gz", [:]), ("_b.gz", [:]), ("c.gz", archive)] {
            try LoopbackRequest(
                "PUT", "/\(bucket)/exports/\(name)", port: moto.port, headers: headers, body: "x"
            ).status()
        }

        let words =
            "ingest --engine athena --day 2025-12-07 --workgroup w --source s3://\(bucket)/exports "
            + "--lake s3://\(bucket)/lake"
        let outcome = try Command.etl.run(
            words.split(separator: " ").map(String.init),
            environment: stub.variables.merging(["AWS_ENDPOINT_URL_S3": moto.url]) { $1 })

        #expect(outcome.status == 65)
        // Ten statements, since no day has usage.
        #expect(
            outcome.output == """
                3 events: 0 new records, 0 duplicates, 0 foreign, 3 rejected, 0 outside the period
                Athena read 70 bytes

                """)
        #expect(
            outcome.errors.hasSuffix(
                "s3://bucket/exports/a.gz: 3 lines: malformed JSON\ns3://\(bucket)/exports/_b.gz: "
                    + "Athena reads no object whose name, or whose folder's, begins with _ or .\n"
                    + "s3://\(bucket)/exports/c.gz: "
                    + "Athena reads no object in an archive, even once it is restored; copy it\n"))
        let started = stub.calls.filter { $0.operation == "StartQueryExecution" }
        #expect(started.allSatisfy { $0.value("WorkGroup") == "w" })
        #expect(
            started.suffix(3).allSatisfy {
                $0.value("QueryString")?.hasPrefix("DROP TABLE IF EXISTS") == true
            })
    }
}
