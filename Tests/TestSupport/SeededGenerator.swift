/// Random numbers that are the same on every run with the same seed: SplitMix64.
///
/// See G. Steele and others, "Fast Splittable Pseudorandom Number Generators", 2014.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Whether something that happens in `percent` of all cases happens now.
    package mutating func happens(percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    /// One of `choices`, which must not be empty.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    /// Where to cut `size` bytes: up to `count` offsets, in order, perhaps with repeats.
    package mutating func cuts(of size: Int, count: Int) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0...size, using: &self) }.sorted()
    }
}

extension Collection {
    /// The parts between `cuts`, which are offsets in order; the parts add up to the whole.
    package func parts(cutAt cuts: [Int]) -> [SubSequence] {
        var parts: [SubSequence] = []
        var rest = self[...]
        var offset = 0
        for cut in cuts {
            parts.append(rest.prefix(cut - offset))
            rest = rest.dropFirst(cut - offset)
            offset = cut
        }
        return parts + [rest]
    }
}
