internal import Foundation

/// How the ledger names objects: by one name each, whatever path led to them.
extension Lake {
    /// The absolute path of an object, links resolved, or its place in S3; of what lies in the lake, the
    /// path in it, so that the lake may be moved.
    func location(of object: StoredObject) -> String {
        var location = Self.resolved(object.location)
        // A link in the lake is not followed, so its own name is the one.
        if isLocal, let name = root.name(of: object.location),
            let status = try? FileStatus(ofLink: object.location.path), status.kind == .link
        {
            let folder = Self.resolved(Folder.parent(of: object.location.path))
            location = ObjectLocation(path: folder).appending(Folder.name(of: name))
        }
        return Self.resolved(root).name(of: location) ?? "\(location)"
    }

    /// The object that a location names.
    func object(at name: String) -> StoredObject {
        let location = ObjectLocation(named: name)
        let isWhole = location.bucket != nil || name.hasPrefix("/")
        return StoredObject(location: isWhole ? location : root.appending(name))
    }

    /// A location by which nothing else is known.
    static func resolved(_ location: ObjectLocation) -> ObjectLocation {
        location.bucket == nil ? ObjectLocation(path: resolved(location.path)) : location
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
