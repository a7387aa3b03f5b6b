package import Foundation

/// A file of the lake that is written under `_staging` and then takes its place in one step, so that
/// readers see the old file or the new one.
///
/// Its name there is chosen by chance, and what is put in place is the file that was written, whatever
/// others put under its name meanwhile.
package final class StagedFile {
    /// What tells this file from any other that is ever written, whatever it holds.
    package let writing = UUID().uuidString
    private let folder: OpenFolder
    private let name: String
    private let file: FileDescriptor
    private var isPlaced = false
    private var running = RunningChecksum()
    /// No pattern by which data is read takes a name that ends so.
    package static let ending = "partial"
    /// Who may read what is no data: its owner alone.
    static let ownerOnly: mode_t = 0o600
    /// Bytes so far.
    package private(set) var size: Int64 = 0

    /// - Parameter mode: who may read it in its place, as the umask says where it is not its owner alone.
    package init(in folder: OpenFolder, mode: mode_t = ownerOnly) throws(PipelineError) {
        let name = ".\(writing).\(Self.ending)"
        file = try folder.newFile(name, mode: mode)
        self.folder = folder
        self.name = name
    }

    deinit {
        if !isPlaced { try? folder.remove(name) }
    }

    /// Where it is until it takes its place.
    package var path: String { folder.path(of: name) }

    package func write(_ bytes: [UInt8]) throws(PipelineError) {
        try bytes.span.bytes.withUnsafeBytes { bytes throws(PipelineError) in
            try write(bytes)
        }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(PipelineError) {
        try file.write(bytes)
        running.add(bytes)
        size += Int64(bytes.count)
    }

    /// The checksum of all bytes so far.
    package var checksum: Checksum { running.finish() }

    /// Puts the file under a name of a folder, on the disk, in place of the file that is there.
    ///
    /// - Returns: what the system tells of it there.
    /// - Throws: ``PipelineError`` with `damagedLake` where something else than a file is there, or
    ///   somebody has exchanged the file for another one.
    @discardableResult
    package func place(in target: OpenFolder, as newName: String) throws(PipelineError)
        -> FileStatus
    {
        try file.synchronize()
        try target.check(newName, is: .file)
        try checkIdentity(of: name, in: folder)
        try folder.rename(name, to: target, as: newName)
        isPlaced = true
        try checkIdentity(of: newName, in: target)
        try target.synchronize()
        return try file.status()
    }

    /// Puts the file under a name of a folder, on the disk, where nothing is there.
    ///
    /// The lake's lock is held, so that on a file system without hard links looking first is enough.
    ///
    /// - Returns: false where a file is there; nothing was changed then.
    func placeAnew(in target: OpenFolder, as newName: String) throws(PipelineError) -> Bool {
        try file.synchronize()
        if try target.check(newName, is: .file) != nil { return false }
        try checkIdentity(of: name, in: folder)
        switch folder.link(name, to: target, as: newName) {
        case 0: break
        case EEXIST: return false
        case EPERM, ENOTSUP, EOPNOTSUPP, EMLINK, EACCES:
            try place(in: target, as: newName)
            return true
        case let number:
            errno = number
            throw FileDescriptor.failure(target.path(of: newName))
        }
        try checkIdentity(of: newName, in: target)
        try target.synchronize()
        return true
    }

    /// Makes sure that a name is this file's.
    private func checkIdentity(
        of name: String, in folder: OpenFolder
    ) throws(PipelineError) {
        guard try folder.status(of: name)?.identity == file.status().identity else {
            throw .exchanged(folder.path(of: name), in: folder.path)
        }
    }
}
