import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport

@testable import MeteringLake
@testable import MeteringPipeline

/// Athena and Glue as an ingest wants them, and moto's S3: it keeps the statements, and answers those that
/// have rows.
final class IngestStub: Sendable {
    struct Answer: Sendable {
        let columns: [String]
        let rows: [[String?]]

        init(_ columns: [String], _ rows: [[String?]]) {
            self.columns = columns
            self.rows = rows
        }
    }

    let bucket: String
    /// Of 2025-12-06 to 2025-12-08.
    let ingest: AthenaIngest
    let environment: AWSEnvironment
    private let service: StubService
    private let received: Received

    private final class Received: Sendable {
        let statements = Mutex<[String]>([])
    }

    /// An answer to every statement that has rows.
    private static let answers: [IngestStatement.Step: Answer] = [
        .countFates: .init(
            ["fate", "reason", "usage_date", "events"],
            [
                ["foreign", nil, "none", "4"], ["outside_period", nil, "other", "3"],
                ["record", nil, "2025-12-06", "10"], ["record", nil, "2025-12-08", "5"],
                ["rejected", "malformed JSON", "none", "2"],
            ]),
        .listRejects: .init(
            ["object", "reason", "lines"], [["s3://bucket/exports/a.gz", "malformed JSON", "2"]]),
        .countRows: .init(
            ["usage_date", "row_count", "total_tokens"], [["2025-12-06", "7", "70"]]),
        .countConflicts: .init(["usage_date", "calls"], []),
        .checkWritten: .init(["problem", "usage_date", "calls"], []),
        .checkTable: .init(["usage_date", "row_count", "total_tokens"], []),
        .countRowsAgain: .init(
            ["usage_date", "row_count", "total_tokens"],
            [["2025-12-06", "15", "150"], ["2025-12-08", "5", "50"]]),
    ]

    /// - Parameters:
    ///   - changes: answers other than the usual ones.
    ///   - failing: how a statement begins that fails.
    ///   - tables: what becomes of the table as it should be until Glue has it, each time that it is asked;
    ///     nil where it has none. The last one stays.
    ///   - format: that of the table.
    ///   - objects: what the bucket has beside an object of the source.
    ///   - partitions: what the table has registered.
    init(
        _ changes: [IngestStatement.Step: Answer] = [:], failing: String? = nil,
        tables: [(@Sendable (inout JSONValue) -> Void)?] = [nil], format: LakeFormat = .parquet,
        objects: [String: String] = [:], hasSource: Bool = true,
        partitions: (TableDefinition) -> [GluePartition] = { _ in [] }
    ) async throws {
        let moto = try MotoServer.shared
        bucket = try moto.makeBucket()
        let days = ["2025-12-06", "2025-12-07", "2025-12-08"].compactMap { UsageDay($0) }
        guard let period = UsagePeriod(from: days[0], to: days[2]) else {
            throw CocoaError(.coderInvalidValue)
        }
        ingest = try AthenaIngest(
            source: "s3://\(bucket)/exports", lake: "s3://\(bucket)/athena-lake",
            table: TableName(database: "db", table: "usage"), period: period, run: "r1")
        var definition = ingest.definition
        definition.format = format
        let found: [String?] = try tables.map { change in
            try change.map { change in
                var input = GlueTable(definition).input
                change(&input)
                return try Self.json(.object(["Table": input]))
            }
        }
        let registered = try Self.json(
            .object([
                "Partitions": .array(
                    partitions(definition).map {
                        .object([
                            "Values": .array($0.values.map { .string($0) }),
                            "StorageDescriptor": $0.storage,
                        ])
                    })
            ]))

        let received = Received()
        self.received = received
        let answers = Self.answers.merging(changes) { $1 }
        let steps = Self.steps(of: ingest, days)
        service = try StubService { call, before in
            switch call.operation {
            case "GetTable":
                return found[min(before, found.count - 1)].map { .result($0) }
                    ?? .error("EntityNotFoundException")
            case "GetPartitions": return .result(registered)
            case "StartQueryExecution":
                let number = received.statements.withLock { statements in
                    statements.append(call.value("QueryString") ?? "")
                    return statements.count - 1
                }
                return .result("{\"QueryExecutionId\": \"\(number)\"}")
            default: break
            }
            let number = call.value("QueryExecutionId").flatMap { Int($0) } ?? 0
            let sql = received.statements.withLock { $0[number] }
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
            guard let answer = steps[sql].flatMap({ answers[$0] }) else {
                return .error("InvalidRequestException")
            }
            return .result(
                """
                {"ResultSet": {"ResultSetMetadata": \(AthenaStub.metadata(answer.columns)),
                  "Rows": \(AthenaStub.json([answer.columns.map(Optional.some)] + answer.rows))}}
                """)
        }
        var environment = service.environment
        environment.endpoints["s3"] = moto.environment.endpoints["*"]
        self.environment = environment
        var objects = objects
        if hasSource { objects["exports/a.gz"] = "x" }
        for (key, text) in objects {
            _ = try await S3Client(environment).putObject(
                .bytes(Array(text.utf8)), at: key, in: bucket)
        }
    }

    /// The statements that were started, in order.
    var statements: [String] { received.statements.withLock { $0 } }

    /// The keys of the bucket that begin so.
    func objects(_ prefix: String) async throws -> [String] {
        try await S3Client(environment).listObjects(in: bucket, prefix: prefix).map(\.key)
    }

    /// What each statement does, whichever days the run is limited to.
    private static func steps(
        of ingest: AthenaIngest, _ days: [UsageDay]
    ) -> [String: IngestStatement.Step] {
        let subsets: [Set<UsageDay>] = days.reduce([[]]) { subsets, day in
            subsets + subsets.map { $0.union([day]) }
        }
        var record = ingest
        record.identity = .record
        let statements = [ingest, record].flatMap { ingest in
            subsets.flatMap { ingest.writing(only: $0).statements }
        }
        return Dictionary(
            statements.map { ($0.sql, $0.step) }, uniquingKeysWith: { first, _ in first })
    }

    private static func json(_ value: JSONValue) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
