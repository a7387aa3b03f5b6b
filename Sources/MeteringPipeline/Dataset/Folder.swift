internal import Foundation

/// Folders of a lake.
enum Folder {
    /// Where to put what need not outlive a process that may change no lake.
    static var temporary: String { NSTemporaryDirectory() }

    /// The path up to the last slash.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the folder and those around it, where they are missing, and puts them on the disk.
    static func create(_ path: String) throws(PipelineError) {
        if FileStatus.exists(path) { return }
        let parent = parent(of: path)
        try create(parent)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw FileDescriptor.failure(path)
        }
        try synchronize(parent)
    }

    /// Waits until the folder's entries are on the disk.
    static func synchronize(_ path: String) throws(PipelineError) {
        try FileDescriptor(opening: path, flags: O_RDONLY).synchronize()
    }
}
