/// Bytes that grow at their end, with room reserved for several writes at once.
struct OutputBuffer: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    /// Memory of earlier chunks.
    private var spare: [UnsafeMutableRawBufferPointer] = []

    init() {
        memory = .allocate(byteCount: 1 << 12, alignment: 16)
    }

    deinit {
        memory.deallocate()
        for memory in spare { memory.deallocate() }
    }

    /// Makes room for `size` bytes more.
    @inline(__always)
    mutating func reserve(_ size: Int) {
        if count &+ size > memory.count { grow(size) }
    }

    @inline(never)
    private mutating func grow(_ size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(2 * memory.count, count + size), alignment: 16
        )
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }

    /// The reserved memory after what has been written.
    @inline(__always)
    var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    }

    /// Counts in what was written to ``room``.
    @inline(__always)
    mutating func append(count size: Int) {
        precondition(count &+ size <= memory.count)
        count &+= size
    }

    @inline(__always)
    mutating func appendReserved(_ byte: UInt8) {
        memory[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func appendReserved(_ text: StaticString) {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        room.copyMemory(from: bytes)
        count &+= bytes.count
    }

    /// Copies `start..<end`, whose padding may be read and overwritten.
    @inline(__always)
    mutating func appendReserved(_ text: RawSpan, from start: Int, to end: Int) {
        ByteScan.copy(text, from: start, to: end, into: memory, at: count)
        count &+= end &- start
    }

    /// Appends a number that is not negative, at most 20 digits.
    @inline(__always)
    mutating func appendReserved(number: Int64) {
        var rest = UInt64(bitPattern: number)
        if rest < 10 { return appendReserved(0x30 &+ UInt8(truncatingIfNeeded: rest)) }
        var digits = 1
        var bound: UInt64 = 10
        while rest >= bound {
            digits &+= 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var offset = count &+ digits
        count = offset
        precondition(offset <= memory.count)
        while rest > 0 {
            offset &-= 1
            memory[offset] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// The bytes so far, with their memory; the buffer is empty afterwards and goes on in another
    /// memory of that size.
    mutating func take() -> TextChunk {
        let chunk = TextChunk(memory, count: count)
        memory = spare.popLast() ?? .allocate(byteCount: memory.count, alignment: 16)
        count = 0
        return chunk
    }

    /// Takes back the memory of a chunk that nobody reads any more, to be written anew.
    mutating func reuse(_ chunk: TextChunk) {
        spare.append(chunk.release())
    }
}
