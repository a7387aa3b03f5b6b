/// Text that is put together before any of it is shown, beyond a megabyte on disk: what it is made from may
/// be held meanwhile, and whoever reads it may be slow.
package final class SpooledText {
    private var pending: [UInt8] = []
    private var file: FileDescriptor?
    private var size = 0

    private static let pieceSize = 1 << 20

    package init() {}

    package func write(_ text: String) throws(PipelineError) {
        pending += text.utf8
        guard pending.count >= Self.pieceSize else { return }
        if file == nil {
            file = try OpenFolder(following: ScratchFolder.temporaryPath).namelessFile()
        }
        let piece = pending
        try piece.span.bytes.withUnsafeBytes { bytes throws(PipelineError) in
            try file?.write(bytes)
        }
        size += piece.count
        pending = []
    }

    /// Hands on all of it, piece by piece.
    package func forEachPiece(
        _ body: ([UInt8]) throws(PipelineError) -> Void
    ) throws(PipelineError) {
        var offset = 0
        while offset < size {
            let count = min(Self.pieceSize, size - offset)
            let piece = try file?.read(from: offset, count: count) ?? []
            guard piece.count == count else {
                throw PipelineError(
                    code: .inputOutput, location: ScratchFolder.temporaryPath,
                    reason: "what was set aside there cannot be read again")
            }
            try body(piece)
            offset += count
        }
        if !pending.isEmpty { try body(pending) }
    }
}
