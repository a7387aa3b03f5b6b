/// The output so far, as far back as DEFLATE refers to it: 32 KiB (RFC 1951, section 2).
///
/// The latest of it lies in the caller's memory, what came before in a window.
struct History: ~Copyable {
    private static let size = 1 << 15

    /// Holds the last ``count`` bytes before ``start``, at its end.
    private let window: UnsafeMutableRawPointer
    private var count = 0
    /// Where the present piece of output begins.
    private(set) var start: UnsafeMutableRawPointer

    init() {
        window = .allocate(byteCount: Self.size, alignment: 16)
        start = window
    }

    deinit {
        window.deallocate()
    }

    /// Forgets everything, as at the beginning of a stream.
    mutating func clear() {
        count = 0
    }

    /// Begins a piece of output.
    mutating func begin(at start: UnsafeMutableRawPointer) {
        self.start = start
    }

    /// Ends the piece of output, and keeps what may be referred to.
    mutating func end(at end: UnsafeMutableRawPointer) {
        let added = min(end - start, Self.size)
        let kept = min(count, Self.size - added)
        if kept > 0, added > 0 {
            (window + (Self.size - kept - added)).copyMemory(
                from: window + (Self.size - kept), byteCount: kept)
        }
        (window + (Self.size - added)).copyMemory(from: end - added, byteCount: added)
        count = kept + added
    }

    /// Whether there is a byte `distance` back from `position`.
    func reaches(_ distance: Int, back position: UnsafeMutableRawPointer) -> Bool {
        distance <= position - start + count
    }

    /// Writes `length` bytes at `position`, which are those `distance` back.
    func copy(to position: UnsafeMutableRawPointer, length: Int, distance: Int) {
        let missing = distance - (position - start)
        var target = position
        let end = position + length
        if missing > 0 {
            let early = min(length, missing)
            target.copyMemory(from: window + (Self.size - missing), byteCount: early)
            target += early
        }
        // One by one, since the bytes may be among those that are written.
        while target < end {
            target.storeBytes(of: (target - distance).load(as: UInt8.self), as: UInt8.self)
            target += 1
        }
    }
}
