/// A place in a text, in 32 bits each way.
struct TextSlice {
    var start: UInt32 = 0
    var size: UInt32 = 0

    init() {}

    @inline(__always)
    init(from start: Int, to end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        size = UInt32(truncatingIfNeeded: end &- start)
    }

    var isEmpty: Bool { size == 0 }
    var range: Range<Int> { Int(start)..<Int(start) + Int(size) }
}
