package import Foundation

/// An open folder, in which names are looked at, opened, renamed and taken away as they are: no link is
/// followed, whatever others make of the path to it meanwhile.
///
/// Names are C strings, since not every name is a text.
package final class OpenFolder: Sendable {
    /// What messages name it by.
    package let path: String
    private let number: Int32

    /// How to open a folder, a link in its place being none.
    private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// Opens a folder that somebody has named, where links are followed.
    ///
    /// - Throws: ``PipelineError`` with `notFound` or `inputOutput`.
    package convenience init(following path: String) throws(PipelineError) {
        try self.init(owning: Foundation.open(path, Self.flags), path: path)
    }

    private init(owning number: Int32, path: String) throws(PipelineError) {
        guard number >= 0 else { throw FileDescriptor.failure(path) }
        self.path = path
        self.number = number
    }

    deinit {
        close(number)
    }

    /// The path of `name` in the folder, for messages.
    package func path(of name: UnsafePointer<CChar>) -> String {
        (path.hasSuffix("/") ? path : path + "/") + String(cString: name)
    }

    private func failure(_ name: UnsafePointer<CChar>) -> PipelineError {
        FileDescriptor.failure(path(of: name))
    }

    // MARK: Looking

    /// What lies under `name`; nil where nothing does.
    package func status(of name: UnsafePointer<CChar>) throws(PipelineError) -> FileStatus? {
        var status = stat()
        if fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(status) }
        guard errno == ENOENT else { throw failure(name) }
        return nil
    }

    /// Makes sure that under `name` lies what is expected there, or nothing.
    ///
    /// - Returns: what lies there; nil where nothing does.
    /// - Throws: ``PipelineError`` with `damagedLake` where it is a link or something else.
    @discardableResult
    package func check(
        _ name: UnsafePointer<CChar>, is expected: FileStatus.Kind
    ) throws(PipelineError) -> FileStatus? {
        guard let status = try status(of: name) else { return nil }
        guard status.kind == expected else {
            throw .misplaced(status.kind, at: path(of: name), in: expected)
        }
        return status
    }

    /// All names in the folder, in the order of their bytes.
    package func names() throws(PipelineError) -> [String] {
        var names: [String] = []
        try forEachName { name throws(PipelineError) in names.append(String(cString: name)) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Hands each name in the folder to `body`, in any order.
    func forEachName(
        _ body: (UnsafePointer<CChar>) throws(PipelineError) -> Void
    ) throws(PipelineError) {
        // A descriptor of its own, since it keeps the place in the folder.
        let copy = openat(number, ".", Self.flags)
        guard copy >= 0, let entries = fdopendir(copy) else { throw FileDescriptor.failure(path) }
        defer { closedir(entries) }
        while true {
            errno = 0
            guard let entry = readdir(entries) else {
                guard errno == 0 else { throw FileDescriptor.failure(path) }
                return
            }
            try withUnsafePointer(to: &entry.pointee.d_name) { name throws(PipelineError) in
                let size = MemoryLayout.size(ofValue: name.pointee)
                try name.withMemoryRebound(to: CChar.self, capacity: size) {
                    name throws(PipelineError) in
                    if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { try body(name) }
                }
            }
        }
    }

    // MARK: Folders in it

    /// Opens the folder under `name`.
    ///
    /// - Throws: ``PipelineError`` with `notFound`, or with `damagedLake` where it is a link or no folder.
    package func folder(_ name: UnsafePointer<CChar>) throws(PipelineError) -> OpenFolder {
        try check(name, is: .folder)
        return try OpenFolder(
            owning: openat(number, name, Self.flags | O_NOFOLLOW), path: path(of: name))
    }

    /// Opens the folder under `name`, made where there is none; one for its owner alone is made so where
    /// it was not.
    package func folder(
        _ name: UnsafePointer<CChar>, making mode: mode_t
    ) throws(PipelineError) -> OpenFolder {
        if try check(name, is: .folder) == nil {
            guard mkdirat(number, name, mode) == 0 || errno == EEXIST else { throw failure(name) }
            try synchronize()
        }
        let folder = try folder(name)
        if mode & 0o077 == 0 { folder.makePrivate() }
        return folder
    }

    /// Takes the rights of all others away, where earlier versions have given them. If somebody else owns
    /// the folder, that is theirs to say.
    private func makePrivate() {
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        _ = fchmod(number, status.st_mode & 0o700)
    }

    // MARK: Files in it

    /// Opens the file under `name` to be read.
    ///
    /// - Throws: ``PipelineError`` with `notFound`, or with `damagedLake` where it is a link or no file.
    package func file(_ name: UnsafePointer<CChar>) throws(PipelineError) -> FileDescriptor {
        try open(name, O_RDONLY)
    }

    /// Opens the file under `name` to be locked, made for its owner alone where there is none.
    func fileToLock(_ name: UnsafePointer<CChar>) throws(PipelineError) -> FileDescriptor {
        try open(name, O_RDWR | O_CREAT)
    }

    private func open(
        _ name: UnsafePointer<CChar>, _ flags: Int32
    ) throws(PipelineError) -> FileDescriptor {
        try check(name, is: .file)
        // What takes its place right now is no link that is followed, and no pipe that is waited for.
        let flags = flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = try FileDescriptor(
            owning: openat(number, name, flags, 0o600 as mode_t), path: path(of: name))
        let kind = try file.status().kind
        guard kind == .file else { throw .misplaced(kind, at: path(of: name), in: .file) }
        return file
    }

    #if os(Linux)
        /// Holds the file under `name` without opening it, as open(2) has it of `O_PATH`: closing a file that
        /// was opened would give up the locks that this process has on it.
        func held(_ name: UnsafePointer<CChar>) throws(PipelineError) -> FileDescriptor {
            // The header has it for C with extensions alone.
            let flagOfPath: Int32 = 0o10_000_000
            let file = try FileDescriptor(
                owning: openat(number, name, flagOfPath | O_NOFOLLOW | O_CLOEXEC),
                path: path(of: name))
            let kind = try file.status().kind
            guard kind == .file else { throw .misplaced(kind, at: path(of: name), in: .file) }
            return file
        }
    #endif

    /// Makes a file to be written and read; what is there already is an error.
    ///
    /// - Parameter mode: who may read it; for its owner alone it is so whatever the umask, and for others
    ///   too as the umask says.
    func newFile(
        _ name: UnsafePointer<CChar>, mode: mode_t
    ) throws(PipelineError) -> FileDescriptor {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try FileDescriptor(
            owning: openat(number, name, flags, mode), path: path(of: name))
        if mode & 0o077 == 0 { _ = fchmod(file.number, mode) }
        return file
    }

    /// Makes a file that has no name and is gone once it is closed.
    package func namelessFile() throws(PipelineError) -> FileDescriptor {
        let name = "\(UUID().uuidString).\(StagedFile.ending)"
        let file = try newFile(name, mode: 0o600)
        try remove(name)
        return file
    }

    /// Has the file under `name` be for its owner alone, where it is not, and where that is for this user
    /// to say.
    func makePrivate(_ name: UnsafePointer<CChar>) throws(PipelineError) {
        // A file of several names may be somebody else's elsewhere.
        guard let status = try status(of: name), status.kind == .file, status.names == 1,
            status.mode & 0o077 != 0
        else { return }
        _ = fchmodat(number, name, status.mode & 0o700, AT_SYMLINK_NOFOLLOW)
    }

    // MARK: Changing names

    /// Puts what lies under `name` under a name of another folder, in place of what is there.
    func rename(
        _ name: UnsafePointer<CChar>, to folder: OpenFolder, as target: UnsafePointer<CChar>
    ) throws(PipelineError) {
        guard renameat(number, name, folder.number, target) == 0 else {
            throw folder.failure(target)
        }
    }

    /// Has the file under `name` have another name too, where nothing has that name; errno(3) is 0 then.
    func link(
        _ name: UnsafePointer<CChar>, to folder: OpenFolder, as target: UnsafePointer<CChar>
    ) -> Int32 {
        linkat(number, name, folder.number, target, 0) == 0 ? 0 : errno
    }

    /// Takes away what lies under `name`, which is no folder.
    package func remove(_ name: UnsafePointer<CChar>) throws(PipelineError) {
        guard unlinkat(number, name, 0) == 0 else { throw failure(name) }
    }

    /// Takes away all that lies in the folder, and nothing that links in there lead to.
    func removeContents() throws(PipelineError) {
        var isEmpty = false
        while !isEmpty {
            isEmpty = true
            for name in try fileNames() {
                if unlinkat(number, name, 0) == 0 || errno == ENOENT { continue }
                // What unlink(2) says of a folder, on Linux and elsewhere.
                guard errno == EISDIR || errno == EPERM else { throw failure(name) }
                let inner = try folder(name)
                guard try inner.device == device else {
                    throw PipelineError(
                        code: .damagedLake, location: path(of: name),
                        reason: "is another disk, so nothing in it was taken away")
                }
                // Brought up here rather than descended into, however deep others have laid them.
                for name in try inner.fileNames() {
                    if unlinkat(inner.number, name, 0) == 0 || errno == ENOENT { continue }
                    isEmpty = false
                    try inner.rename(name, to: self, as: UUID().uuidString)
                }
                guard unlinkat(number, name, AT_REMOVEDIR) == 0 else { throw failure(name) }
            }
        }
    }

    /// The disk that it is on.
    private var device: UInt64 {
        get throws(PipelineError) {
            var status = stat()
            guard fstat(number, &status) == 0 else { throw FileDescriptor.failure(path) }
            return FileStatus(status).identity.device
        }
    }

    private func fileNames() throws(PipelineError) -> [[CChar]] {
        var names: [[CChar]] = []
        try forEachName { name throws(PipelineError) in
            names.append(Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)))
        }
        return names
    }

    /// Waits until the folder's entries are on the disk.
    func synchronize() throws(PipelineError) {
        guard fsync(number) == 0 else { throw FileDescriptor.failure(path) }
    }
}
