/// What the symbols of DEFLATE stand for, as entries of a ``PrefixTable`` (RFC 1951, section 3.2.5).
enum DeflateSymbols {
    /// Literals, the end of a block, and lengths.
    static let literals: [UInt32] = {
        var entries = (0..<256).map { PrefixTable.Entry.literal | UInt32($0) << 16 }
        entries.append(PrefixTable.Entry.special | PrefixTable.Entry.endOfBlock)
        var base: UInt32 = 3
        for index in 0..<28 {
            let extraBits = UInt32(max(0, index / 4 - 1))
            entries.append(base << 16 | extraBits)
            base += 1 << extraBits
        }
        entries.append(258 << 16)
        // Two that have codes in the fixed code and never occur.
        return entries + [PrefixTable.Entry.special, PrefixTable.Entry.special]
    }()

    static let distances: [UInt32] = {
        var entries: [UInt32] = []
        var base: UInt32 = 1
        for index in 0..<30 {
            let extraBits = UInt32(max(0, index / 2 - 1))
            entries.append(base << 16 | extraBits)
            base += 1 << extraBits
        }
        return entries + [PrefixTable.Entry.special, PrefixTable.Entry.special]
    }()

    /// The lengths of codes, of which a block's header has them (section 3.2.7).
    static let codeLengths: [UInt32] = (0..<19).map { UInt32($0) << 16 }

    /// In what order a block's header has the lengths of the codes of those.
    static let codeLengthOrder = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    /// The lengths of the fixed codes (section 3.2.6): those of literals, then those of distances.
    static let fixedLengths: [UInt8] =
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
        + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
        + [UInt8](repeating: 5, count: 32)
    static let fixedLiteralCount = 288
}
