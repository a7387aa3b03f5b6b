package import Gzip

/// Text that was written, the repeats in it, and the memory that it lies in.
///
/// It never changes, so that any thread may read it; the memory can be written anew once nobody reads
/// it any more, by giving it back to where it came from.
package final class TextChunk: @unchecked Sendable {
    private var memory: UnsafeMutableRawBufferPointer
    private let count: Int
    /// What in the text repeats something before it, as far as whoever wrote it knows.
    package internal(set) var repeats: [Repeat] = []

    init(_ memory: UnsafeMutableRawBufferPointer, count: Int) {
        self.memory = memory
        self.count = count
    }

    deinit {
        memory.deallocate()
    }

    /// Calls `body` with the text, which is valid until it returns.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeRawBufferPointer(rebasing: memory[..<count])) }
    }

    /// Hands over the memory; the chunk is empty afterwards.
    consuming func release() -> UnsafeMutableRawBufferPointer {
        defer { memory = UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return memory
    }
}
