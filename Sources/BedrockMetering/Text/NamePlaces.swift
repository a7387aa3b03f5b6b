/// Where names were written last in a chunk of text, by a hash of their bytes.
///
/// Names with one hash push each other out, so that what is found need not be the name.
struct NamePlaces: ~Copyable {
    /// By the kind of the name and the hash.
    private let places: UnsafeMutableBufferPointer<Int>
    private static let slotBits = 9
    private static let slotMask = 1 << slotBits - 1

    init(kinds: Int) {
        places = .allocate(capacity: kinds << Self.slotBits)
        places.initialize(repeating: TextPlace.none)
    }

    deinit {
        places.deallocate()
    }

    func removeAll() {
        places.update(repeating: TextPlace.none)
    }

    /// Notes that a name of some kind was written to `place`, and returns where one with its hash was
    /// written before.
    @inline(__always)
    func replace(_ name: PaddedText, kind: Int, with place: Int) -> Int {
        let slot = kind &<< Self.slotBits | Self.hash(name) & Self.slotMask
        precondition(slot < places.count)
        defer { places[slot] = place }
        return places[slot]
    }

    /// A hash of the size, the first word and the last one.
    ///
    /// It has no secret, since what is written depends on it; names that collide only cost room.
    @inline(__always)
    private static func hash(_ name: PaddedText) -> Int {
        let text = name.text.bytes
        let (start, size) = (name.start, name.size)
        ByteScan.checkPadding(of: text, from: start, to: start &+ size)
        var word = text.uncheckedWord(at: start)
        if size < 8 {
            word &= (1 &<< UInt64(truncatingIfNeeded: 8 &* size)) &- 1
        } else {
            word = word &* 31 &+ text.uncheckedWord(at: start &+ size &- 8)
        }
        let number = word ^ UInt64(truncatingIfNeeded: size) ^ 0xa076_1d64_78bd_642f
        let product = number.multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }
}

/// Places in a chunk of text.
enum TextPlace {
    /// So far before the text that no repeat reaches it.
    static let none = -1 << 32
}
