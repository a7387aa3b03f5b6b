internal import GRDB
internal import Synchronization

/// What a ledger is made of, told from what something else has made.
extension LedgerSchema {
    /// A table, an index, or whatever else a database may hold.
    struct Entry: Hashable {
        let kind: String
        let name: String
        let table: String
        /// The statement that made it; nil where SQLite made it by itself.
        let statement: String?
    }

    /// All that a database holds, in the order of names.
    static func entries(of database: Database) throws -> [Entry] {
        try database.rows(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name, tbl_name, sql"
        ).map { row in
            Entry(
                kind: try row.value("type"), name: try row.value("name"),
                table: try row.value("tbl_name"), statement: try row.optional("sql"))
        }
    }

    /// All that a ledger holds which this code has made.
    ///
    /// - Parameter last: the last migration, of an older one; none is missing where nil.
    static func expectedEntries(upTo last: String? = nil) throws -> [Entry] {
        if let known = made.withLock({ $0[last] }) { return known }
        let queue = try DatabaseQueue()
        if let last { try migrator.migrate(queue, upTo: last) } else { try migrator.migrate(queue) }
        let entries = try queue.read { try Self.entries(of: $0) }
        made.withLock { $0[last] = entries }
        return entries
    }

    /// What ``expectedEntries(upTo:)`` has found out.
    private static let made = Mutex<[String?: [Entry]]>([:])

    /// What something else has made of a ledger's tables.
    package struct Change: Hashable {
        /// Says it, without a name: names may be hostile too.
        let text: String

        /// Nil where both are the same.
        init?(from expected: [Entry], to present: [Entry]) {
            guard present != expected else { return nil }
            let names = Set(expected.map(\.name))
            if let other = present.first(where: { !names.contains($0.name) }) {
                text = "holds \(Self.kind(of: other)), which this product does not make"
            } else if Set(expected).subtracting(present).isEmpty {
                text = "holds a table twice"
            } else if Set(present.map(\.name)) == names {
                text = "has a table or an index that is not as this product makes it"
            } else {
                text = "lacks a table or an index"
            }
        }

        private static func kind(of entry: Entry) -> String {
            switch entry.kind {
            case "trigger": "a trigger"
            case "view": "a view"
            case "index": "another index"
            case "table":
                entry.statement?.uppercased().hasPrefix("CREATE VIRTUAL") == true
                    ? "a virtual table" : "another table"
            default: "something else"
            }
        }
    }
}
