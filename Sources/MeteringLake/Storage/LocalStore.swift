internal import Foundation

/// Objects on a file system.
///
/// Links are followed in what somebody has named, and in sources, of which nothing is changed. In a lake
/// none is: what lies there is read, and above all put in place, moved and taken away, in the lake alone.
package struct LocalStore: ObjectStore {
    /// The folder of a lake, to which links may lead; nil where there is none.
    package var lake: String?

    package func objects(at location: ObjectLocation) throws(PipelineError) -> [StoredObject] {
        var paths: [String] = []
        if let names = names(inLake: location) {
            var path = location.path
            while path.hasSuffix("/") { path.removeLast() }
            try collect(try folder(names), path, depth: 0, into: &paths)
        } else {
            try collect(location.path, above: [], into: &paths)
        }
        return paths.map { StoredObject(location: ObjectLocation(path: $0)) }
    }

    /// Adds the files at `path`, and what is no file, which fails alone when it is opened.
    ///
    /// - Parameter above: the folders around it, so that a link to one of them ends the walk.
    private func collect(
        _ path: String, above: [FileStatus.Identity], into paths: inout [String]
    ) throws(PipelineError) {
        let status: FileStatus
        do throws(PipelineError) {
            status = try FileStatus(of: path)
        } catch {
            // A link that leads to no file, or an object that has gone.
            guard !above.isEmpty else { throw error }
            return paths.append(path)
        }
        guard status.kind == .folder else { return paths.append(path) }
        guard !above.contains(status.identity) else { return }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        for name in try OpenFolder(following: path).names() {
            try collect(prefix + name, above: above + [status.identity], into: &paths)
        }
    }

    package func version(of location: ObjectLocation) throws(PipelineError) -> ObjectVersion? {
        let status: FileStatus
        if let names = names(inLake: location), let name = names.last {
            guard let present = try folder(names.dropLast()).status(of: name) else {
                throw PipelineError(
                    code: .notFound, location: location.path, reason: "there is no such file")
            }
            status = present
        } else {
            status = try FileStatus(of: location.path)
        }
        return status.kind == .file ? status.version : nil
    }

    package func open(_ object: StoredObject) throws(PipelineError) -> any ObjectBody {
        let file = try file(at: object.location)
        let status = try file.status()
        return FileBody(of: file, status)
    }

    /// Opens a file to be read.
    ///
    /// - Throws: ``PipelineError`` where there is none, or it is no file.
    package func file(at location: ObjectLocation) throws(PipelineError) -> FileDescriptor {
        guard let names = names(inLake: location), let name = names.last else {
            return try FileDescriptor.reading(location.path)
        }
        return try folder(names.dropLast()).file(name)
    }

    // MARK: In a lake

    /// Puts a file at `target`, on the disk, in place of what is there.
    package func place(
        _ file: StagedFile, at target: ObjectLocation, where condition: PlacementCondition
    ) throws(PipelineError) -> ObjectVersion? {
        let (folder, name) = try holder(of: target, making: true)
        return try file.place(in: folder, as: name).version
    }

    /// Puts a file at `target`, on the disk, where nothing is there.
    ///
    /// - Returns: false where something is there; nothing was changed then.
    func placeAnew(
        _ file: StagedFile, at target: ObjectLocation
    ) throws(PipelineError) -> Bool {
        let (folder, name) = try holder(of: target, making: true)
        return try file.placeAnew(in: folder, as: name)
    }

    package func move(
        _ object: StoredObject, to target: ObjectLocation
    ) throws(PipelineError) -> StoredObject {
        let (folder, name) = try holder(of: object.location, making: false)
        guard let status = try folder.check(name, is: .file) else {
            throw PipelineError(
                code: .notFound, location: object.location.path, reason: "there is no such file")
        }
        let (newFolder, newName) = try holder(of: target, making: true)
        // One that was moved before, under the same name, stays as well.
        var copies = 0
        func ending() -> String { copies == 0 ? "" : ".\(copies)" }
        while try newFolder.status(of: newName + ending()) != nil { copies += 1 }
        try folder.rename(name, to: newFolder, as: newName + ending())
        let moved = ObjectLocation(path: target.path + ending())
        guard try newFolder.status(of: newName + ending())?.identity == status.identity else {
            throw .exchanged(moved.path, in: folder.path)
        }
        try newFolder.makePrivate(newName + ending())
        try newFolder.synchronize()
        try folder.synchronize()
        return StoredObject(location: moved)
    }

    package func remove(
        _ location: ObjectLocation, version: ObjectVersion?
    ) throws(PipelineError) -> Bool {
        let (folder, name) = try holder(of: location, making: false)
        if let version, try folder.check(name, is: .file)?.version != version { return false }
        try folder.remove(name)
        try folder.synchronize()
        return true
    }

    /// The names that lead to a location from the lake's folder; nil where it lies elsewhere.
    private func names(inLake location: ObjectLocation) -> [String]? {
        guard let lake, let rest = ObjectLocation(path: lake).name(of: location) else { return nil }
        let names = rest.split(separator: "/").map(String.init)
        return names.contains { $0 == ".." || $0 == "." } ? nil : names
    }

    /// Opens a folder of the lake.
    ///
    /// - Parameter isMaking: whether it is made where there is none: for all to read where data lies, and
    ///   for its owner alone where the name begins with `_`.
    private func folder(
        _ names: some Collection<String>, making isMaking: Bool = false
    ) throws(PipelineError) -> OpenFolder {
        var folder = try OpenFolder(following: lake ?? "")
        let mode: mode_t = names.first?.hasPrefix("_") == true ? 0o700 : 0o755
        for name in names {
            folder =
                if isMaking { try folder.folder(name, making: mode) } else {
                    try folder.folder(name)
                }
        }
        return folder
    }

    /// The folder of the lake that something lies in, and its name there.
    private func holder(
        of location: ObjectLocation, making isMaking: Bool
    ) throws(PipelineError) -> (OpenFolder, String) {
        guard let names = names(inLake: location), let name = names.last else {
            throw PipelineError(
                code: .damagedLake, location: location.path,
                reason: "is no place in the lake, so nothing was written or changed there")
        }
        return (try folder(names.dropLast(), making: isMaking), name)
    }

    /// Folders in folders of a lake; what lies deeper is not looked into, and fails when it is opened.
    private static let depth = 32

    private func collect(
        _ folder: OpenFolder, _ path: String, depth: Int, into paths: inout [String]
    ) throws(PipelineError) {
        for name in try folder.names() {
            let inner = "\(path)/\(name)"
            guard depth < Self.depth, try folder.status(of: name)?.kind == .folder else {
                paths.append(inner)
                continue
            }
            do throws(PipelineError) {
                try collect(try folder.folder(name), inner, depth: depth + 1, into: &paths)
            } catch {
                // Gone meanwhile, as the folder of a job that has ended.
                guard error.code == .notFound else { throw error }
            }
        }
    }
}

/// A file that is being read.
private final class FileBody: ObjectBody {
    let version: ObjectVersion?
    private let reader: ChunkReader

    /// - Parameter status: that of the file before any of it is read, so that what changes meanwhile
    ///   counts as another version.
    init(of file: consuming FileDescriptor, _ status: FileStatus) {
        version = status.kind == .file ? status.version : nil
        reader = ChunkReader(of: file)
    }

    func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        guard let chunk = try reader.next() else { return false }
        try body(chunk)
        return true
    }
}
