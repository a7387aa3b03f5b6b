internal import Foundation

/// An open file, closed when it goes out of use.
package struct FileDescriptor: ~Copyable {
    package let number: Int32
    private let path: String

    /// Takes over a number that open(2) and the like have returned.
    ///
    /// - Throws: ``PipelineError`` with `notFound` or `inputOutput` where it stands for an error.
    init(owning number: Int32, path: String) throws(PipelineError) {
        self.path = path
        self.number = number
        guard number >= 0 else { throw Self.failure(path) }
    }

    /// Opens a file that somebody has named, or that lies in a source, to be read; links are followed.
    ///
    /// A pipe is read only where this process was given it open, as `<(zcat x)` and `/dev/stdin` are:
    /// one that lies in a folder may wait for a writer for ever, and a device does what it wants.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where it is no such file.
    package static func reading(_ path: String) throws(PipelineError) -> FileDescriptor {
        // Looked at first, since some devices do things when they are opened.
        try checkIsReadable(try FileStatus(of: path), path)
        let file = try FileDescriptor(
            owning: open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), path: path)
        try checkIsReadable(try file.status(), path)
        let flags = fcntl(file.number, F_GETFL)
        guard fcntl(file.number, F_SETFL, flags & ~O_NONBLOCK) >= 0 else { throw failure(path) }
        return file
    }

    private static func checkIsReadable(
        _ status: FileStatus, _ path: String
    ) throws(PipelineError) {
        if status.kind == .file { return }
        let isGivenOpen =
            path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
        if status.kind == .pipe, isGivenOpen { return }
        throw PipelineError(
            code: .notFound, location: path,
            reason: "is \(status.kind.rawValue) and no file, so it was not read")
    }

    deinit {
        if number >= 0 { close(number) }
    }

    /// The error that errno(3) stands for.
    package static func failure(_ path: String) -> PipelineError {
        let number = errno
        return PipelineError(
            code: number == ENOENT || number == ENOTDIR ? .notFound : .inputOutput,
            location: path, reason: String(cString: strerror(number))
        )
    }

    /// Reads up to the size of `memory`; 0 at the end of the file.
    package func read(into memory: UnsafeMutableRawBufferPointer) throws(PipelineError) -> Int {
        while true {
            let size = Foundation.read(number, memory.baseAddress, memory.count)
            if size >= 0 { return size }
            guard errno == EINTR else { throw Self.failure(path) }
        }
    }

    /// Reads `count` bytes from `offset` on, or fewer where the file ends.
    package func read(from offset: Int, count: Int) throws(PipelineError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let size = bytes.withUnsafeMutableBytes { memory in
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
                return pread(number, rest.baseAddress, rest.count, off_t(offset + filled))
            }
            guard size != 0 else { break }
            guard size > 0 || errno == EINTR else { throw Self.failure(path) }
            filled += max(0, size)
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Reads up to the size of `memory` from `offset` on; 0 at the end of the file.
    package func read(
        from offset: Int, into memory: UnsafeMutableRawBufferPointer
    ) throws(PipelineError) -> Int {
        while true {
            let size = pread(number, memory.baseAddress, memory.count, off_t(offset))
            if size >= 0 { return size }
            guard errno == EINTR else { throw Self.failure(path) }
        }
    }

    #if os(Linux)
        /// Hands `body` a path that leads to this file, whatever others put under its name.
        func withPath<Value>(_ body: (String) throws -> Value) rethrows -> Value {
            try body("/proc/self/fd/\(number)")
        }
    #endif

    /// What fstat(2) tells of the file.
    package func status() throws(PipelineError) -> FileStatus {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw Self.failure(path) }
        return FileStatus(status)
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(PipelineError) {
        var rest = bytes
        while !rest.isEmpty {
            let size = Foundation.write(number, rest.baseAddress, rest.count)
            if size < 0 {
                guard errno == EINTR else { throw Self.failure(path) }
                continue
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(size))
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws(PipelineError) {
        guard fsync(number) == 0 else { throw Self.failure(path) }
    }

    /// Takes the lock on the file; returns false where another process holds it.
    package func lock() throws(PipelineError) -> Bool {
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw Self.failure(path) }
        return false
    }

    /// Gives the lock up, also for processes that were started meanwhile and have the file open until
    /// they execute another program.
    func unlock() {
        flock(number, LOCK_UN)
    }
}
