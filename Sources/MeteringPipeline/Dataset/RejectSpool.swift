internal import BedrockMetering
internal import Synchronization

/// What a run records of rejected lines in the end, set aside on disk until then: a nameless file under
/// `_staging`, made with the first of them.
final class RejectSpool: Sendable {
    private let lake: Lake
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

    init(in lake: Lake) {
        self.lake = lake
    }

    /// - Throws: ``PipelineError`` where the file cannot be made or written.
    func add(_ bytes: [UInt8]) throws(PipelineError) -> Block {
        try state.withLock { state throws(PipelineError) in
            if state.file == nil { state.file = try lake.scratch(.staging).namelessFile() }
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
                    code: .inputOutput, location: "\(lake.root)",
                    reason: "what was set aside of rejected lines cannot be read again")
            }
            return bytes
        }
    }
}
