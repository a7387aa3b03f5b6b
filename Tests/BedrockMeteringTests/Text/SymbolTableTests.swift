import Testing

@testable import BedrockMetering

@Suite struct SymbolTableTests {
    /// Strings that share prefixes, sizes and zero bytes.
    private static let strings: [String] = {
        var strings = ["", "\u{0}", "\u{0}\u{0}", "\u{ac00}", "\u{1100}\u{1161}", "a\u{0}", "a"]
        for number in 0..<5000 { strings.append("tenant-\(number)") }
        for size in 1..<200 { strings.append(String(repeating: "x", count: size)) }
        return strings
    }()

    @Test func `every string has a symbol of its own, in the order of arrival`() {
        var table = SymbolTable()

        let symbols = Self.strings.map { table.symbol(of: $0) }

        #expect(symbols == (0..<UInt32(Self.strings.count)).map { $0 })
        #expect(table.count == Self.strings.count)
    }

    @Test func `a string keeps its symbol while others come`() {
        var table = SymbolTable()
        for string in Self.strings { _ = table.symbol(of: string) }

        for (index, string) in Self.strings.enumerated() {
            #expect(table.symbol(of: string) == UInt32(index))
            #expect(table.string(UInt32(index)).utf8.elementsEqual(string.utf8))
        }
        #expect(table.count == Self.strings.count)
    }

    @Test func `strings compare by bytes`() {
        var table = SymbolTable()
        let symbols = RandomUsage.names.map { table.symbol(of: $0) }

        for (left, leftSymbol) in zip(RandomUsage.names, symbols) {
            for (right, rightSymbol) in zip(RandomUsage.names, symbols) {
                #expect(
                    table.precedes(leftSymbol, rightSymbol)
                        == left.utf8.lexicographicallyPrecedes(right.utf8)
                )
            }
        }
    }

    @Test func `strings of another table are found again`() {
        var table = SymbolTable()
        var other = SymbolTable()
        for string in Self.strings.reversed() { _ = table.symbol(of: string) }
        for string in Self.strings { _ = other.symbol(of: string) }

        let symbols = table.symbols(of: other)

        #expect(symbols.map { table.string($0) } == Self.strings)
        #expect(table.count == Self.strings.count)
    }
}
