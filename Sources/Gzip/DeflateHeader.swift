/// What precedes the codes of a block: the code lengths of its two alphabets, run-length coded and
/// then Huffman coded themselves (RFC 1951, section 3.2.7).
struct DeflateHeader {
    private let literalCount: Int
    private let distanceCount: Int
    private var items: [Item] = []
    private let code: HuffmanCode

    /// A symbol of the code length alphabet and the extra bits after it.
    private struct Item {
        var symbol: Int
        var extra = 0
        var extraCount = 0
    }

    /// The order in which the lengths of the code length alphabet are written.
    private static let order = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    init(literals: HuffmanCode, distances: HuffmanCode) {
        literalCount = max(257, literals.usedCount)
        distanceCount = max(1, distances.usedCount)
        let lengths = literals.lengths[..<literalCount] + distances.lengths[..<distanceCount]
        var rest = lengths[...]
        while let length = rest.first {
            let run = rest.prefix { $0 == length }.count
            let taken = Self.append(length, run: run, to: &items)
            rest = rest.dropFirst(taken)
        }
        var frequencies = [UInt32](repeating: 0, count: Self.order.count)
        for item in items { frequencies[item.symbol] += 1 }
        code = HuffmanCode(frequencies: frequencies, maximumLength: 7)
    }

    /// Appends the items for the first lengths of a run; returns how many lengths these are.
    private static func append(_ length: UInt8, run: Int, to items: inout [Item]) -> Int {
        if length == 0 && run >= 11 {
            let taken = min(run, 138)
            items.append(Item(symbol: 18, extra: taken - 11, extraCount: 7))
            return taken
        }
        if length == 0 && run >= 3 {
            items.append(Item(symbol: 17, extra: run - 3, extraCount: 3))
            return run
        }
        items.append(Item(symbol: Int(length)))
        guard length > 0 && run >= 4 else { return 1 }
        let taken = min(run - 1, 6)
        items.append(Item(symbol: 16, extra: taken - 3, extraCount: 2))
        return 1 + taken
    }

    /// No header is larger, in bytes.
    var largestSize: Int { 3 + Self.order.count + 2 * items.count }

    func write(isLast: Bool, to writer: inout BitWriter) {
        let lengths = Self.order.map { code.lengths[$0] }
        let lengthCount = max(4, lengths.usedCount)
        writer.write(isLast ? 1 : 0, 1)
        writer.write(2, 2)
        writer.write(literalCount - 257, 5)
        writer.write(distanceCount - 1, 5)
        writer.write(lengthCount - 4, 4)
        for length in lengths[..<lengthCount] { writer.write(length, 3) }
        for item in items {
            writer.write(code.codes[item.symbol], Int(code.lengths[item.symbol]))
            writer.write(item.extra, item.extraCount)
        }
    }
}

extension HuffmanCode {
    /// How many symbols there are up to the last one that has a code.
    fileprivate var usedCount: Int { lengths.usedCount }
}

extension [UInt8] {
    fileprivate var usedCount: Int { (lastIndex { $0 != 0 } ?? -1) + 1 }
}
