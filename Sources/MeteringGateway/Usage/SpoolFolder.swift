internal import Foundation

/// The folder of a spool, which one process at a time has.
final class SpoolFolder: Sendable {
    private let root: String
    private let descriptor: Int32

    /// Takes the folder, made if there is none.
    ///
    /// - Throws: ``UsageError`` if it cannot be had, or another gateway has it.
    init(_ path: String) throws(UsageError) {
        root = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw UsageError("the spool \(path) cannot be made: \(error.localizedDescription)")
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw UsageError("another gateway has the spool \(path)")
        }
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Has the names of its files on the disk.
    func sync() throws(UsageError) {
        guard fsync(descriptor) == 0 else { throw Self.error(root) }
    }

    /// The names that begin with `prefix`, in order.
    func names(_ prefix: String) throws(UsageError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root)
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".jsonl") }.sorted()
        } catch {
            throw UsageError("the spool \(root) cannot be read: \(error.localizedDescription)")
        }
    }

    func contents(_ name: String) throws(UsageError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path(name)) else {
            throw UsageError("\(path(name)) cannot be read")
        }
        return Array(data)
    }

    /// Part of a file, which others may append to meanwhile.
    func contents(_ name: String, _ range: Range<Int>) throws(UsageError) -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path(name)))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(range.lowerBound))
            var bytes: [UInt8] = []
            while bytes.count < range.count,
                let data = try handle.read(upToCount: range.count - bytes.count), !data.isEmpty
            {
                bytes += data
            }
            guard bytes.count == range.count else { throw UsageError("\(path(name)) is cut") }
            return bytes
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError("\(path(name)): \(error.localizedDescription)")
        }
    }

    /// Cuts a file off, and has that on the disk.
    func cut(_ name: String, to size: Int) throws(UsageError) {
        let file = open(path(name), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw Self.error(path(name)) }
        defer { close(file) }
        guard ftruncate(file, off_t(size)) == 0, fsync(file) == 0 else {
            throw Self.error(path(name))
        }
    }

    /// Writes a small file anew, in one step.
    func replace(_ name: String, with bytes: some Sequence<UInt8>) throws(UsageError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path(name)), options: .atomic)
        } catch {
            throw UsageError("\(path(name)): \(error.localizedDescription)")
        }
    }

    func remove(_ name: String) {
        unlink(path(name))
    }

    static func error(_ place: String) -> UsageError {
        UsageError("\(place): \(String(cString: strerror(errno)))")
    }

    deinit {
        close(descriptor)
    }
}
