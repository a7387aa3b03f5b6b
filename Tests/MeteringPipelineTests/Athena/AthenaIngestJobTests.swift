import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MeteringPipeline

@Suite struct AthenaIngestJobTests {
    private static let name = TableName(database: "db", table: "usage")
    private static let fates: [[String?]] = [
        ["foreign", nil, "none", "4"], ["outside_period", nil, "other", "3"],
        ["record", nil, "2025-12-06", "10"], ["record", nil, "2025-12-08", "5"],
        ["rejected", "malformed JSON", "none", "2"],
    ]

    private static func ingest() throws -> AthenaIngest {
        let first = try #require(UsageDay("2025-12-06"))
        let period = try #require(UsagePeriod(from: first, to: first.advanced(by: 2)))
        return try AthenaIngest(
            source: "s3://bucket/exports", lake: "s3://bucket/athena-lake", table: name,
            period: period, run: "r1")
    }

    private static func job(_ stub: IngestStub) throws -> AthenaIngestJob {
        var runner = AthenaRunner(workgroup: "w")
        runner.pause = { _ in }
        var job = AthenaIngestJob(try ingest(), runner: runner)
        job.environment = stub.service.environment
        return job
    }

    /// An answer to every statement that has rows.
    private static func answers(
        _ changes: [IngestStatement.Step: IngestStub.Answer] = [:]
    ) -> [IngestStatement.Step: IngestStub.Answer] {
        [
            .countFates: .init(["fate", "reason", "usage_date", "events"], fates),
            .listRejects: .init(
                ["object", "reason", "lines"],
                [["s3://bucket/exports/a.gz", "malformed JSON", "2"]]),
            .countRows: .init(
                ["usage_date", "row_count", "total_tokens"], [["2025-12-06", "7", "70"]]),
            .checkWritten: .init(["problem", "usage_date", "calls"], []),
            .checkTable: .init(["usage_date", "row_count", "total_tokens"], []),
            .countRowsAgain: .init(
                ["usage_date", "row_count", "total_tokens"],
                [["2025-12-06", "15", "150"], ["2025-12-08", "5", "50"]]),
        ].merging(changes) { $1 }
    }

    @Test func `all statements run in their order, for the days that have usage`() async throws {
        let stub = try IngestStub(try Self.ingest(), Self.answers())

        let summary = try await Self.job(stub).run()

        let ingest = try Self.ingest()
        let days = Set(["2025-12-06", "2025-12-08"].compactMap { UsageDay($0) })
        #expect(stub.statements == ingest.writing(only: days).statements.map(\.sql))
        #expect(
            summary.json() == """
                {"events": 24, "records": 13, "duplicates": 2, "foreign": 4, "rejected": 2, \
                "outside_period": 3, "days": [{"date": "2025-12-06", "rows": 15, \
                "total_tokens": 150}, {"date": "2025-12-08", "rows": 5, "total_tokens": 50}], \
                "bytes_scanned": \(10 * stub.statements.count)}

                """)
        #expect(
            summary.rejects == [
                .init(object: "s3://bucket/exports/a.gz", reason: "malformed JSON", lines: 2)
            ])
    }

    @Test func `a source without usage changes no day`() async throws {
        let stub = try IngestStub(
            try Self.ingest(),
            Self.answers([
                .countFates: .init(
                    ["fate", "reason", "usage_date", "events"], [["foreign", nil, "none", "4"]])
            ]))

        let summary = try await Self.job(stub).run()

        #expect(summary.events == 4 && summary.records == 0)
        #expect(stub.statements == (try Self.ingest().writing(only: []).statements.map(\.sql)))
        #expect(!stub.statements.contains { $0.contains("UNLOAD") && $0.contains("2025-12-06/") })
    }

    @Test func `a check that finds something stops before any day is replaced`() async throws {
        let stub = try IngestStub(
            try Self.ingest(),
            Self.answers([
                .checkWritten: .init(
                    ["problem", "usage_date", "calls"], [["missing", "2025-12-06", "1"]])
            ]))

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 65)
        #expect(error?.reason.contains("no day was changed") == true)
        #expect(!stub.statements.contains { $0.contains("SET LOCATION") })
        #expect(stub.statements.suffix(3) == (try Self.ingest().cleanup.map(\.sql))[...])
    }

    @Test func `readers that do not see what was written are an error`() async throws {
        let stub = try IngestStub(
            try Self.ingest(),
            Self.answers([
                .checkTable: .init(
                    ["usage_date", "row_count", "total_tokens"], [["2025-12-06", "15", "150"]])
            ]))

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 65)
    }

    @Test func `a statement that fails ends the run, and its tables are dropped`() async throws {
        let stub = try IngestStub(try Self.ingest(), Self.answers(), failing: "UNLOAD")

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 74)
        #expect(error?.description.contains("failed in Athena: HIVE_BAD_DATA") == true)
        #expect(stub.statements.suffix(3) == (try Self.ingest().cleanup.map(\.sql))[...])
    }

    @Test(
        arguments: [
            [["record", nil, "2025-13-06", "10"]], [["record", nil, "2025-12-06", nil]],
            [["lost", nil, "none", "1"]], [[nil, nil, "none", "1"]],
        ] as [[[String?]]])
    func `counts that cannot be read end the run`(rows: [[String?]]) async throws {
        let stub = try IngestStub(
            try Self.ingest(),
            Self.answers([
                .countFates: .init(["fate", "reason", "usage_date", "events"], rows)
            ]))

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.reason == "its answer cannot be read")
    }

    @Test func `a table that computes its partitions is refused before anything runs`()
        async throws
    {
        let stub = try IngestStub(
            try Self.ingest(), Self.answers(),
            table: "{\"Name\": \"usage\", \"Parameters\": {\"projection.enabled\": \"TRUE\"}}")

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 64)
        #expect(stub.statements == [])
    }

    @Test func `a lake of day files is refused before anything runs`() async throws {
        let stub = try IngestStub(
            try Self.ingest(), Self.answers(),
            present: "athena-lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet")

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }
        let checked = await #expect(throws: PipelineError.self) {
            try await Self.job(stub).check()
        }

        #expect(error?.exitCode == 64 && checked?.exitCode == 64)
        #expect(error?.location == "s3://bucket/athena-lake")
        #expect(stub.statements == [])
    }
}

/// Athena as an ingest wants it: it keeps the statements, and answers those that have rows.
final class IngestStub: Sendable {
    struct Answer: Sendable {
        let columns: [String]
        let rows: [[String?]]

        init(_ columns: [String], _ rows: [[String?]]) {
            self.columns = columns
            self.rows = rows
        }
    }

    let service: StubService
    private let received: Received

    private final class Received: Sendable {
        let statements = Mutex<[String]>([])
    }

    /// - Parameters:
    ///   - failing: how a statement begins that fails.
    ///   - table: what Glue says of the table; nothing where nil.
    ///   - present: the key of what the lake holds already; nothing where nil.
    init(
        _ ingest: AthenaIngest, _ answers: [IngestStatement.Step: Answer],
        failing: String? = nil, table: String? = nil, present: String? = nil
    ) throws {
        let received = Received()
        self.received = received
        let days = Set(ingest.statements.compactMap { $0.step.day })
        let statements =
            ingest.statements
            + Self.subsets(of: days).flatMap { ingest.writing(only: $0).statements }
        var steps: [String: [IngestStatement.Step]] = [:]
        for statement in statements
        where steps[statement.sql]?.contains(statement.step) != true {
            steps[statement.sql, default: []].append(statement.step)
        }
        let known = steps
        service = try StubService { call, _ in
            switch call.operation {
            case "": return .listing(present)
            case "GetTable":
                return table.map { .result("{\"Table\": \($0)}") }
                    ?? .error("EntityNotFoundException")
            case "StartQueryExecution":
                let number = received.statements.withLock { statements in
                    statements.append(call.value("QueryString") ?? "")
                    return statements.count - 1
                }
                return .result("{\"QueryExecutionId\": \"\(number)\"}")
            default: break
            }
            let number = call.value("QueryExecutionId").flatMap { Int($0) } ?? 0
            let all = received.statements.withLock { $0 }
            let sql = all[number]
            guard call.operation == "GetQueryResults" else {
                let hasFailed = failing.map { sql.hasPrefix($0) } ?? false
                let state = hasFailed ? "FAILED" : "SUCCEEDED"
                return .result(
                    """
                    {"QueryExecution": {"Status": {"State": "\(state)",
                      "StateChangeReason": "HIVE_BAD_DATA: secret"},
                     "Statistics": {"DataScannedInBytes": 10}}}
                    """)
            }
            // The same statement may count before and after.
            let before = all[..<number].count { $0 == sql }
            let step = known[sql].map { $0[min(before, $0.count - 1)] }
            guard let answer = step.flatMap({ answers[$0] }) else {
                return .error("InvalidRequestException")
            }
            return .result(
                """
                {"ResultSet": {"ResultSetMetadata": \(AthenaStub.metadata(answer.columns)),
                  "Rows": \(AthenaStub.json([answer.columns.map(Optional.some)] + answer.rows))}}
                """)
        }
    }

    /// The statements that were started, in order.
    var statements: [String] { received.statements.withLock { $0 } }

    private static func subsets(of days: Set<UsageDay>) -> [Set<UsageDay>] {
        days.reduce([[]]) { subsets, day in subsets + subsets.map { $0.union([day]) } }
    }
}

extension IngestStatement.Step {
    fileprivate var day: UsageDay? {
        guard case .write(let day) = self else { return nil }
        return day
    }
}
