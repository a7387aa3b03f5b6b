/// The texts of a column, in one piece of memory.
package struct TextColumn: Sendable {
    /// All texts, one after another.
    package var bytes: [UInt8] = []
    /// Where each text begins in ``bytes``, and at last where the last one ends.
    package var offsets: [Int] = [0]
    /// The number of each row's text; where nil, the texts are those of the rows.
    package var indices: [UInt32]?

    package init(bytes: [UInt8] = [], offsets: [Int] = [0], indices: [UInt32]? = nil) {
        self.bytes = bytes
        self.offsets = offsets
        self.indices = indices
    }

    /// How many texts there are, whatever rows name them.
    var textCount: Int { offsets.count - 1 }

    /// The number of the text of a row.
    @inline(__always)
    func number(ofRow row: Int) -> Int {
        guard let indices else { return row }
        return Int(indices[row])
    }

    mutating func reserve(_ texts: Int, size: Int) {
        bytes.reserveCapacity(texts * size + ByteScan.padding)
        offsets.reserveCapacity(texts + 1)
    }

    /// Appends texts of `size` bytes each, which `write` puts into memory of that size.
    @inline(__always)
    mutating func append(
        _ count: Int, ofSize size: Int, _ write: (Int, UnsafeMutableRawBufferPointer) -> Void
    ) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count &* size))
        bytes.withUnsafeMutableBytes { memory in
            var offset = start
            for index in 0..<count {
                write(
                    index, UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset &+ size]))
                offset &+= size
            }
        }
        for index in 1..<count &+ 1 { offsets.append(start &+ index &* size) }
    }

    /// The symbols of the texts in `table`, by their numbers.
    mutating func symbols(in table: inout SymbolTable) -> [UInt32] {
        pad()
        var symbols: [UInt32] = []
        symbols.reserveCapacity(textCount)
        let text = bytes.span.bytes
        for index in 0..<textCount {
            let start = offsets[index]
            symbols.append(table.symbol(of: text, from: start, size: offsets[index + 1] - start))
        }
        return symbols
    }

    /// Adds what scans may read behind the last text.
    mutating func pad() {
        let end = offsets[textCount] + ByteScan.padding
        if bytes.count < end { bytes += repeatElement(0, count: end - bytes.count) }
    }
}
