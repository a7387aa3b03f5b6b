import Foundation
import TestSupport
import Testing

@Suite struct AthenaIngestCommandTests {
    private static let places = "--source s3://bucket/exports --lake s3://bucket/lake"

    private func run(_ arguments: String) throws -> Command.Outcome {
        let words = "ingest --engine athena " + arguments
        return try Command.etl.run(words.split(separator: " ").map(String.init))
    }

    @Test func `a dry run prints statements, each under what it is for`() throws {
        let outcome = try run(
            "--dry-run --from 2025-12-06 --to 2025-12-07 \(Self.places) --database d --table t"
        )

        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let numbers = outcome.output.matches(of: /\n-- (\d+)\. [^\n]*\.\n[A-Z]/).map { $0.1 }
        #expect(numbers == (1...21).map { "\($0)" })
        #expect(outcome.output.contains("\nCREATE EXTERNAL TABLE IF NOT EXISTS `d`.`t` ("))
        #expect(outcome.output.contains("\nTO 's3://bucket/lake/athena/"))
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
}
