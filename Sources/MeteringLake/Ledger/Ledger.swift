internal import GRDB

#if !Pipeline
    #error("MeteringPipeline needs the package trait Pipeline")
#endif

/// What was ingested, what the lake's days hold, and what changed in them after they were closed.
///
/// It is an index and an audit trail beside the lake, not the truth: a lake is the same without it.
/// Whoever writes to it has the lake's lock; others may read at any time.
package struct Ledger: Sendable {
    /// The file, or what stands for it in messages.
    package let path: String
    /// Where a damaged file was put that this ledger replaces; nil where there was none.
    package let damaged: String?
    /// What something else had made of that file; nil where that is not known.
    package private(set) var change: String?
    private let queue: DatabaseQueue

    /// Opens the ledger at `path`, made where there is none, to read and to write.
    ///
    /// A file that is damaged is renamed, and an empty ledger takes its place; see ``damaged``.
    ///
    /// - Parameter isOwn: whether whatever lies there is meant to be the ledger. Where the path may be
    ///   mistyped, only a file that is marked as a ledger is renamed.
    /// - Throws: ``PipelineError`` with `inputOutput` where it cannot be opened, with `damagedLake`
    ///   where it is a database of something else or of a later version of this product, which is left
    ///   as it is.
    package init(at path: String, isOwn: Bool = true) throws(PipelineError) {
        let file = LedgerFile(path: path)
        self.path = path
        if let damage = try file.damage() {
            change = damage.change?.text
        } else {
            do {
                queue = try file.openForWriting()
                damaged = nil
                return
            } catch {
                guard file.isDamage(error) else { throw LedgerFile.failure(error, path) }
                change = LedgerFile.Damage(error).change?.text
            }
        }
        guard isOwn || file.isMarked else {
            throw PipelineError(
                code: .damagedLake, location: path, reason: "is no ledger, so it was left alone"
            )
        }
        (damaged, queue) = try Self.makeAnew(file)
    }

    /// Opens the ledger at `path` to read only; nothing is made, changed or renamed.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is none, with `damagedLake` where it is
    ///   no ledger or one of another version.
    package init(readingAt path: String) throws(PipelineError) {
        self.path = path
        damaged = nil
        do {
            queue = try LedgerFile(path: path).openForReading()
        } catch {
            throw LedgerFile.failure(error, path)
        }
    }

    /// A ledger that is gone with this value.
    package init() throws(PipelineError) {
        path = "the ledger"
        damaged = nil
        do {
            queue = try DatabaseQueue(configuration: LedgerFile.configuration())
            try LedgerSchema.migrator.migrate(queue)
        } catch {
            throw LedgerFile.failure(error, path)
        }
    }

    /// A new ledger in place of this one, whose file turned out to be damaged and is renamed.
    package func replaced() throws(PipelineError) -> Ledger {
        try? queue.close()
        return try Ledger(replacing: path)
    }

    private init(replacing path: String) throws(PipelineError) {
        self.path = path
        (damaged, queue) = try Self.makeAnew(LedgerFile(path: path))
    }

    private static func makeAnew(
        _ file: LedgerFile
    ) throws(PipelineError) -> (damaged: String?, queue: DatabaseQueue) {
        let damaged = try file.setAside()
        do {
            return (damaged, try file.openForWriting())
        } catch {
            throw LedgerFile.failure(error, file.path)
        }
    }

    /// Closes the file; nothing can be read or written any more.
    package func close() throws(PipelineError) {
        do {
            try queue.close()
        } catch {
            throw LedgerFile.failure(error, path)
        }
    }

    /// Reads one state of the ledger, whatever is written meanwhile.
    func read<Value>(_ body: (Database) throws -> Value) throws(PipelineError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw LedgerFile.failure(error, path)
        }
    }

    /// Does all of `body`, on the disk, or nothing of it.
    func write<Value>(_ body: (Database) throws -> Value) throws(PipelineError) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw LedgerFile.failure(error, path)
        }
    }
}
