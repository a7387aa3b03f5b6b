/// A table that decodes the codes of a DEFLATE block: literals and lengths, or distances (RFC 1951,
/// sections 3.2.2 and 3.2.5).
///
/// It is indexed by the next bits of the stream. Codes that are longer than the index lead on to another
/// part of the table, which is indexed by the bits that follow.
struct PrefixTable: ~Copyable {
    /// What the next bits stand for.
    ///
    /// Bits 0 to 5 tell how many bits the code and its extra bits have; bits 8 to 11 how many the code
    /// alone, or the second index. Bits 16 to 31 hold a literal, the base of a length or of a distance, or
    /// where the second part begins.
    struct Entry {
        let raw: UInt64

        @inline(__always)
        init(_ raw: UInt32) {
            self.raw = UInt64(raw)
        }

        static let literal: UInt32 = 1 << 15
        /// Neither a literal nor a length nor a distance; alone, what no code stands for.
        static let special: UInt32 = 1 << 14
        static let link: UInt32 = 1 << 13
        static let endOfBlock: UInt32 = 1 << 12

        var isLiteral: Bool { raw & UInt64(Self.literal) != 0 }
        var isSpecial: Bool { raw & UInt64(Self.special) != 0 }
        var isLink: Bool { raw & UInt64(Self.link) != 0 }
        var isEndOfBlock: Bool { raw & UInt64(Self.endOfBlock) != 0 }

        /// Bits of the code and of its extra bits.
        var size: UInt64 { raw & 63 }
        /// Bits of the code, or of the second index.
        var codeSize: UInt64 { raw &>> 8 & 15 }
        /// The literal, or the base of a length or of a distance.
        var value: Int { Int(truncatingIfNeeded: raw &>> 16) }

        /// The length or the distance, with the extra bits that follow the code in `bits`.
        @inline(__always)
        func value(with bits: UInt64) -> Int {
            let extra = (bits & ((1 &<< size) &- 1)) &>> codeSize
            return value &+ Int(truncatingIfNeeded: extra)
        }
    }

    /// Bits of the first index.
    let indexSize: UInt64
    private let entries: UnsafeMutablePointer<UInt32>
    private let capacity: Int

    /// - Parameter capacity: enough entries for any sound code.
    init(indexSize: UInt64, capacity: Int) {
        self.indexSize = indexSize
        self.capacity = capacity
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry.special, count: capacity)
    }

    deinit {
        entries.deallocate()
    }

    /// The table as the loop over symbols has it.
    @inline(__always)
    var lookup: Lookup {
        Lookup(entries: entries, indexSize: indexSize, mask: (1 &<< indexSize) &- 1)
    }

    struct Lookup {
        fileprivate let entries: UnsafeMutablePointer<UInt32>
        fileprivate let indexSize: UInt64
        fileprivate let mask: UInt64

        /// The entry of the first index.
        @inline(__always)
        subscript(bits: UInt64) -> Entry {
            Entry(entries[Int(truncatingIfNeeded: bits & mask)])
        }

        /// The entry that a link leads to.
        @inline(__always)
        func second(_ link: Entry, for bits: UInt64) -> Entry {
            let index = bits &>> indexSize & ((1 &<< link.codeSize) &- 1)
            return Entry(entries[link.value &+ Int(truncatingIfNeeded: index)])
        }
    }

    func entry(for bits: UInt64) -> Entry {
        let entry = lookup[bits]
        return entry.isLink ? lookup.second(entry, for: bits) : entry
    }

    // MARK: Making the table

    private static let longestCode = 15

    /// Makes the table of the code with these lengths, 0 for symbols that have none.
    ///
    /// - Parameters:
    ///   - symbols: the symbols' entries, with the numbers of extra bits for sizes.
    ///   - mayBeIncomplete: whether a single code of one bit will do, or none at all.
    /// - Returns: whether the lengths are sound: neither too many codes nor too few.
    mutating func fill(
        lengths: UnsafeMutableBufferPointer<UInt8>, symbols: [UInt32], mayBeIncomplete: Bool = true
    ) -> Bool {
        // On the stack, since each block comes here.
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * Self.longestCode + 3) { scratch in
            scratch.initialize(repeating: 0)
            let counts = UnsafeMutableBufferPointer(rebasing: scratch[...Self.longestCode])
            let places = UnsafeMutableBufferPointer(rebasing: scratch[(Self.longestCode + 1)...])
            for length in lengths { counts[Int(length)] += 1 }
            counts[0] = 0
            var left = 1
            for length in 1...Self.longestCode {
                left = left << 1 - counts[length]
                if left < 0 { return false }
                places[length + 1] = places[length] + counts[length]
            }
            let total = places[Self.longestCode + 1]
            if left > 0 {
                guard mayBeIncomplete, total == 0 || (total == 1 && counts[1] == 1)
                else { return false }
            }
            return withUnsafeTemporaryAllocation(of: Int.self, capacity: lengths.count) { order in
                for (symbol, length) in lengths.enumerated() where length > 0 {
                    order[places[Int(length)]] = symbol
                    places[Int(length)] += 1
                }
                clear(0..<(1 << Int(indexSize)))
                place(order.prefix(total), lengths, symbols, counts: counts)
                return true
            }
        }
    }

    private func clear(_ range: Range<Int>) {
        for index in range { entries[index] = Entry.special }
    }

    /// Puts the symbols, which are in the order of their codes, into their places.
    private func place(
        _ order: Slice<UnsafeMutableBufferPointer<Int>>,
        _ lengths: UnsafeMutableBufferPointer<UInt8>, _ symbols: [UInt32],
        counts: UnsafeMutableBufferPointer<Int>
    ) {
        let indexSize = Int(self.indexSize)
        var code = 0
        var length = 0
        var used = 1 << indexSize
        var part = (prefix: -1, start: 0, size: 0)
        for symbol in order {
            code <<= Int(lengths[symbol]) - length
            length = Int(lengths[symbol])
            let bits = Int(UInt16(truncatingIfNeeded: code).reversedCode(size: length))
            let entry = symbols[symbol] &+ UInt32(length) &+ UInt32(length) << 8
            if length <= indexSize {
                for index in stride(from: bits, to: 1 << indexSize, by: 1 << length) {
                    entries[index] = entry
                }
            } else {
                let prefix = bits & (1 << indexSize - 1)
                if prefix != part.prefix {
                    part = (prefix, used, Self.secondIndexSize(length - indexSize, length, counts))
                    used += 1 << part.size
                    precondition(used <= capacity, "more entries than a sound code has")
                    clear(part.start..<used)
                    entries[prefix] =
                        Entry.special | Entry.link | UInt32(part.start) << 16
                        | UInt32(part.size) << 8
                }
                let step = 1 << (length - indexSize)
                for index in stride(from: bits >> indexSize, to: 1 << part.size, by: step) {
                    entries[part.start + index] = entry
                }
            }
            counts[length] -= 1
            code += 1
        }
    }

    /// How many bits the codes need after the prefix that the next one begins with.
    ///
    /// - Parameters:
    ///   - size: how many the next one needs.
    ///   - counts: how many codes are left of each length.
    private static func secondIndexSize(
        _ size: Int, _ length: Int, _ counts: UnsafeMutableBufferPointer<Int>
    ) -> Int {
        var size = size
        var length = length
        var room = 1 << size - counts[length]
        while room > 0, length < longestCode {
            length += 1
            size += 1
            room = room << 1 - counts[length]
        }
        return size
    }
}
