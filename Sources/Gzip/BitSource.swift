/// The bits of a stream, the lowest of each byte first (RFC 1951, section 3.1.1), of which any number may
/// be there.
///
/// Bits that were read of one piece of input and not taken stay for the next.
struct BitSource {
    /// Bits that were read and not taken, the next one lowest; zeros above ``count``.
    private(set) var bits: UInt64
    private(set) var count: UInt64
    private(set) var next: UnsafeRawPointer
    let end: UnsafeRawPointer

    init(bits: UInt64, count: UInt64, next: UnsafeRawPointer, end: UnsafeRawPointer) {
        self.bits = bits
        self.count = count
        self.next = next
        self.end = end
    }

    /// Whole bytes that were not read.
    var unread: Int { end - next }

    /// Reads bytes until there are 48 bits, or no more input.
    mutating func fill() {
        while count < 48, next < end {
            bits |= UInt64(next.load(as: UInt8.self)) &<< count
            next += 1
            count &+= 8
        }
    }

    /// Whether there are `wanted` bits, 48 at most.
    mutating func has(_ wanted: UInt64) -> Bool {
        if count < wanted { fill() }
        return count >= wanted
    }

    /// The next `size` bits, 32 at most, which have to be there.
    func peek(_ size: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: bits & ((1 &<< size) &- 1))
    }

    mutating func drop(_ size: UInt64) {
        bits &>>= size
        count &-= size
    }

    mutating func take(_ size: UInt64) -> UInt32 {
        defer { drop(size) }
        return peek(size)
    }

    /// Passes the bits up to the next whole byte of the stream.
    mutating func align() {
        drop(count & 7)
    }

    /// Moves whole bytes to the memory from `output` to `end`, no more than `limit`; the stream is at a
    /// whole byte.
    ///
    /// - Returns: how many that were.
    mutating func move(
        upTo limit: Int, to output: inout UnsafeMutableRawPointer, end: UnsafeMutableRawPointer
    ) -> Int {
        let start = output
        let end = min(end, output + limit)
        while count > 0, output < end {
            output.storeBytes(of: UInt8(truncatingIfNeeded: take(8)), as: UInt8.self)
            output += 1
        }
        let size = min(unread, end - output)
        if size > 0 {
            output.copyMemory(from: next, byteCount: size)
            next += size
            output += size
        }
        return output - start
    }

    /// Gives whole bytes back that were read since `start`.
    mutating func giveBack(to start: UnsafeRawPointer) {
        let bytes = min(Int(truncatingIfNeeded: count &>> 3), next - start)
        next -= bytes
        count &-= UInt64(truncatingIfNeeded: bytes) &* 8
        bits &= (1 &<< count) &- 1
    }

    // MARK: Where there is plenty of input

    /// The same bits, read a word at a time; there must be ``Words/slack`` bytes beyond what is taken.
    var words: Words { Words(bits: bits, count: count, next: next) }

    /// Goes on where `words` ended.
    mutating func resume(after words: Words) {
        let start = next
        count = words.count & 63
        bits = words.bits & ((1 &<< count) &- 1)
        next = words.next
        giveBack(to: start)
    }

    struct Words {
        /// Above ``count`` there are the bits that follow, which a refill reads again.
        fileprivate(set) var bits: UInt64
        /// How many bits there are, by its low six bits alone, so that entries of a table can be taken
        /// away whole.
        fileprivate var count: UInt64
        fileprivate(set) var next: UnsafeRawPointer

        /// Makes it 56 bits or more.
        @inline(__always)
        mutating func refill() {
            bits |= UInt64(littleEndian: next.loadUnaligned(as: UInt64.self)) &<< count
            next += Int(truncatingIfNeeded: (count ^ 63) &>> 3 & 7)
            count |= 56
        }

        /// Takes the bits of an entry.
        @inline(__always)
        mutating func drop(_ entry: PrefixTable.Entry) {
            bits &>>= entry.raw
            count &-= entry.raw
        }
    }
}
