/// Bytes between two layers: appended at the back, dropped from the front.
final class ByteQueue {
    private var storage: UnsafeMutableRawBufferPointer
    private var start = 0
    var count = 0

    init(capacity: Int) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        storage.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[start..<start + count])
    }

    /// The whole memory, for an empty queue to be filled from its front.
    func emptied() -> UnsafeMutableRawBufferPointer {
        start = 0
        count = 0
        return storage
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        let needed = count + bytes.count
        if start + needed > storage.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(needed, storage.count),
                alignment: 16
            )
            larger.copyMemory(from: self.bytes)
            storage.deallocate()
            storage = larger
            start = 0
        }
        UnsafeMutableRawBufferPointer(rebasing: storage[(start + count)..<(start + needed)])
            .copyMemory(from: bytes)
        count = needed
    }

    func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        append(UnsafeRawBufferPointer(rebasing: bytes))
    }

    func drop(_ dropped: Int) {
        start += dropped
        count -= dropped
    }

    /// Moves as much as fits to the front of `output`; returns how many bytes that was.
    func move(into output: UnsafeMutableRawBufferPointer) -> Int {
        let moved = min(count, output.count)
        guard moved > 0 else { return 0 }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(moved)))
        drop(moved)
        return moved
    }
}
