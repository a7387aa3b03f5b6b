/// Bits that are packed into bytes from the lowest one up (RFC 1951, section 3.1.1).
struct BitWriter: ~Copyable {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var count = 0
    /// Bits that are not in memory yet.
    private var bits: UInt64 = 0
    private var bitCount: UInt64 = 0

    deinit {
        memory.deallocate()
    }

    /// The whole bytes so far, in memory that is valid until the next write.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func removeAll() {
        count = 0
        bits = 0
        bitCount = 0
    }

    /// Makes room for `size` bytes more.
    mutating func reserve(_ size: Int) {
        // A store is of eight bytes, whatever it holds.
        let needed = count + size + 16
        guard needed > memory.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(needed, 2 * memory.count), alignment: 16
        )
        larger.copyMemory(from: bytes)
        memory.deallocate()
        memory = larger
    }

    /// Adds `size` bits, which are followed by zeros in `value`; at most 56 between two flushes.
    @inline(__always)
    mutating func add(_ value: UInt64, _ size: UInt64) {
        bits |= value &<< bitCount
        bitCount &+= size
    }

    /// Stores the whole bytes, so that fewer than eight bits are left.
    @inline(__always)
    mutating func flush() {
        precondition(count &+ 8 <= memory.count, "too little was reserved")
        memory.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= Int(truncatingIfNeeded: bitCount &>> 3)
        bits = bits &>> (bitCount & ~7)
        bitCount &= 7
    }

    /// Writes bytes by their codes, none of which is longer than 14 bits.
    @inline(__always)
    mutating func write(_ text: UnsafeRawBufferPointer, _ codes: UnsafeBufferPointer<BitString>) {
        // Kept out of memory, which would make every code wait for the one before it.
        var (bits, bitCount, count) = (bits, bitCount, count)
        @inline(__always)
        func add(_ byte: UInt8) {
            let code = codes[Int(byte)]
            bits |= code.bits &<< bitCount
            bitCount &+= code.count
        }
        @inline(__always)
        func flush() {
            precondition(count &+ 8 <= memory.count, "too little was reserved")
            memory.storeBytes(of: bits.littleEndian, toByteOffset: count, as: UInt64.self)
            count &+= Int(truncatingIfNeeded: bitCount &>> 3)
            bits = bits &>> (bitCount & ~7)
            bitCount &= 7
        }
        var offset = 0
        while offset &+ 4 <= text.count {
            add(text[offset])
            add(text[offset &+ 1])
            add(text[offset &+ 2])
            add(text[offset &+ 3])
            flush()
            offset &+= 4
        }
        while offset < text.count {
            add(text[offset])
            offset &+= 1
        }
        flush()
        (self.bits, self.bitCount, self.count) = (bits, bitCount, count)
    }

    mutating func write(_ value: some FixedWidthInteger, _ size: Int) {
        add(UInt64(truncatingIfNeeded: value), UInt64(size))
        flush()
    }

    /// Fills the last byte with zeros.
    mutating func alignToByte() {
        if bitCount > 0 { write(0, 8 - Int(bitCount)) }
    }
}
