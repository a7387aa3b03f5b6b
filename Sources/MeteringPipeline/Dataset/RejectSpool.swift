internal import BedrockMetering
internal import Foundation
internal import Synchronization

/// What a run records of rejected lines in the end, set aside on disk until then: a nameless file under
/// `_staging`, made with the first of them.
final class RejectSpool: Sendable {
    private let folder: String
    private let state = Mutex(State())

    private struct State: ~Copyable {
        var file: FileDescriptor?
        var size = 0
    }

    /// Where some rejects of one object lie in the file.
    struct Block {
        let offset: Int
        let size: Int
    }

    init(in folder: String) {
        self.folder = folder
    }

    /// - Throws: ``PipelineError`` where the file cannot be made or written.
    func add(_ bytes: [UInt8]) throws(PipelineError) -> Block {
        try state.withLock { state throws(PipelineError) in
            if state.file == nil { state.file = try Self.file(in: folder) }
            try bytes.span.bytes.withUnsafeBytes { bytes throws(PipelineError) in
                try state.file?.write(bytes)
            }
            defer { state.size += bytes.count }
            return Block(offset: state.size, size: bytes.count)
        }
    }

    /// - Throws: ``PipelineError`` where the file cannot be read.
    func read(_ block: Block) throws(PipelineError) -> [UInt8] {
        try state.withLock { state throws(PipelineError) in
            let bytes = try state.file?.read(from: block.offset, count: block.size) ?? []
            guard bytes.count == block.size else {
                throw PipelineError(
                    code: .inputOutput, location: folder,
                    reason: "what was set aside of rejected lines cannot be read again")
            }
            return bytes
        }
    }

    private static func file(in folder: String) throws(PipelineError) -> FileDescriptor {
        try Folder.create(folder)
        let path = "\(folder)/rejects-\(UUID().uuidString).\(StagedFile.ending)"
        let file = try FileDescriptor(
            opening: path, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        unlink(path)
        return file
    }
}
