/// A stretch of a text that says again what the text said `distance` bytes before: the pointer of
/// RFC 1951, section 2.
@usableFromInline
package struct Repeat: Sendable, Hashable {
    /// Where the stretch begins, in bytes from the start of the text.
    @usableFromInline package let position: UInt32
    /// 3 to 258 bytes.
    @usableFromInline package let length: UInt16
    /// How far back the same bytes are, 1 to 32,768; less than the length where they overlap.
    @usableFromInline package let distance: UInt16

    @inlinable package static var lengths: ClosedRange<Int> { 3...258 }
    /// The farthest that a repeat reaches back.
    @inlinable package static var window: Int { 1 << 15 }

    @inlinable
    package init(position: Int, length: Int, distance: Int) {
        self.position = UInt32(position)
        self.length = UInt16(length)
        self.distance = UInt16(distance)
    }

    /// Where the stretch ends.
    @inline(__always)
    var end: Int { Int(position) &+ Int(length) }

    /// Whether it may stand in a text from `start` on, whatever the text says.
    @inline(__always)
    func isSound(from start: Int, to end: Int) -> Bool {
        Int(position) >= start && self.end <= end && Self.lengths.contains(Int(length))
            && distance > 0 && Int(distance) <= Self.window && distance <= position
    }

    /// The symbol of the length, and the extra bits after its code (RFC 1951, section 3.2.5).
    @inline(__always)
    static func symbol(ofLength length: Int) -> (symbol: Int, extra: Int, extraCount: Int) {
        if length == 258 { return (285, 0, 0) }
        // From eight on, each power of two is split into four symbols.
        let value = length &- 3
        let count = max(0, Int.bitWidth &- value.leadingZeroBitCount &- 3)
        return (257 &+ 4 &* count &+ value &>> count, value & ((1 &<< count) &- 1), count)
    }

    /// The symbol of the distance, and the extra bits after its code (RFC 1951, section 3.2.5).
    @inline(__always)
    static func symbol(ofDistance distance: Int) -> (symbol: Int, extra: Int, extraCount: Int) {
        // From four on, each power of two is split into two symbols.
        let value = distance &- 1
        let count = max(0, Int.bitWidth &- value.leadingZeroBitCount &- 2)
        return (2 &* count &+ value &>> count, value & ((1 &<< count) &- 1), count)
    }
}
