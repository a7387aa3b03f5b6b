internal import Foundation

/// What stat(2) tells of a path, links followed.
struct FileStatus {
    enum Kind {
        case file, folder, other
    }

    /// Tells whether two paths lead to one file.
    struct Identity: Hashable {
        var device: UInt64
        var number: UInt64
    }

    let kind: Kind
    let identity: Identity

    /// - Throws: ``PipelineError`` with `notFound` where there is nothing.
    init(of path: String) throws(PipelineError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileDescriptor.failure(path) }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino)
        )
    }

    static func isFolder(_ path: String) -> Bool {
        (try? FileStatus(of: path).kind) == .folder
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
