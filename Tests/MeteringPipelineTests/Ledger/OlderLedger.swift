import Foundation
import GRDB
import LakeTestSupport

@testable import MeteringLake
@testable import MeteringPipeline

/// Ledgers as older versions made them.
enum OlderLedger {
    /// Makes the ledger at `path` one of a version whose last migration was `last`.
    static func make(at path: String, upTo last: String) throws {
        let older = path + ".older"
        let queue = try DatabaseQueue(path: older)
        try LedgerSchema.migrator.migrate(queue, upTo: last)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH DATABASE ? AS new", arguments: [path])
            for table in ["run", "object", "object_day", "day", "reject"] {
                // Later migrations have added columns at the end, or renamed them.
                func columns(in schema: String) throws -> [String] {
                    try String.fetchAll(
                        database, sql: "SELECT name FROM pragma_table_info(?, ?) ORDER BY cid",
                        arguments: [table, schema])
                }
                let names = try columns(in: "new").prefix(try columns(in: "main").count)
                try database.execute(
                    sql:
                        "INSERT INTO \(table) SELECT \(names.joined(separator: ", ")) FROM new.\(table)"
                )
            }
            if last == "nights" {
                try database.execute(sql: "INSERT INTO night SELECT * FROM new.night")
            }
            let sums = [
                "input_tokens", "output_tokens", "cache_read_input_tokens",
                "cache_write_input_tokens", "total_tokens",
            ].map { "CAST(sum(CAST(\($0) AS INTEGER)) AS TEXT)" }.joined(separator: ", ")
            try database.execute(
                sql: """
                    INSERT INTO day_tenant SELECT day, tenant, sum(requests), \(sums)
                    FROM new.day_sum GROUP BY day, tenant
                    """)
        }
        try queue.close()
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: older, toPath: path)
    }

    /// Changes a ledger with SQL, as the older version would have.
    static func change(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
