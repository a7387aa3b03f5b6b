/// How the ledger names objects: by one name each, whatever path led to them.
extension Lake {
    /// The absolute path of an object, links resolved, or its place in S3; of what lies in the lake, the
    /// path in it, so that the lake may be moved.
    package func location(of object: StoredObject) -> String {
        var location = object.location.resolved
        // A link in the lake is not followed, so its own name is the one.
        if isLocal, let name = root.name(of: object.location),
            let status = try? FileStatus(ofLink: object.location.path), status.kind == .link
        {
            let folder = Folder.resolved(Folder.parent(of: object.location.path))
            location = ObjectLocation(path: folder).appending(Folder.name(of: name))
        }
        return root.resolved.name(of: location) ?? "\(location)"
    }

    /// The object that a location names.
    package func object(at name: String) -> StoredObject {
        let location = ObjectLocation(named: name)
        let isWhole = location.bucket != nil || name.hasPrefix("/")
        return StoredObject(location: isWhole ? location : root.appending(name))
    }
}
