import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Ledgers that somebody else has made, or has added something to.
@Suite struct ForgedLedgerTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let path: String

    /// What is done to a sound ledger, and what is said of it then.
    private static let forgeries = [
        (
            "CREATE TRIGGER forget AFTER INSERT ON run BEGIN DELETE FROM object; END",
            "holds a trigger"
        ),
        (
            "ALTER TABLE day RENAME TO older_day; CREATE VIEW day AS SELECT * FROM older_day",
            "holds another table"
        ),
        ("CREATE VIEW late AS SELECT * FROM fact", "holds a view"),
        ("CREATE VIRTUAL TABLE words USING fts5 (word)", "holds a virtual table"),
        ("CREATE TABLE more (number INTEGER)", "holds another table"),
        ("ANALYZE", "holds another table"),
        ("CREATE INDEX upper_location ON object (upper(location))", "holds another index"),
        (
            "ALTER TABLE object ADD COLUMN more TEXT AS (upper(location))",
            "has a table or an index that is not as this product makes it"
        ),
        (
            edit("'file_size INTEGER', 'file_size TEXT'", of: "day"),
            "has a table or an index that is not as this product makes it"
        ),
        (
            edit("'STRICT, WITHOUT', 'WITHOUT'", of: "object_day"),
            "has a table or an index that is not as this product makes it"
        ),
        ("DROP INDEX reject_by_line", "lacks a table or an index"),
        ("DELETE FROM grdb_migrations", "was damaged"),
        ("DELETE FROM grdb_migrations WHERE identifier <> 'first'", "holds another"),
    ]

    /// Changes the statement that is noted of a table.
    private static func edit(_ change: String, of table: String) -> String {
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, \(change)) WHERE name = '\(table)';
        PRAGMA writable_schema = OFF
        """
    }

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(source: folder.path("source"), lake: folder.path("lake"))
        path = folder.path("lake/_ledger.sqlite")
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test(arguments: forgeries)
    func `what the product does not make sets a ledger aside, and the run goes on`(
        sql: String, words: String
    ) async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        try change(sql)
        let forged = try bytes(path)

        let read = #expect(throws: PipelineError.self) { try Ledger(readingAt: path) }
        #expect(read?.code == .damagedLake || words == "was damaged", "\(read as Any)")
        #expect(try bytes(path) == forged)
        let summary = try await job.run()

        #expect(summary.warnings.count == 1)
        #expect(summary.warnings.first?.hasPrefix("\(path): the ledger \(words)") == true)
        #expect(summary.warnings.first?.hasSuffix("the damaged one is \(path).damaged-1") == true)
        #expect(try bytes(path + ".damaged-1") == forged)
        #expect(summary.isClean && summary.duplicates.duplicates == 1)
        #expect(try LakeContents(job.lake) == lake)
        #expect(try await job.run().warnings.isEmpty)
    }

    /// Where in the header, and what is put there.
    @Test(arguments: [(28, [0x7f, 0xff, 0xff, 0xff]), (28, [0, 0, 0, 2]), (52, [0, 0, 0, 9])])
    func `a header of other pages than there are is damage`(
        offset: Int, bytes: [UInt8]
    ) async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        _ = try await job.run()
        var forged = try self.bytes(path)
        forged.replaceSubrange(offset..<offset + 4, with: bytes)
        try folder.write(forged, to: "lake/_ledger.sqlite")

        let summary = try await job.run()

        #expect(summary.warnings.count == 1 && summary.isClean)
        #expect(try self.bytes(path + ".damaged-1") == forged)
    }

    @Test(arguments: [
        "CREATE TRIGGER forget AFTER INSERT ON run BEGIN DELETE FROM object; END",
        "CREATE VIEW late AS SELECT * FROM fact",
        "ALTER TABLE object ADD COLUMN more TEXT",
    ])
    func `an older ledger is looked over before it is brought up to date`(
        sql: String
    ) async throws {
        try folder.write(UsageCall().row, to: "source/a.json")
        _ = try await job.run()
        try OlderLedger.make(at: path, upTo: "first")
        try OlderLedger.change(path, sql)
        let forged = try bytes(path)

        #expect(throws: PipelineError.self) { try Ledger(readingAt: path) }
        #expect(try await job.run().warnings.count == 1)

        #expect(try bytes(path + ".damaged-1") == forged)
    }

    @Test func `no connection runs triggers, reads views, writes schemas or takes other files`()
        throws
    {
        let ledger = try Ledger()
        try ledger.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER forget AFTER INSERT ON run BEGIN DELETE FROM run; END;
                    CREATE VIEW late AS SELECT * FROM fact;
                    """)
        }

        try ledger.write { database in
            try database.execute(
                sql: "INSERT INTO run (kind, started_microseconds) VALUES ('ingest', 0)")
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM run") == 1)
        }
        for sql in [
            "SELECT * FROM late", "ATTACH DATABASE ':memory:' AS more",
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'day'",
            "SELECT load_extension('more')",
        ] {
            #expect(throws: PipelineError.self, "\(sql)") {
                try ledger.write { try $0.execute(sql: sql) }
            }
        }
    }
}
