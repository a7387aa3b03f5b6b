internal import Foundation

/// A small file that an environment or a configuration names.
enum PlainFile {
    struct Failure: Error {
        /// What is wrong with the file, as what follows its path.
        let reason: String
    }

    /// All bytes of a file; nil where there is none.
    ///
    /// A pipe or a device is refused, since it may keep who reads it waiting for ever. `/dev/null` is the
    /// usual name of an empty file.
    static func contents(of path: String) throws(Failure) -> [UInt8]? {
        if path == "/dev/null" { return [] }
        try checkIsFile { stat(path, &$0) }
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(reason: "cannot be opened")
        }
        defer { close(file) }
        try checkIsFile { fstat(file, &$0) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let size = read(file, &buffer, buffer.count)
            if size < 0 && errno == EINTR { continue }
            guard size >= 0 else { throw Failure(reason: "cannot be read") }
            guard size > 0 else { return bytes }
            bytes += buffer[..<size]
        }
    }

    /// What cannot be looked at cannot be opened either, which tells why.
    private static func checkIsFile(_ look: (inout stat) -> Int32) throws(Failure) {
        var status = stat()
        guard look(&status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure(reason: "is a pipe or a device and no file, so it was not read")
        }
    }
}
