package import Foundation

/// Folders that somebody has named, in whose paths links are followed.
package enum Folder {
    /// The path up to the last slash.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What follows the last slash of a path.
    package static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[$0...].dropFirst()) } ?? path
    }

    /// Makes the folder and those around it, where they are missing, and puts them on the disk.
    package static func create(_ path: String, mode: mode_t) throws(PipelineError) {
        if FileStatus.exists(path) { return }
        let parent = parent(of: path)
        try create(parent, mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw FileDescriptor.failure(path)
        }
        try OpenFolder(following: parent).synchronize()
    }

    /// The path without links; of what does not exist, the part that does.
    package static func resolved(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let absolute =
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        guard let slash = absolute.utf8.lastIndex(of: UInt8(ascii: "/")),
            slash > absolute.startIndex
        else { return absolute }
        return resolved(String(absolute[..<slash])) + absolute[slash...]
    }
}
