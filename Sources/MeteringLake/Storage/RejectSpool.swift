internal import BedrockMetering
internal import Synchronization

/// What a run records of rejected lines in the end, set aside on disk until then: a nameless file,
/// made with the first of them.
final class RejectSpool: Sendable {
    /// The lake, for errors.
    private let location: ObjectLocation
    private let make: @Sendable () throws(PipelineError) -> FileDescriptor
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

    init(
        of location: ObjectLocation,
        making make: @escaping @Sendable () throws(PipelineError) -> FileDescriptor
    ) {
        self.location = location
        self.make = make
    }

    /// - Throws: ``PipelineError`` where the file cannot be made or written.
    func add(_ bytes: [UInt8]) throws(PipelineError) -> Block {
        try state.withLock { state throws(PipelineError) in
            if state.file == nil { state.file = try make() }
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
                    code: .inputOutput, location: "\(location)",
                    reason: "what was set aside of rejected lines cannot be read again")
            }
            return bytes
        }
    }
}
