internal import CSQLite
internal import Foundation
internal import GRDB

/// The file of a ledger: opened, looked over, and set aside where it is damaged.
struct LedgerFile {
    let path: String

    init(path: String) {
        self.path = path
    }

    /// The file and what SQLite keeps beside it.
    static let endings = ["-journal", "-wal", "-shm", ""]

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        // Others hold the ledger for one transaction at a time.
        configuration.busyMode = .timeout(10)
        configuration.label = "ledger"
        configuration.prepareDatabase { database in
            // Somebody else may have made the file.
            guard let connection = database.sqliteConnection,
                metering_distrust_schema(connection) == SQLITE_OK
            else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        return configuration
    }

    /// Why a file is not taken for a ledger.
    private enum Unsound: Error, Equatable {
        /// It is a database of something else.
        case foreign
        /// A later version of this product has written it.
        case later
        /// Its tables are not as they were made, or it holds what this product does not make; nil where
        /// that cannot be told.
        case changedSchema(LedgerSchema.Change?)
        /// SQLite's own check finds a fault.
        case failedCheck
        /// It is empty.
        case empty
    }

    func openForWriting() throws -> DatabaseQueue {
        try make()
        let queue = try open(Self.configuration())
        // No statement runs over tables that somebody else has made.
        try queue.read { database in
            if try !LedgerSchema.isEmpty(database) { try Self.checkSchema(of: database) }
        }
        try Self.migrate(queue)
        try queue.writeWithoutTransaction { database in
            // A closed day stays closed when the power fails.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try Self.checkSchema(of: database)
        }
        return queue
    }

    func openForReading() throws -> DatabaseQueue {
        // Tells what is missing better than SQLite does.
        guard try isThere() else {
            throw PipelineError(
                code: .notFound, location: path,
                reason: "there is no ledger of this lake; the next ingest makes one")
        }
        var configuration = Self.configuration()
        configuration.readonly = true
        var queue = try open(configuration)
        let isCurrent = try queue.read { database in
            guard try !LedgerSchema.isEmpty(database) else { throw Unsound.empty }
            try Self.checkOrigin(of: database)
            try Self.checkSchema(of: database)
            return try LedgerSchema.migrator.hasCompletedMigrations(database)
        }
        if !isCurrent { queue = try Self.migratedCopy(of: queue) }
        try queue.read { try Self.checkSchema(of: $0) }
        return queue
    }

    /// A copy in memory of a ledger of an older version, as this one has it: a reader changes no file.
    private static func migratedCopy(of older: DatabaseQueue) throws -> DatabaseQueue {
        let copy = try DatabaseQueue(configuration: configuration())
        try older.backup(to: copy)
        try migrate(copy)
        return copy
    }

    private static func migrate(_ queue: DatabaseQueue) throws {
        do {
            try LedgerSchema.migrator.migrate(queue)
        } catch let error as DatabaseError
            where [.SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode)
        {
            throw Unsound.changedSchema(nil)
        }
    }

    /// Why the file cannot become a ledger as it is; nil where it can: there is none, it is empty, or it is a
    /// sound one of this version or an older one. Nothing is changed but what SQLite itself has to undo
    /// where a run was killed while it wrote.
    ///
    /// - Throws: ``PipelineError`` with `damagedLake` where it is sound and not ours, and others where
    ///   that cannot be told.
    func damage() throws(PipelineError) -> Damage? {
        guard try isThere() else { return nil }
        var configuration = Self.configuration()
        configuration.readonly = !FileStatus.exists(path + "-journal")
        do {
            let queue = try open(configuration)
            defer { try? queue.close() }
            try queue.read { database in
                if try LedgerSchema.isEmpty(database) { return }
                try Self.checkOrigin(of: database)
                // Before anything is read that the schema may have made to run.
                try Self.checkSchema(of: database)
                let faults = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
                guard faults == ["ok"] else { throw Unsound.failedCheck }
            }
            return nil
        } catch let error as Unsound where error == .foreign || error == .later {
            throw Self.failure(error, path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            // Its tables cannot be made sense of.
            return Damage(change: nil)
        } catch {
            guard isDamage(error) else { throw Self.failure(error, path) }
            return Damage(error)
        }
    }

    /// What is wrong with a ledger that is set aside.
    struct Damage {
        /// What something else has made of its tables; nil where its bytes are damaged, or that cannot be told.
        let change: LedgerSchema.Change?

        init(change: LedgerSchema.Change?) {
            self.change = change
        }

        init(_ error: any Error) {
            if case Unsound.changedSchema(let change) = error {
                self.change = change
            } else {
                change = nil
            }
        }
    }

    /// The tables and indexes must be those that this code makes, or made when it was an older version's,
    /// and there must be nothing beside them: a trigger or a view acts without being asked.
    private static func checkSchema(of database: Database) throws {
        let completed = try LedgerSchema.migrator.completedMigrations(database)
        guard let last = completed.last else { throw Unsound.changedSchema(nil) }
        let present = try LedgerSchema.entries(of: database)
        guard
            let change = LedgerSchema.Change(
                from: try LedgerSchema.expectedEntries(upTo: last), to: present)
        else { return }
        throw Unsound.changedSchema(change)
    }

    /// A database of something else, or of a later version, is not for us to change or to rename.
    private static func checkOrigin(of database: Database) throws {
        if try LedgerSchema.migrator.hasBeenSuperseded(database) { throw Unsound.later }
        let mark = try Int32.fetchOne(database, sql: "PRAGMA application_id")
        let names = Set(try LedgerSchema.entries(of: database).map(\.name))
        guard
            try mark == LedgerSchema.applicationID
                || LedgerSchema.expectedEntries().allSatisfy({ names.contains($0.name) })
        else { throw Unsound.foreign }
    }

    /// Whether the file's first bytes say that it is a ledger, whatever has become of the others.
    var isMarked: Bool {
        guard
            let file = try? OpenFolder(following: Folder.parent(of: path))
                .file(Folder.name(of: path)),
            let header = try? file.read(from: 0, count: 100), header.count == 100
        else { return false }
        let mark = UInt32(bitPattern: LedgerSchema.applicationID)
        return header.starts(with: "SQLite format 3\0".utf8)
            && header[68..<72].reduce(0) { $0 << 8 | UInt32($1) } == mark
    }

    /// Whether an error is the file's fault, and not that of the system around it.
    func isDamage(_ error: any Error) -> Bool {
        // What is no error of SQLite's is about a value that cannot be what it is.
        guard let error = error as? DatabaseError else { return !(error is PipelineError) }
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: true
        // The file itself says that only later versions of SQLite may write it.
        case .SQLITE_READONLY:
            access(path, W_OK) == 0 && access(Folder.parent(of: path), W_OK) == 0
        default: false
        }
    }

    /// Renames the file, and what SQLite keeps beside it, to the first free name like
    /// `_ledger.sqlite.damaged-1`; returns that name.
    func setAside() throws(PipelineError) -> String {
        let folder = try OpenFolder(following: Folder.parent(of: path))
        let name = Folder.name(of: path)
        func isTaken(_ name: String) throws(PipelineError) -> Bool {
            for ending in Self.endings where try folder.status(of: name + ending) != nil {
                return true
            }
            return false
        }
        var copies = 1
        while try isTaken("\(name).damaged-\(copies)") { copies += 1 }
        for ending in Self.endings where try folder.status(of: name + ending) != nil {
            try folder.rename(
                name + ending, to: folder, as: "\(name).damaged-\(copies)\(ending)")
        }
        try folder.synchronize()
        return "\(path).damaged-\(copies)"
    }

    /// What a caller is told of an error; never a value of the ledger.
    static func failure(_ error: any Error, _ path: String) -> PipelineError {
        func failure(_ code: PipelineError.Code, _ reason: String) -> PipelineError {
            PipelineError(code: code, location: path, reason: reason)
        }
        switch error {
        case let error as PipelineError: return error
        case Unsound.empty: return failure(.notFound, "the ledger is empty")
        case Unsound.foreign:
            return failure(.damagedLake, "is a database of something else, so it was left alone")
        case Unsound.later:
            return failure(
                .damagedLake,
                "is a ledger of a later version of this product, so it was left alone"
            )
        case Unsound.changedSchema(let change?):
            return failure(
                .damagedLake,
                "the ledger \(change.text); the next meter-etl ingest sets it aside and makes it anew"
            )
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                return failure(.damagedLake, "the ledger is damaged")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return failure(.lakeIsHeld, "another run holds the ledger")
            default:
                return failure(
                    .inputOutput,
                    "the ledger cannot be used: SQLite's error \(error.extendedResultCode.rawValue)"
                )
            }
        default: return failure(.damagedLake, "the ledger is damaged")
        }
    }
}
