internal import Foundation

/// A file of a spool that grows at its end: whole lines alone, as far as anybody relies on it.
///
/// One thread at a time writes it.
final class SpoolFile: @unchecked Sendable {
    let name: String
    /// Bytes that are whole lines.
    private(set) var size = 0
    private let descriptor: Int32
    /// Bytes that are on the disk.
    private var syncedSize = 0
    /// Whether it may hold what it should not, so that nothing more is written to it.
    private(set) var isBroken = false

    /// Makes a file, for its owner alone, and has its name on the disk.
    init(making name: String, in folder: SpoolFolder) throws(UsageError) {
        self.name = name
        descriptor = open(
            folder.path(name), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
            0o600)
        guard descriptor >= 0 else { throw SpoolFolder.error(folder.path(name)) }
        try folder.sync()
    }

    /// Writes lines at the end; all of them, or the file is as it was before.
    func append(_ bytes: [UInt8]) throws(UsageError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let error = SpoolFolder.error(name)
                // What is left of a torn line would spoil the next one.
                if ftruncate(descriptor, off_t(size)) != 0 { isBroken = true }
                throw error
            }
            rest = rest.dropFirst(count)
        }
        size += bytes.count
    }

    /// Has all that was written on the disk.
    func sync() throws(UsageError) {
        guard syncedSize < size else { return }
        #if canImport(Darwin)
            let result = fcntl(descriptor, F_FULLFSYNC)
        #else
            let result = fdatasync(descriptor)
        #endif
        guard result == 0 else {
            // The system may have dropped what it could not write, and would not say so again.
            isBroken = true
            throw SpoolFolder.error(name)
        }
        syncedSize = size
    }

    deinit {
        close(descriptor)
    }
}
