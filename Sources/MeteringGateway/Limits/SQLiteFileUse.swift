internal import Foundation

/// Tells whether a file is in use by another gateway: a lock on a file beside it, which ends with the process.
final class SQLiteFileUse: Sendable {
    private let descriptor: Int32
    /// Whether nobody else had the file open when this began.
    let isFirst: Bool

    init(of path: String) throws(LimitStoreError) {
        let lock = path + "-lock"
        descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw LimitStoreError("\(lock): \(String(cString: strerror(errno)))")
        }
        // SQLite gives what it makes beside the file the same mode.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw LimitStoreError("\(path): \(reason)")
        }
        close(file)
        isFirst = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        if !isFirst { flock(descriptor, LOCK_SH) }
    }

    /// Lets others in, who are not first.
    func share() {
        flock(descriptor, LOCK_SH)
    }

    deinit {
        close(descriptor)
    }
}
