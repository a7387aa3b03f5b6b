internal import Foundation
internal import GRDB

/// How SQLite gets at the ledger's file, and at no other.
extension LedgerFile {
    private func folder() throws(PipelineError) -> OpenFolder {
        try OpenFolder(following: Folder.parent(of: path))
    }

    /// Whether there is a file.
    ///
    /// - Throws: ``PipelineError`` with `damagedLake` where it, or what SQLite would use beside it, is a
    ///   link or something else.
    func isThere() throws(PipelineError) -> Bool {
        let folder = try folder()
        let name = Folder.name(of: path)
        for ending in Self.endings { try folder.check(name + ending, is: .file) }
        return try folder.status(of: name) != nil
    }

    /// Makes an empty file for its owner alone where there is none, and has a present one be so. SQLite
    /// gives what it makes beside it the same mode.
    func make() throws(PipelineError) {
        guard try isThere() else {
            _ = try folder().newFile(Folder.name(of: path), mode: StagedFile.ownerOnly)
            return
        }
        let folder = try folder()
        for ending in Self.endings { try folder.makePrivate(Folder.name(of: path) + ending) }
    }

    /// Opens the file, which is there, and makes sure that SQLite has opened no other one.
    func open(_ configuration: Configuration) throws -> DatabaseQueue {
        guard try isThere() else {
            throw PipelineError(code: .notFound, location: path, reason: "there is no ledger")
        }
        let folder = try folder()
        let name = Folder.name(of: path)
        // SQLite would not say why.
        guard access(path, R_OK) == 0 else { throw FileDescriptor.failure(path) }
        let queue = try folder.withFixedPath(of: name) {
            try DatabaseQueue(path: $0, configuration: configuration)
        }
        // Nothing is read for that, and no lock is waited for.
        let opened = try queue.inDatabase { database in
            try Row.fetchOne(database, sql: "PRAGMA database_list")?["file"] as String?
        }
        let own = ObjectLocation(path: Folder.resolved(folder.path)).folderPath + name
        guard opened == own else {
            try? queue.close()
            throw PipelineError.exchanged(path, in: folder.path)
        }
        return queue
    }
}

extension OpenFolder {
    /// Hands `body` a path to the file under `name`.
    ///
    /// SQLite would follow a link that takes the place of the file right now, and make the file that it
    /// leads to. GRDB gives it no flag against that. But it follows the link that Linux keeps for each open
    /// file as well, and that one always leads to the file. Elsewhere the path is only looked at first.
    fileprivate func withFixedPath<Value>(
        of name: String, _ body: (String) throws -> Value
    ) throws -> Value {
        #if os(Linux)
            if FileStatus.exists("/proc/self/fd") { return try held(name).withPath(body) }
        #endif
        return try body(ObjectLocation(path: Folder.resolved(path)).folderPath + name)
    }
}
