import Foundation
import TestSupport
import Testing

/// meter-etl register.
@Suite struct CatalogCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "", to: "lake/year=2025/month=12/day=07/bedrock-usage-20251207.json.gz")
    }

    private func register(
        _ options: [String], _ environment: [String: String] = [:],
        over folder: TemporaryFolder? = nil
    ) throws -> Command.Outcome {
        let lake = (folder ?? self.folder).path("lake")
        return try Command.etl.run(
            ["register", "--lake", lake, "--location", "s3://your-bucket/lake"] + options,
            environment: environment)
    }

    @Test(arguments: [("json.gz", "create-table-json"), ("parquet", "create-table")])
    func `the statements are those of the query library`(suffix: String, file: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "", to: "lake/year=2025/month=12/day=07/bedrock-usage-20251207.\(suffix)")
        let library = try String(
            contentsOfFile: "\(Command.package)/queries/\(file).sql", encoding: .utf8)

        let outcome = try register(["--catalog", "ddl"], over: folder)

        #expect(outcome.status == 0)
        let statements = library.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0.hasPrefix("--") || $0.isEmpty }.joined(separator: "\n")
        #expect(outcome.output == statements)
    }

    @Test func `what Glue takes is printed as JSON, by the format of the lake's files`() throws {
        let outcome = try register(["--catalog", "print"])

        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let input = try #require(object as? [String: Any])
        let storage = try #require(input["StorageDescriptor"] as? [String: Any])
        let serde = try #require(storage["SerdeInfo"] as? [String: Any])
        #expect(serde["SerializationLibrary"] as? String == "org.openx.data.jsonserde.JsonSerDe")
    }

    @Test func `a change that is refused ends with 64, and so does a dry run, which shows it`()
        throws
    {
        let stub = try StubService { call, _ in
            guard call.operation == "GetTable" else { return .result() }
            return .result(
                """
                {"Table": {"Name": "token_usage_logs", "TableType": "EXTERNAL_TABLE",
                  "StorageDescriptor": {"Location": "s3://other/"}}}
                """)
        }

        let refused = try register([], stub.variables)
        let shown = try register(["--dry-run"], stub.variables)
        let forced = try register(["--dry-run", "--force"], stub.variables)

        #expect(refused.status == 64)
        #expect(refused.errors.contains("~ location: s3://other/ -> s3://your-bucket/lake/"))
        #expect(shown.status == 64)
        #expect(
            shown.output.hasPrefix(
                "table bedrock_metering_db.token_usage_logs: to be changed only if forced\n"))
        #expect(
            shown.errors.hasSuffix(
                ": this change would be refused; meter-etl register --database bedrock_metering_db "
                    + "--table token_usage_logs --location s3://your-bucket/lake --force "
                    + "--lake \(folder.path("lake")) makes it\n"))
        #expect(
            shown.output.contains(
                "  ~ location: s3://other/ -> s3://your-bucket/lake/ (only if forced)\n"))
        #expect(forced.status == 0 && forced.errors.isEmpty)
        #expect(!stub.operations.contains("UpdateTable"))
    }

    @Test func `a lake that is missing ends with 66, and a refusal of AWS with 74`() throws {
        let stub = try StubService { _, _ in .error("AccessDeniedException") }

        let missing = try Command.etl.run([
            "register", "--lake", folder.path("none"), "--location", "s3://bucket/lake",
        ])
        let refused = try register([], stub.variables)

        #expect(missing.status == 66)
        #expect(refused.status == 74)
        #expect(refused.errors.contains("glue GetDatabase: AccessDeniedException"))
        #expect(!refused.errors.contains("secret"))
    }
}
