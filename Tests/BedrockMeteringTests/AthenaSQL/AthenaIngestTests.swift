import Foundation
import TestSupport
import Testing

@testable import BedrockMetering

@Suite struct AthenaIngestTests {
    private static let day = UsagePeriod.day(.named("2025-12-07"))

    private static func ingest(
        source: String = "s3://bucket/exports/", lake: String = "s3://bucket/athena-lake/",
        table: TableName = .standard, format: LakeFormat = .parquet, period: UsagePeriod = day,
        run: String = "r1"
    ) throws(AthenaIngestError) -> AthenaIngest {
        try AthenaIngest(
            source: source, lake: lake, table: table, format: format, period: period, run: run
        )
    }

    private static func period(_ first: String, days: Int) throws -> UsagePeriod {
        let first = UsageDay.named(first)
        return try #require(UsagePeriod(from: first, to: first.advanced(by: days - 1)))
    }

    /// `Tests/Snapshots/athena-ingest.sql`; with `RECORD_SNAPSHOTS` set it is written anew, and the
    /// test fails so that nobody leaves it set.
    @Test func `the statements of a day are those of the snapshot`() throws {
        let url = Repository.root.appending(path: "Tests/Snapshots/athena-ingest.sql")
        let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil

        let script = try Self.ingest().script

        if isRecording { try Data(script.utf8).write(to: url) }
        #expect(try String(contentsOf: url, encoding: .utf8) == script)
        #expect(!isRecording, "recorded; run again without RECORD_SNAPSHOTS")
    }

    @Test func `a day is written before readers see it, and the source is read once`() throws {
        let ingest = try Self.ingest(period: Self.period("2025-12-06", days: 2))
        let days = [UsageDay.named("2025-12-06"), .named("2025-12-07")]

        let steps = ingest.statements.map(\.step)

        #expect(
            steps == [
                .makeDatabase, .makeTable, .makeSource, .parse, .makeEvents, .countFates,
                .listRejects, .countRows, .countConflicts, .write(days[0]), .write(days[1]),
                .makeWritten,
                .checkWritten,
                .addPartition(days[0]), .replace(days[0]), .addPartition(days[1]),
                .replace(days[1]),
                .checkTable, .countRowsAgain, .dropWritten, .dropEvents, .dropSource,
            ]
        )
        #expect(ingest.cleanup.map(\.step) == [.dropWritten, .dropEvents, .dropSource])
        let readers = ingest.statements.filter {
            $0.sql.contains("FROM \"bedrock_metering_db\".\"token_usage_logs_source_r1\"")
        }
        #expect(readers.map(\.step) == [.parse])
    }

    @Test func `whatever is written lies in the folder of its run`() throws {
        let ingest = try Self.ingest(run: "night_7")

        let written = ingest.statements.compactMap { statement in
            statement.sql.firstMatch(of: /TO '([^']*)'/).map { String($0.1) }
        }

        #expect(
            written == [
                "s3://bucket/athena-lake/athena/night_7/events/",
                "s3://bucket/athena-lake/athena/night_7/2025-12-07/",
            ]
        )
        let placed = ingest.replacement.map(\.sql)
        #expect(placed.count == 2)
        #expect(placed.allSatisfy { $0.hasSuffix("LOCATION '\(written[1])'") })
    }

    @Test func `partitions of the table are registered, so that one can be pointed elsewhere`()
        throws
    {
        let table = try #require(try Self.ingest().statements.first { $0.step == .makeTable })

        #expect(!table.sql.contains("projection"))
        #expect(table.sql.hasSuffix("TBLPROPERTIES (\n    'classification' = 'parquet'\n)"))
    }

    @Test func `a table of JSON lines is written as JSON`() throws {
        let ingest = try Self.ingest(format: .json)

        let write = try #require(ingest.writing.first { $0.step == .write(.named("2025-12-07")) })

        #expect(write.sql.hasSuffix("WITH (format = 'JSON', compression = 'GZIP')"))
        #expect(ingest.preparation[1].sql.contains("org.openx.data.jsonserde.JsonSerDe"))
    }

    @Test func `a run can be limited to the days that have usage`() throws {
        let days = [UsageDay.named("2025-12-07"), .named("2025-12-08"), .named("2025-12-31")]
        let ingest = try Self.ingest(period: Self.period("2025-12-01", days: 31))

        let limited = ingest.writing(only: Set(days + [.named("2026-01-01")]))

        #expect(limited.preparation == ingest.preparation)
        #expect(limited.replacement.count == 6)
        let count = try #require(limited.writing.first?.sql)
        #expect(
            count.contains(
                "WHERE ((year = '2025' AND month = '12' AND day IN ('07', '08'))"
                    + " OR (year = '2025' AND month = '12' AND day = '31'))"
            )
        )
        let check = try #require(limited.conclusion.first?.sql)
        #expect(check.contains("IN ('2025-12-07', '2025-12-08', '2025-12-31')"))
    }

    @Test func `a run without usage writes nothing and cleans up`() throws {
        let ingest = try Self.ingest().writing(only: [])

        #expect(ingest.statements == ingest.preparation + ingest.cleanup)
    }

    // MARK: What is refused

    @Test(
        arguments: [
            "", "exports", "/data/exports", "s3:/bucket/a", "https://bucket/a", "s3://",
            "s3:///a", "s3://bucket//a", "s3://bucket/a//", "s3://bucket/a\nb",
            "s3://bucket/\u{7f}",
        ]
    )
    func `what is no folder in S3 is refused`(location: String) {
        #expect(throws: AthenaIngestError.notAFolder("source")) {
            try Self.ingest(source: location)
        }
        #expect(throws: AthenaIngestError.notAFolder("lake")) { try Self.ingest(lake: location) }
    }

    @Test(
        arguments: [
            ("s3://b/x", "s3://b/x/"), ("s3://b/x", "s3://b/x/lake"),
            ("s3://b/x/exports", "s3://b/x"),
            ("s3://b", "s3://b/lake"),
        ]
    )
    func `a lake must not lie in its source, nor the source in it`(source: String, lake: String) {
        #expect(throws: AthenaIngestError.overlappingFolders) {
            try Self.ingest(source: source, lake: lake)
        }
    }

    @Test func `folders whose names begin alike are two`() throws {
        let ingest = try Self.ingest(source: "s3://b/lake", lake: "s3://b/lake-2")

        #expect(!ingest.statements.isEmpty)
    }

    @Test func `a run has as many days as one statement has partitions for`() throws {
        let most = try Self.period("2025-12-07", days: 98)
        let more = try Self.period("2025-12-07", days: 99)

        #expect(try Self.ingest(period: most).statements.count == 16 + 98 * 3)
        #expect(throws: AthenaIngestError.tooManyDays) { try Self.ingest(period: more) }
    }

    @Test(arguments: [
        "", "Run", "a-b", "a b", "a'b", "a/b", "é", String(repeating: "x", count: 49),
    ])
    func `a run's name that could be anything else is refused`(run: String) {
        #expect(throws: AthenaIngestError.unsoundRun) { try Self.ingest(run: run) }
    }

    // MARK: Names

    @Test(arguments: ["it's", "a\\b", "\"quoted\"", "a;b", "한국", "--", "sp ace", "[$LATEST]"])
    func `folders stay whole in queries and in definitions`(name: String) throws {
        let ingest = try Self.ingest(source: "s3://b/exports/\(name)", lake: "s3://b/\(name)")

        let write = try #require(
            ingest.writing.first { $0.step == .write(.named("2025-12-07")) }?.sql)
        let doubled = name.replacing("'", with: "''")
        #expect(write.contains("\nTO 's3://b/\(doubled)/athena/r1/2025-12-07/'\n"))
        let escaped = name.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        let source = try #require(ingest.statements.first { $0.step == .makeSource })
        #expect(source.sql.hasSuffix("\nLOCATION 's3://b/exports/\(escaped)/'"))
    }

    @Test(arguments: ["a\"b", "a`b", "a.b", "a'b", "drop\";--", "a\nb"])
    func `a table's name stays one name in every statement`(name: String) throws {
        let table = TableName(database: name, table: name)
        let quoted = "\"" + name.replacing("\"", with: "\"\"")
        let ticked = "`" + name.replacing("`", with: "``")

        for statement in try Self.ingest(table: table).statements {
            switch statement.step {
            case .parse, .countFates, .listRejects, .countRows, .countConflicts, .write,
                .checkWritten, .checkTable,
                .countRowsAgain:
                #expect(statement.sql.contains("FROM \(quoted)\".\(quoted)"))
            case .makeDatabase:
                #expect(statement.sql.hasSuffix("\(ticked)`"))
            case .makeTable, .makeSource, .makeEvents, .makeWritten, .addPartition, .replace,
                .dropWritten, .dropEvents, .dropSource:
                #expect(statement.sql.contains("\(ticked)`.\(ticked)"))
            }
        }
    }
}
