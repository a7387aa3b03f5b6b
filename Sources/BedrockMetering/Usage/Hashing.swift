/// A fast hash of words, for tables that check what they find.
enum Hashing {
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }

    /// A hash of `size` bytes from `start`, which have ``ByteScan/padding`` after them.
    @inline(__always)
    static func hash(_ text: RawSpan, from start: Int, size: Int, seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: size) &* 0x9e37_79b9_7f4a_7c15
        var offset = 0
        while offset &+ 8 <= size {
            hash = mix(hash ^ text.word(at: start &+ offset))
            offset &+= 8
        }
        if offset < size {
            let tail = text.word(at: start &+ offset) << UInt64(64 &- 8 &* (size &- offset))
            hash = mix(hash ^ tail)
        }
        return hash
    }
}
