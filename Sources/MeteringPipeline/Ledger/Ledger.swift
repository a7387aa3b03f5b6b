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
    private let queue: DatabaseQueue

    /// Opens the ledger at `path`, made where there is none, to read and to write.
    ///
    /// A file that is damaged, that a later version of this product has written, or that is no ledger
    /// is renamed, and an empty ledger takes its place; see ``damaged``.
    ///
    /// - Throws: ``PipelineError`` with `inputOutput` where it cannot be opened.
    package init(at path: String) throws(PipelineError) {
        let file = LedgerFile(path: path)
        self.path = path
        if try file.isSound() {
            do {
                queue = try file.openForWriting()
                damaged = nil
                return
            } catch {
                guard file.isDamage(error) else { throw LedgerFile.failure(error, path) }
            }
        }
        damaged = try file.setAside()
        do {
            queue = try file.openForWriting()
        } catch {
            throw LedgerFile.failure(error, path)
        }
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
