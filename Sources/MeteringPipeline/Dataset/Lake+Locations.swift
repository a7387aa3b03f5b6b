internal import Foundation

/// How the ledger names objects: by one name each, whatever path led to them.
extension Lake {
    /// The absolute path of an object, links resolved; of what lies in the lake, the path in it, so that
    /// the lake may be moved.
    func location(of object: LocalStore.Object) -> String {
        let path = Self.resolved(object.path)
        let root = Self.resolved(root)
        return path.hasPrefix(root + "/") ? String(path.dropFirst(root.utf8.count + 1)) : path
    }

    /// The object that a location names.
    func object(at location: String) -> LocalStore.Object {
        LocalStore.Object(path: location.hasPrefix("/") ? location : "\(root)/\(location)")
    }

    /// The path without links; of what does not exist, the part that does.
    static func resolved(_ path: String) -> String {
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
