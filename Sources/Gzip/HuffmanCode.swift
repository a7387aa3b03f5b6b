/// A prefix code for symbols that occur with given frequencies, canonical as in RFC 1951,
/// section 3.2.2, no code longer than a limit.
///
/// It is always complete, and so has at least two codes: where fewer symbols occur, others get a code
/// that is never used. Some decoders refuse anything else.
struct HuffmanCode {
    /// Bits of each symbol's code, 0 for a symbol that has none.
    private(set) var lengths: [UInt8]
    /// The codes, the first bit lowest, as they are written (section 3.1.1).
    private(set) var codes: [UInt16]

    /// - Parameter maximumLength: enough for all symbols, at most 15.
    /// - Complexity: O(n log n).
    init(frequencies: some Collection<UInt32>, maximumLength: Int) {
        precondition(frequencies.count > 1 && frequencies.count <= 1 << maximumLength)
        // The frequency in the high bits, so that the order is one of frequency, then of symbols.
        var leaves: [UInt64] = []
        for (symbol, frequency) in frequencies.enumerated() where frequency > 0 {
            leaves.append(UInt64(frequency) << 16 | UInt64(symbol))
        }
        for (symbol, frequency) in frequencies.enumerated()
        where frequency == 0 && leaves.count < 2 {
            leaves.append(1 << 16 | UInt64(symbol))
        }
        leaves.sort()
        var counts = Self.countsByLength(weights: leaves.map { $0 >> 16 })
        Self.limit(&counts, to: maximumLength)

        lengths = [UInt8](repeating: 0, count: frequencies.count)
        var rest = leaves[...]
        for length in stride(from: counts.count - 1, through: 1, by: -1) {
            for leaf in rest.prefix(counts[length]) { lengths[Int(leaf & 0xffff)] = UInt8(length) }
            rest = rest.dropFirst(counts[length])
        }
        codes = Self.canonicalCodes(lengths: lengths, counts: counts)
    }

    /// How many codes of each length Huffman's algorithm gives `weights`, which are in order.
    private static func countsByLength(weights: [UInt64]) -> [Int] {
        let leafCount = weights.count
        let root = 2 * leafCount - 2
        // Leaves first, then the nodes above them; these also come to be in the order of weights.
        var weights = weights
        var parents = [Int](repeating: root, count: root + 1)
        var nextLeaf = 0
        var nextNode = leafCount
        for node in leafCount...root {
            var weight: UInt64 = 0
            for _ in 0..<2 {
                let child: Int
                if nextNode < node
                    && (nextLeaf == leafCount || weights[nextNode] < weights[nextLeaf])
                {
                    child = nextNode
                    nextNode += 1
                } else {
                    child = nextLeaf
                    nextLeaf += 1
                }
                parents[child] = node
                weight += weights[child]
            }
            weights.append(weight)
        }
        var depths = [Int](repeating: 0, count: root + 1)
        var counts = [Int](repeating: 0, count: leafCount)
        for node in stride(from: root - 1, through: 0, by: -1) {
            depths[node] = depths[parents[node]] + 1
            if node < leafCount { counts[depths[node]] += 1 }
        }
        return counts
    }

    /// Moves codes that are too long up, and makes others longer until there is room for them.
    private static func limit(_ counts: inout [Int], to maximumLength: Int) {
        guard counts.count > maximumLength + 1 else { return }
        counts[maximumLength] += counts[(maximumLength + 1)...].reduce(0, +)
        counts.removeSubrange((maximumLength + 1)...)
        // What the codes take of all that are possible, in units of the longest (Kraft's sum).
        var taken = 0
        for length in 1...maximumLength { taken += counts[length] << (maximumLength - length) }
        while taken > 1 << maximumLength {
            // One of the longest joins a shorter one, whose place becomes two.
            var length = maximumLength - 1
            while counts[length] == 0 { length -= 1 }
            counts[length] -= 1
            counts[length + 1] += 2
            counts[maximumLength] -= 1
            taken -= 1
        }
    }

    private static func canonicalCodes(lengths: [UInt8], counts: [Int]) -> [UInt16] {
        var next = [UInt16](repeating: 0, count: counts.count)
        for length in stride(from: 2, to: counts.count, by: 1) {
            next[length] = (next[length - 1] + UInt16(counts[length - 1])) << 1
        }
        return lengths.map { length in
            guard length > 0 else { return 0 }
            let code = next[Int(length)]
            next[Int(length)] = code &+ 1
            return code.reversedCode(size: Int(length))
        }
    }
}

extension UInt16 {
    /// The bits of a code, whose first one is the highest, as they are written: the first one lowest
    /// (RFC 1951, section 3.1.1).
    func reversedCode(size: Int) -> UInt16 {
        var value = self
        value = (value & 0x5555) << 1 | value >> 1 & 0x5555
        value = (value & 0x3333) << 2 | value >> 2 & 0x3333
        value = (value & 0x0f0f) << 4 | value >> 4 & 0x0f0f
        return value.byteSwapped >> (16 - UInt16(size))
    }
}
