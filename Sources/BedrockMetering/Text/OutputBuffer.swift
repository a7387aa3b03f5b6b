/// Bytes that grow at their end, with room reserved for several writes at once.
struct OutputBuffer: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer {
        didSet { capacity = memory.count }
    }
    /// Bytes of ``memory``: asking that each time costs a call.
    private var capacity = Self.firstSize
    private(set) var count = 0
    private static let firstSize = 1 << 12

    init() {
        memory = .allocate(byteCount: Self.firstSize, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    /// Makes room for `size` bytes more.
    @inline(__always)
    mutating func reserve(_ size: Int) {
        if count &+ size > capacity { grow(size) }
    }

    @inline(never)
    private mutating func grow(_ size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(2 * capacity, count + size), alignment: 16
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
        precondition(count &+ size <= capacity)
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
        ByteScan.copy(text, from: start, to: end, into: memory, of: capacity, at: count)
        count &+= end &- start
    }

    /// Appends a number that is not negative, at most 20 digits; eight bytes more may be overwritten.
    @inline(__always)
    mutating func appendReserved(number: Int64) {
        guard number < 100_000_000 else { return appendReserved(longNumber: number) }
        let digits = DecimalDigits.digits(UInt32(truncatingIfNeeded: number))
        // The highest byte, the last digit, stays whatever it is.
        let zeros = (digits | 1 &<< 56).trailingZeroBitCount & ~7
        let text = (digits | 0x3030_3030_3030_3030) &>> UInt64(truncatingIfNeeded: zeros)
        memory.storeBytes(of: text.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8 &- zeros &>> 3
    }

    @inline(never)
    private mutating func appendReserved(longNumber number: Int64) {
        let (upper, lower) = number.quotientAndRemainder(dividingBy: 100_000_000)
        appendReserved(number: upper)
        let digits = DecimalDigits.digits(UInt32(lower)) | 0x3030_3030_3030_3030
        memory.storeBytes(of: digits.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    /// Where the bytes from `start` on stop being those `distance` before them, or the end.
    @inline(__always)
    func endOfRepeat(from start: Int, distance: Int) -> Int {
        precondition(distance > 0 && distance <= start && count &+ 8 <= capacity)
        var offset = start
        while offset < count {
            let difference = word(at: offset) ^ word(at: offset &- distance)
            if difference != 0 {
                return min(count, offset &+ difference.trailingZeroBitCount &>> 3)
            }
            offset &+= 8
        }
        return count
    }

    /// Eight bytes from `offset`, the first in the lowest bits.
    @inline(__always)
    private func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes so far, with their memory; the buffer is empty afterwards.
    mutating func take() -> TextChunk {
        let chunk = TextChunk(memory, count: count)
        memory = .allocate(byteCount: Self.firstSize, alignment: 16)
        count = 0
        return chunk
    }

    /// Takes back the memory of a chunk that nobody reads any more, to be written anew.
    mutating func reuse(_ chunk: TextChunk) {
        var returned = chunk.release()
        if count == 0, returned.count > capacity { swap(&memory, &returned) }
        returned.deallocate()
    }
}
