internal import Foundation

/// Objects on a file system.
struct LocalStore: ObjectStore {
    /// The objects at `location`: the file itself, or all files under the folder, in the order of their
    /// paths' bytes.
    ///
    /// - Throws: ``PipelineError`` where there is nothing, or a folder cannot be read.
    func objects(at location: ObjectLocation) throws(PipelineError) -> [StoredObject] {
        var paths: [String] = []
        try collect(location.path, above: [], into: &paths)
        return paths.map { StoredObject(location: ObjectLocation(path: $0)) }
    }

    /// Adds the files at `path`.
    ///
    /// - Parameter above: the folders around it, so that a link to one of them ends the walk.
    private func collect(
        _ path: String, above: [FileStatus.Identity], into paths: inout [String]
    ) throws(PipelineError) {
        let status: FileStatus
        do throws(PipelineError) {
            status = try FileStatus(of: path)
        } catch {
            // A link that leads to no file, or an object that has gone, fails alone when it is opened.
            guard !above.isEmpty else { throw error }
            return paths.append(path)
        }
        switch status.kind {
        case .file: paths.append(path)
        case .other:
            // Pipes, such as a shell's <(zcat x), are read where they are named, not where found.
            if above.isEmpty { paths.append(path) }
        case .folder:
            guard !above.contains(status.identity) else { return }
            let prefix = path.hasSuffix("/") ? path : path + "/"
            for name in try Self.names(in: path) {
                try collect(prefix + name, above: above + [status.identity], into: &paths)
            }
        }
    }

    /// The names in a folder, in the order of their bytes.
    static func names(in folder: String) throws(PipelineError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw PipelineError(
                code: .inputOutput, location: folder, reason: "the folder cannot be read"
            )
        }
    }

    func version(of location: ObjectLocation) throws(PipelineError) -> ObjectVersion? {
        let status = try FileStatus(of: location.path)
        return status.kind == .file ? status.version : nil
    }

    func open(_ object: StoredObject) throws(PipelineError) -> any ObjectBody {
        try FileBody(path: object.location.path)
    }

    /// Puts a file at `target`, on the disk, in place of what is there.
    func place(
        _ file: StagedFile, at target: ObjectLocation, where condition: PlacementCondition
    ) throws(PipelineError) -> ObjectVersion? {
        try file.place(at: target.path)
        return try FileStatus(of: target.path).version
    }

    func move(
        _ object: StoredObject, to target: ObjectLocation
    ) throws(PipelineError) -> StoredObject {
        let path = object.location.path
        // One that was moved before, under the same name, stays as well.
        var free = target.path
        var copies = 0
        while FileStatus.exists(free) {
            copies += 1
            free = "\(target.path).\(copies)"
        }
        try Folder.create(Folder.parent(of: free))
        guard rename(path, free) == 0 else { throw FileDescriptor.failure(path) }
        try Folder.synchronize(Folder.parent(of: path))
        return StoredObject(location: ObjectLocation(path: free))
    }

    /// Takes a file away, whatever it is: the lake's lock keeps others from changing it.
    func remove(
        _ location: ObjectLocation, version: ObjectVersion?
    ) throws(PipelineError) -> Bool {
        guard unlink(location.path) == 0 else { throw FileDescriptor.failure(location.path) }
        try Folder.synchronize(Folder.parent(of: location.path))
        return true
    }
}

/// A file that is being read.
private final class FileBody: ObjectBody {
    let version: ObjectVersion?
    private let reader: ChunkReader

    init(path: String) throws(PipelineError) {
        // Told first, so that what changes while it is read counts as another version.
        let status = try? FileStatus(of: path)
        version = status?.kind == .file ? status?.version : nil
        reader = try ChunkReader(ofFileAt: path)
    }

    func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        guard let chunk = try reader.next() else { return false }
        try body(chunk)
        return true
    }
}
