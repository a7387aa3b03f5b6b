import Foundation
import TestSupport
import Testing

/// The policies of the handbook allow what the commands ask AWS for, and nothing that they do not.
@Suite struct PolicyTests {
    struct Policy: Decodable {
        /// One string, or many.
        enum Strings: Decodable {
            case one(String)
            case many([String])

            var all: [String] {
                switch self {
                case .one(let text): [text]
                case .many(let texts): texts
                }
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                self =
                    if let text = try? container.decode(String.self) {
                        .one(text)
                    } else {
                        .many(try container.decode([String].self))
                    }
            }
        }

        struct Statement: Decodable {
            var Effect: String
            var Action: Strings
            var Resource: Strings
            var Condition: [String: [String: Strings]]?

            /// The prefixes that may be listed; nil where all may.
            var prefixes: [String]? { Condition?["StringLike"]?["s3:prefix"]?.all }
        }

        var version: String
        var statements: [Statement]

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case statements = "Statement"
        }

        /// The actions on one service.
        func actions(_ service: String) -> Set<String> {
            let all = statements.flatMap { $0.Action.all }.filter { $0.hasPrefix(service + ":") }
            return Set(all.map { String($0.dropFirst(service.count + 1)) })
        }
    }

    /// The policy that stands on the page about permissions after a text.
    private static func policy(after text: String) throws -> Policy {
        let path = "Sources/MeteringPipeline/MeteringPipeline.docc/Permissions.md"
        let page = try String(contentsOfFile: "\(Command.package)/\(path)", encoding: .utf8)
        let start = try #require(page.range(of: text), "\(text)")
        let block = try #require(
            page.range(of: "```json\n", range: start.upperBound..<page.endIndex))
        let end = try #require(
            page.range(of: "\n```", range: block.upperBound..<page.endIndex))
        let json = page[block.upperBound..<end.lowerBound]
        return try JSONDecoder().decode(Policy.self, from: Data(json.utf8))
    }

    private static let ingest = "`meter-etl ingest`, and every other command"
    private static let register = "`meter-etl register`:\n"
    private static let export = "`meter-etl export`:\n"
    private static let report = "`meter-report --engine athena`:\n"
    private static let athenaIngest = "`meter-etl ingest --engine athena`:\n"

    @Test(arguments: [ingest, register, export, report, athenaIngest, "whose policy allows it:\n"])
    func `a policy is one, and allows nothing on everything but what has no narrower resource`(
        text: String
    ) throws {
        let policy = try Self.policy(after: text)

        #expect(policy.version == "2012-10-17")
        for statement in policy.statements {
            #expect(statement.Effect == "Allow")
            #expect(statement.Action.all.allSatisfy { !$0.contains("*") && $0.contains(":") })
            #expect(
                !statement.Resource.all.contains("*")
                    || statement.Action.all == ["logs:DescribeExportTasks"])
        }
    }

    /// What the commands ask for, whether they find everything, nothing or something else.
    @Test func `register may do what it does`() throws {
        let folder = try TemporaryFolder()
        let day = "lake/year=2025/month=12/day=07"
        try folder.write("", to: "\(day)/bedrock-usage-20251207.parquet")
        var asked: Set<String> = []
        for isThere in [false, true] {
            let stub = try StubService { call, _ in
                switch call.operation {
                case "GetTable" where isThere:
                    .result("{\"Table\": {\"Name\": \"token_usage_logs\"}}")
                case "GetDatabase", "GetTable":
                    isThere ? .result() : .error("EntityNotFoundException")
                case "GetPartitions" where isThere:
                    .result("{\"Partitions\": [{\"Values\": [\"2025\", \"12\", \"07\"]}]}")
                default: .result()
                }
            }
            let outcome = try Command.etl.run(
                [
                    "register", "--lake", folder.path("lake"), "--location", "s3://bucket/lake",
                    "--force",
                    "--no-projection",
                ], environment: stub.variables)
            #expect(outcome.status == 0, "\(outcome.errors)")
            asked.formUnion(stub.operations)
        }

        #expect(try Self.policy(after: Self.register).actions("glue") == asked)
    }

    @Test func `export may do what it does`() throws {
        let stub = try StubService { call, _ in
            call.operation == "CreateExportTask"
                ? .result("{\"taskId\": \"t\"}")
                : .result(
                    call.value("taskId") == nil
                        ? "{\"exportTasks\": []}"
                        : "{\"exportTasks\": [{\"taskId\": \"t\", \"status\": {\"code\": \"COMPLETED\"}}]}"
                )
        }

        let outcome = try Command.etl.run(
            ["export", "--day", "2025-12-07", "--log-group", "g", "--to", "s3://bucket/exports"],
            environment: stub.variables)

        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.output
                == "2025-12-07: exported to s3://bucket/exports/2025-12-07 by task t\n")
        let policy = try Self.policy(after: Self.export)
        #expect(policy.actions("logs") == Set(stub.operations))
        // The first lists what an earlier export has left; CreateExportTask demands the second of whoever
        // calls it.
        #expect(policy.actions("s3") == ["ListBucket", "PutObject"])
    }

    @Test(arguments: [
        (
            ingest,
            ["ingest", "--source", "s3://your-bucket/exports", "--lake", "s3://your-bucket/lake"]
        ),
        (ingest, ["status", "--lake", "s3://your-bucket/lake"]),
        (ingest, ["verify", "--lake", "s3://your-bucket/lake"]),
        (register, ["register", "--lake", "s3://your-bucket/lake"]),
        (
            export,
            [
                "export", "--day", "2025-12-07", "--log-group", "g", "--to",
                "s3://your-bucket/exports",
            ]
        ),
    ])
    func `what is listed in S3 may be listed`(policy: String, arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let task = """
            "taskId": "t", "taskName": "bedrock-metering-2025-12-07", "logGroupName": "g", \
            "destination": "your-bucket", "destinationPrefix": "exports/2025-12-07", \
            "from": 1765062000000, "to": 1765195200000, "status": {"code": "COMPLETED"}
            """
        let stub = try StubService { call, _ in
            switch call.operation {
            case "DescribeExportTasks": .result("{\"exportTasks\": [{\(task)}]}")
            case "GetTable", "GetDatabase": .error("EntityNotFoundException")
            default: .listing(call.prefix.map { "\($0)a.json" })
            }
        }

        _ = try Command.etl.run(
            arguments,
            environment: stub.variables.merging(["XDG_STATE_HOME": folder.path]) { $1 })

        let listed = Set(stub.calls.compactMap(\.prefix))
        let allowed = try Self.policy(after: policy).statements
            .filter { $0.Action.all.contains("s3:ListBucket") }.flatMap { $0.prefixes ?? [] }
        #expect(!listed.isEmpty)
        for prefix in listed {
            #expect(
                allowed.contains { pattern in
                    pattern.hasSuffix("*")
                        ? prefix.hasPrefix(pattern.dropLast()) : prefix == pattern
                }, "\(prefix)")
        }
    }

    @Test func `a report by Athena may do what it does`() throws {
        let used: Set = [
            "StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution",
        ]
        let stub = try StubService { call, _ in
            switch call.operation {
            case "StartQueryExecution": .result("{\"QueryExecutionId\": \"q\"}")
            case "GetQueryExecution":
                .result("{\"QueryExecution\": {\"Status\": {\"State\": \"SUCCEEDED\"}}}")
            default: .result("{\"ResultSet\": {}}")
            }
        }

        _ = try Command.report.run(
            ["--day", "2025-12-07", "--engine", "athena"], environment: stub.variables)

        let policy = try Self.policy(after: Self.report)
        #expect(policy.actions("athena") == used)
        #expect(policy.actions("athena").isSuperset(of: stub.operations))
        // What Athena does in the name of who asks; see "Identity-based policies" in its user guide.
        #expect(policy.actions("glue") == ["GetDatabase", "GetTable", "GetPartitions"])
        #expect(
            policy.actions("s3").isSuperset(of: [
                "GetBucketLocation", "GetObject", "ListBucket", "PutObject",
            ]))
    }

    @Test func `an ingest inside Athena may do what a report may, and write`() throws {
        let policy = try Self.policy(after: Self.athenaIngest)
        let report = try Self.policy(after: Self.report)

        for service in ["athena", "glue", "s3"] {
            #expect(policy.actions(service).isSuperset(of: report.actions(service)))
        }
        // What its statements do to tables and partitions.
        #expect(
            policy.actions("glue").isSuperset(of: [
                "CreateDatabase", "CreateTable", "DeleteTable", "BatchCreatePartition",
                "UpdatePartition", "DeletePartition", "BatchDeletePartition",
            ]))
        // Of the lock.
        #expect(policy.actions("s3").isSuperset(of: ["PutObject", "GetObject", "DeleteObject"]))
    }

    @Test func `an export may write into the bucket, and do nothing else`() throws {
        let policy = try Self.policy(after: "whose policy allows it:\n")

        #expect(policy.actions("s3") == ["GetBucketAcl", "PutObject"])
    }
}

extension StubService.Call {
    /// What a listing of S3 asks for; nil for another request.
    fileprivate var prefix: String? {
        let path = request.split(separator: " ").last.map(String.init) ?? ""
        return URLComponents(string: path)?.queryItems?.first { $0.name == "prefix" }?.value
    }
}

extension StubService {
    /// The environment variables that lead every service to this one.
    var variables: [String: String] { Command.variables(to: url) }
}

extension MotoServer {
    /// The environment variables that lead every service to moto.
    var variables: [String: String] { Command.variables(to: url) }
}

extension Command {
    fileprivate static func variables(to url: String) -> [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }
}
