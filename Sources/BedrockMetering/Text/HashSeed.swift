/// Secret numbers that hashes depend on, so that nobody can choose names, ids or counts that collide.
///
/// Each round multiplies two words that secrets have been put into and folds the product, as wyhash does; so
/// what collides under one seed does not under another. No output may depend on a hash: what comes out of a
/// table is sorted, or in the order of its arrival.
struct HashSeed: Sendable {
    private let state: UInt64
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64

    /// The seed of this process.
    static let process: HashSeed = {
        var generator = SystemRandomNumberGenerator()
        return HashSeed(using: &generator)
    }()

    init(using generator: inout some RandomNumberGenerator) {
        state = generator.next()
        first = generator.next()
        second = generator.next()
        third = generator.next()
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// A hash of `size` bytes from `start`, which have ``ByteScan/padding`` after them.
    @inline(__always)
    func hash(_ text: RawSpan, from start: Int, size: Int) -> UInt64 {
        var hash = state
        var offset = start
        var rest = size
        while rest >= 16 {
            hash = add(text.word(at: offset), text.word(at: offset &+ 8), to: hash)
            offset &+= 16
            rest &-= 16
        }
        if rest > 8 {
            let tail = text.word(at: offset &+ 8) &<< UInt64(truncatingIfNeeded: 128 &- 8 &* rest)
            hash = add(text.word(at: offset), tail, to: hash)
        } else if rest > 0 {
            let tail = text.word(at: offset) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
            hash = add(tail, 0, to: hash)
        }
        return finish(hash, UInt64(truncatingIfNeeded: size))
    }

    /// A hash of three words.
    @inline(__always)
    func hash(_ one: UInt64, _ two: UInt64, _ three: UInt64) -> UInt64 {
        finish(add(one, two, to: state), three)
    }

    /// A hash of pairs of words.
    @inline(__always)
    func hash(_ pairs: (UInt64, UInt64)...) -> UInt64 {
        finish(pairs.reduce(state) { add($1.0, $1.1, to: $0) }, 0)
    }

    @inline(__always)
    private func add(_ one: UInt64, _ two: UInt64, to hash: UInt64) -> UInt64 {
        Self.fold(one ^ first, two ^ hash)
    }

    @inline(__always)
    private func finish(_ hash: UInt64, _ last: UInt64) -> UInt64 {
        Self.fold(hash ^ second, last ^ third)
    }
}
