import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Registration where the catalog or the lake does not go along.
@Suite struct RegisterRefusalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func job(_ stub: StubService? = nil) throws -> RegisterJob {
        var job = RegisterJob(over: try folder.makeLake(["2025-12-07"]))
        job.location = "s3://bucket/lake/"
        job.environment = stub?.environment
        return job
    }

    /// What GetTable answers for the table as it should be, but for a property.
    private static func answer(_ job: RegisterJob, version: Int) async throws -> String {
        var table = GlueTable(try await job.definition()).input
        table["Parameters"]?["classification"] = "unknown"
        let input = String(decoding: try JSONEncoder().encode(table), as: UTF8.self)
        return "{\"Table\": \(input.dropLast()), \"VersionId\": \"\(version)\"}}"
    }

    @Test func `a table that changes meanwhile is read again`() async throws {
        let answers = try await [
            Self.answer(job(), version: 3), Self.answer(job(), version: 4),
        ]
        let stub = try StubService { call, before in
            switch call.operation {
            case "GetTable": .result(answers[before])
            case "UpdateTable" where before == 0: .error("ConcurrentModificationException")
            default: .result()
            }
        }

        let registration = try await job(stub).run()

        #expect(registration.isChange)
        #expect(
            stub.operations == [
                "GetDatabase", "GetTable", "UpdateTable", "GetTable", "UpdateTable",
            ])
        #expect(
            stub.calls.filter { $0.operation == "UpdateTable" }.map { $0.value("VersionId") }
                == ["3", "4"])
    }

    @Test func `a table that somebody else makes meanwhile is read and compared`() async throws {
        let answer = try await Self.answer(job(), version: 1)
        let stub = try StubService { call, before in
            switch call.operation {
            case "GetTable": before == 0 ? .error("EntityNotFoundException") : .result(answer)
            case "CreateTable": .error("AlreadyExistsException")
            default: .result()
            }
        }

        let registration = try await job(stub).run()

        #expect(!registration.makesTable)
        #expect(stub.operations.suffix(3) == ["CreateTable", "GetTable", "UpdateTable"])
    }

    @Test func `days are registered before Athena computes them no more`() async throws {
        let answer = try await Self.answer(job(), version: 1)
        let stub = try StubService { call, _ in
            call.operation == "GetTable" ? .result(answer) : .result()
        }
        var job = try job(stub)
        job.projectsPartitions = false

        let registration = try await job.run()

        #expect(registration.newPartitions == 1)
        #expect(
            stub.operations == [
                "GetDatabase", "GetTable", "GetPartitions", "BatchCreatePartition", "UpdateTable",
            ])
    }

    @Test func `a table that changes all the time ends with an error`() async throws {
        let answer = try await Self.answer(job(), version: 1)
        let stub = try StubService { call, _ in
            switch call.operation {
            case "GetTable": .result(answer)
            case "UpdateTable": .error("ConcurrentModificationException")
            default: .result()
            }
        }

        let error = await #expect(throws: PipelineError.self) { try await job(stub).run() }

        #expect(error?.code == .inputOutput)
        #expect(stub.operations.count { $0 == "UpdateTable" } == 5)
    }

    @Test func `a refusal of AWS names the table, the operation and the code`() async throws {
        let stub = try StubService { _, _ in .error("AccessDeniedException") }

        let error = await #expect(throws: PipelineError.self) { try await job(stub).run() }

        #expect(error?.exitCode == 74)
        let text = error?.description ?? ""
        #expect(
            text.hasPrefix(
                "Glue table bedrock_metering_db.token_usage_logs: these credentials are not allowed "
                    + "to do this in us-east-1 (glue GetDatabase: AccessDeniedException"))
    }

    @Test func `a lake on disk has to say where Athena finds it`() async throws {
        var job = try job()
        job.location = nil

        let error = await #expect(throws: PipelineError.self) { try await job.statements() }

        #expect(error?.code == .usage)
    }

    @Test(arguments: ["", "Usage", "a-b", "x`y", String(repeating: "a", count: 256)])
    func `a name that Glue does not take is refused`(name: String) async throws {
        var job = try job()
        job.table.table = name

        let error = await #expect(throws: PipelineError.self) { try await job.statements() }

        #expect(error?.code == .usage)
    }

    @Test func `a lake without days has no format to register`() async throws {
        try folder.makeFolder("empty/year=2025")
        var job = try job()
        job.lake = folder.path("empty")

        let error = await #expect(throws: PipelineError.self) { try await job.statements() }
        job.format = .json
        let statements = try await job.statements()

        #expect(error?.code == .notFound)
        #expect(statements.count == 2)
    }

    @Test func `a format that the lake does not have is refused before anything is asked`()
        async throws
    {
        let stub = try StubService { _, _ in .result() }
        var job = try job(stub)
        job.format = .json

        let error = await #expect(throws: PipelineError.self) { try await job.run() }
        let printed = await #expect(throws: PipelineError.self) { try await job.statements() }

        #expect(error?.exitCode == 64 && printed?.exitCode == 64)
        #expect(error?.reason.hasPrefix("has day files of parquet, not of json") == true)
        #expect(stub.calls.isEmpty)
    }

    @Test func `a lake that is not here has the format that is said`() async throws {
        var job = try job()
        job.lake = folder.path("elsewhere")
        job.format = .json

        #expect(try await job.definition().format == .json)
    }

    @Test func `statements without projection register the days`() async throws {
        var job = try job()
        job.projectsPartitions = false

        let statements = try await job.statements()

        #expect(!statements[1].contains("projection"))
        #expect(
            statements[2] == """
                ALTER TABLE `bedrock_metering_db`.`token_usage_logs` ADD IF NOT EXISTS
                    PARTITION (`year` = '2025', `month` = '12', `day` = '07') \
                LOCATION 's3://bucket/lake/year=2025/month=12/day=07/'
                """)
    }

    @Test func `what CreateTable takes can be printed`() async throws {
        let text = try await job().tableInput()

        let input = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(input == GlueTable(try await job().definition()).input)
    }

    @Test(arguments: [
        ("int", true), ("tinyint", true), ("string", false), ("double", false),
        ("decimal(38,0)", false),
    ])
    func `a column may become wider, and not narrower`(type: String, isCompatible: Bool)
        async throws
    {
        let wanted = GlueTable(try await job().definition())
        var present = wanted
        var columns = present.input["StorageDescriptor"]?["Columns"]?.array ?? []
        columns[6]["Type"] = .string(type)
        present.input["StorageDescriptor"]?["Columns"] = .array(columns)

        let comparison = TableComparison(of: present, with: wanted)

        #expect(comparison.differences.map(\.name) == ["column total_tokens"])
        #expect(comparison.incompatible.isEmpty == isCompatible)
        #expect(comparison.merged == wanted)
    }

    @Test func `a view and a table of another kind are no table of ours`() async throws {
        let wanted = GlueTable(try await job().definition())
        var view = wanted
        view.input["TableType"] = "VIRTUAL_VIEW"
        var iceberg = wanted
        iceberg.input["Parameters"]?["table_type"] = "ICEBERG"

        for table in [view, iceberg] {
            #expect(!TableComparison(of: table, with: wanted).incompatible.isEmpty)
        }
    }
}
