/// Memory that grows at its end and is used again for the next page.
final class OutputBuffer {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private(set) var count = 0

    deinit {
        memory.deallocate()
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    func clear() {
        count = 0
    }

    /// Room for at least `size` bytes after those that are there; valid until the next call.
    func room(_ size: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count - count < size {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(count + size, memory.count * 2),
                alignment: 16
            )
            larger.copyMemory(from: bytes)
            memory.deallocate()
            memory = larger
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    }

    /// Keeps the first `size` bytes of what ``room(_:)`` gave.
    func grow(by size: Int) {
        precondition(size <= memory.count - count)
        count += size
    }

    func append(_ byte: UInt8) {
        room(1)[0] = byte
        count += 1
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        room(bytes.count).copyMemory(from: bytes)
        count += bytes.count
    }

    func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        append(UnsafeRawBufferPointer(rebasing: bytes))
    }

    /// Four bytes, the least significant first.
    func append(length: Int) {
        room(4).storeBytes(of: UInt32(length).littleEndian, as: UInt32.self)
        count += 4
    }

    /// Replaces four bytes that were appended before.
    func set(length: Int, at offset: Int) {
        precondition(offset + 4 <= count)
        memory.storeBytes(of: UInt32(length).littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    func set(_ byte: UInt8, at offset: Int) {
        precondition(offset < count)
        memory[offset] = byte
    }

    /// ULEB128.
    func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}
