internal import Foundation

/// A file of the lake that is written under `_staging` and then takes its place in one step, so that
/// readers see the old file or the new one.
final class StagedFile {
    /// Where it is until it takes its place.
    let path: String
    /// What tells this file from any other that is ever written, whatever it holds.
    let writing = UUID().uuidString
    private let file: FileDescriptor
    private var isPlaced = false
    private var running = RunningChecksum()
    /// No pattern by which data is read takes a name that ends so.
    static let ending = "partial"
    /// Bytes so far.
    private(set) var size: Int64 = 0

    /// - Parameters:
    ///   - name: the name that it will have; under `_staging` it ends in ``ending`` alone. A file that an
    ///     interrupted run has left there is lost.
    ///   - mode: who may read it, on disk, where there is none of that name.
    init(named name: String, in lake: Lake, mode: mode_t = 0o644) throws(PipelineError) {
        try Folder.create(lake.stagingFolder)
        let path = "\(lake.stagingFolder)/\(PlainName.hidden(name, ending: Self.ending))"
        let file = try FileDescriptor(
            opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        self.path = path
        self.file = file
    }

    deinit {
        if !isPlaced { unlink(path) }
    }

    func write(_ bytes: [UInt8]) throws(PipelineError) {
        try bytes.span.bytes.withUnsafeBytes { bytes throws(PipelineError) in
            try write(bytes)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(PipelineError) {
        try file.write(bytes)
        running.add(bytes)
        size += Int64(bytes.count)
    }

    /// The checksum of all bytes so far.
    var checksum: Checksum { running.finish() }

    /// Puts the file at `target`, on the disk, in place of what is there.
    func place(at target: String) throws(PipelineError) {
        try file.synchronize()
        let folder = Folder.parent(of: target)
        try Folder.create(folder)
        guard rename(path, target) == 0 else { throw FileDescriptor.failure(target) }
        isPlaced = true
        try Folder.synchronize(folder)
    }

    /// Puts the file at `target`, on the disk, where nothing is there.
    ///
    /// The lake's lock is held, so that on a file system without hard links looking first is enough.
    ///
    /// - Returns: false where something is there; nothing was changed then.
    func placeAnew(at target: String) throws(PipelineError) -> Bool {
        try file.synchronize()
        let folder = Folder.parent(of: target)
        try Folder.create(folder)
        if link(path, target) != 0 {
            switch errno {
            case EEXIST: return false
            case EPERM, ENOTSUP, EOPNOTSUPP, EMLINK, EACCES:
                if FileStatus.exists(target) { return false }
                try place(at: target)
                return true
            default: throw FileDescriptor.failure(target)
            }
        }
        try Folder.synchronize(folder)
        return true
    }
}
