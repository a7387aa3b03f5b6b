package import Foundation

/// What stat(2) tells of a path, links followed, or fstatat(2) of a name in an ``OpenFolder``, links not
/// followed.
package struct FileStatus {
    /// What lies under a name, as messages call it.
    package enum Kind: String {
        case file = "a file"
        case folder = "a folder"
        case link = "a link"
        case pipe = "a pipe"
        case other = "a device or a socket"
    }

    /// Tells whether two paths lead to one file.
    package struct Identity: Hashable {
        var device: UInt64
        package var number: UInt64
    }

    package let kind: Kind
    package let identity: Identity
    /// Bytes.
    package let size: Int64
    /// When the contents changed last, since 1970-01-01T00:00:00Z.
    package let modifiedNanoseconds: Int64
    /// Who may do what with it, as chmod(2) has it.
    let mode: mode_t
    /// How many names it has; more than one where hard links lead to it.
    package let names: Int

    /// - Parameter missing: what to say where there is nothing, in place of the system's words.
    /// - Throws: ``PipelineError`` with `notFound` where there is nothing.
    package init(of path: String, missing: String? = nil) throws(PipelineError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let failure = FileDescriptor.failure(path)
            guard let missing, failure.code == .notFound else { throw failure }
            throw PipelineError(code: .notFound, location: path, reason: missing)
        }
        self.init(status)
    }

    package init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            default: .other
            }
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino)
        )
        size = Int64(status.st_size)
        mode = status.st_mode & 0o7777
        names = Int(status.st_nlink)
        #if canImport(Darwin)
            let modified = status.st_mtimespec
        #else
            let modified = status.st_mtim
        #endif
        modifiedNanoseconds = Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec)
    }

    /// What tells this version of the file from others. The device is no part of it, since its number
    /// may be another after a restart.
    package var version: ObjectVersion {
        ObjectVersion(
            size: size, modifiedNanoseconds: modifiedNanoseconds, tag: String(identity.number)
        )
    }

    /// - Throws: ``PipelineError`` with `notFound` where there is nothing.
    package init(ofLink path: String) throws(PipelineError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw FileDescriptor.failure(path) }
        self.init(status)
    }

    package static func isFolder(_ path: String) -> Bool {
        (try? FileStatus(of: path).kind) == .folder
    }

    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
