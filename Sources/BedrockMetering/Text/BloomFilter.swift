/// A Bloom filter of one bit a hash: it tells quickly that a hash is none of those that were put in, for nearly all
/// that are not. It is small enough for the cache when a table of the same records would not be.
struct BloomFilter {
    private var words: [UInt64]
    private let mask: UInt64

    /// - Parameter count: how many hashes will be put in.
    init(expecting count: Int) {
        // At least 16 places a hash.
        var size = 1
        while size * 4 < count { size *= 2 }
        words = [UInt64](repeating: 0, count: size)
        mask = UInt64(size) * 64 - 1
    }

    mutating func insert(_ hash: UInt64) {
        let place = hash & mask
        words[Int(truncatingIfNeeded: place >> 6)] |= 1 << (place & 63)
    }

    @inline(__always)
    func mayHold(_ hash: UInt64) -> Bool {
        let place = hash & mask
        return words[Int(truncatingIfNeeded: place >> 6)] >> (place & 63) & 1 == 1
    }
}
