/// Reads a file from its beginning to its end, a chunk at a time.
///
/// One task at a time has it.
package struct ChunkReader: ~Copyable, @unchecked Sendable {
    private let file: FileDescriptor
    private let memory: UnsafeMutableRawBufferPointer

    private static let chunkSize = 1 << 18

    package init(of file: consuming FileDescriptor) {
        self.file = file
        memory = .allocate(byteCount: Self.chunkSize, alignment: 64)
    }

    deinit {
        memory.deallocate()
    }

    /// The next bytes, valid until the next call; nil at the end.
    package borrowing func next() throws(PipelineError) -> UnsafeRawBufferPointer? {
        let size = try file.read(into: memory)
        return size == 0 ? nil : UnsafeRawBufferPointer(rebasing: memory[..<size])
    }
}
