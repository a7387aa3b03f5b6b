internal import Foundation

/// Reads an object from its beginning to its end, a chunk at a time.
struct ChunkReader: ~Copyable {
    private let file: FileDescriptor
    private let memory: UnsafeMutableRawBufferPointer

    private static let chunkSize = 1 << 18

    /// - Throws: ``PipelineError`` where the object cannot be opened.
    init(of object: LocalStore.Object) throws(PipelineError) {
        file = try FileDescriptor(opening: object.path, flags: O_RDONLY)
        memory = .allocate(byteCount: Self.chunkSize, alignment: 64)
    }

    deinit {
        memory.deallocate()
    }

    /// The next bytes, valid until the next call; nil at the end.
    borrowing func next() throws(PipelineError) -> UnsafeRawBufferPointer? {
        let size = try file.read(into: memory)
        return size == 0 ? nil : UnsafeRawBufferPointer(rebasing: memory[..<size])
    }
}
