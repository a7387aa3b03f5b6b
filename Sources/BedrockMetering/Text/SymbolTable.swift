/// Interned strings: each is kept once and known by a small number, in the order in which they came.
///
/// Equality is that of bytes. Lookups allocate nothing.
struct SymbolTable {
    /// All strings, one after another, and room with at least ``ByteScan/padding`` bytes after them.
    private var bytes = [UInt8](repeating: 0, count: 4096)
    private var used = 0
    private static let largeSize = 1 << 22
    /// Bytes of the longest string.
    private(set) var longest = 0
    private let seed: HashSeed
    private var entries: [Entry] = []
    /// By the low bits of the hash: its high half, and the symbol plus 1 in the low one; 0 is a free
    /// slot. The size is a power of two.
    private var slots = [UInt64](repeating: 0, count: 64)
    /// Keeps prefetching reads from being optimised away.
    private var prefetched: UInt64 = 0

    private struct Entry {
        var start: Int
        var size: UInt32
        /// Whether JSON holds the string as it is, without escapes.
        var isPlain: Bool
        var hash: UInt64
    }

    init(_ seed: HashSeed = .process) {
        self.seed = seed
    }

    var count: Int { entries.count }

    /// Bytes that the strings and what finds them take.
    var memory: Int {
        bytes.count + entries.capacity * MemoryLayout<Entry>.stride
            + slots.count * MemoryLayout<UInt64>.stride
    }

    /// The symbol of the string at `start` of `text`, which has ``ByteScan/padding`` after it.
    @inline(__always)
    mutating func symbol(of text: RawSpan, from start: Int, size: Int) -> UInt32 {
        let hash = hash(text, from: start, size: size)
        if let known = find(text, from: start, size: size, hash: hash) { return known }
        return insert(text, from: start, size: size, hash: hash)
    }

    /// Puts the symbols of one name of all `rows` into `symbols`, in their order.
    ///
    /// A table of many names does not fit the cache. Each pass over the rows makes one kind of read
    /// only; being independent of each other, those reads overlap.
    @inline(__always)
    mutating func symbols<Row>(
        of name: (Row) -> TextSlice, in rows: [Row], _ text: RawSpan,
        hashes: inout [UInt64], into symbols: inout [UInt32]
    ) {
        hashes.removeAll(keepingCapacity: true)
        symbols.removeAll(keepingCapacity: true)
        for row in rows {
            let slice = name(row)
            hashes.append(hash(text, from: Int(slice.start), size: Int(slice.size)))
        }
        guess(hashes, into: &symbols)
        for (index, row) in rows.enumerated() {
            let slice = name(row)
            let (start, size) = (Int(slice.start), Int(slice.size))
            let guess = symbols[index]
            if guess < entries.count, holds(guess, text, from: start, size: size) { continue }
            let hash = hashes[index]
            symbols[index] =
                find(text, from: start, size: size, hash: hash)
                ?? insert(text, from: start, size: size, hash: hash)
        }
    }

    /// The symbols that most likely belong to `hashes`, the largest number where there is none; what
    /// checking them will read is then in the cache.
    @inline(never)
    private mutating func guess(_ hashes: [UInt64], into symbols: inout [UInt32]) {
        let mask = slots.count &- 1
        var sum: UInt64 = 0
        for hash in hashes { sum &+= slots[Int(truncatingIfNeeded: hash) & mask] }
        for hash in hashes {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0, (slots[slot] ^ hash) >> 32 != 0 { slot = (slot &+ 1) & mask }
            // A free slot wraps around to the largest number.
            symbols.append(UInt32(truncatingIfNeeded: slots[slot]) &- 1)
        }
        for symbol in symbols where symbol < entries.count {
            sum &+= UInt64(truncatingIfNeeded: entries[Int(symbol)].start)
        }
        for symbol in symbols where symbol < entries.count {
            let entry = entries[Int(symbol)]
            sum &+= UInt64(bytes[entry.start]) &+ UInt64(bytes[entry.start &+ Int(entry.size)])
        }
        prefetched = sum
    }

    /// Prefetches the strings of `symbols`, so that they are in the cache.
    ///
    /// - Returns: a number that must be kept, or the reads are optimised away.
    @inline(__always)
    func prefetch(_ symbols: some Sequence<UInt32>) -> Int {
        var sum = 0
        for symbol in symbols { sum &+= entries[Int(symbol)].start }
        for symbol in symbols {
            let entry = entries[Int(symbol)]
            sum &+= Int(bytes[entry.start]) &+ Int(bytes[entry.start &+ Int(entry.size)])
        }
        return sum
    }

    @inline(__always)
    private func holds(_ symbol: UInt32, _ text: RawSpan, from start: Int, size: Int) -> Bool {
        let entry = entries[Int(symbol)]
        return Int(entry.size) == size
            && ByteScan.equal(text, at: start, bytes.span.bytes, at: entry.start, count: size)
    }

    /// The symbol of a string of `other`.
    mutating func symbol(of symbol: UInt32, in other: borrowing SymbolTable) -> UInt32 {
        let entry = other.entries[Int(symbol)]
        return self.symbol(of: other.bytes.span.bytes, from: entry.start, size: Int(entry.size))
    }

    /// The symbols of all strings of `other`, by its own symbols.
    mutating func symbols(of other: borrowing SymbolTable) -> [UInt32] {
        var symbols: [UInt32] = []
        for index in 0..<UInt32(other.count) { symbols.append(symbol(of: index, in: other)) }
        return symbols
    }

    mutating func symbol(of string: String) -> UInt32 {
        let padded = Array(string.utf8) + [UInt8](repeating: 0, count: ByteScan.padding)
        return symbol(of: padded.span.bytes, from: 0, size: padded.count - ByteScan.padding)
    }

    /// All strings, in the order of their symbols.
    func texts() -> TextColumn {
        TextColumn(bytes: Array(bytes[..<used]), offsets: entries.map(\.start) + [used])
    }

    /// Bytes of the string.
    func size(of symbol: UInt32) -> Int { Int(entries[Int(symbol)].size) }

    func string(_ symbol: UInt32) -> String {
        withBytes(of: symbol) { String(decoding: $0, as: UTF8.self) }
    }

    func withBytes<Result>(
        of symbol: UInt32, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let entry = entries[Int(symbol)]
        return bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[entry.start..<entry.start + Int(entry.size)]))
        }
    }

    /// Calls `body` with the place of the string's bytes.
    @inline(__always)
    func withPaddedBytes<Result>(
        of symbol: UInt32, _ body: (PaddedText) -> Result
    ) -> Result {
        let entry = entries[Int(symbol)]
        return bytes.withUnsafeBytes {
            body(
                PaddedText(
                    text: $0, start: entry.start, size: Int(entry.size), isPlain: entry.isPlain))
        }
    }

    /// Whether the string of `left` comes before that of `right`, by bytes.
    func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
        left != right
            && withBytes(of: left) { left in
                withBytes(of: right) { left.lexicographicallyPrecedes($0) }
            }
    }

    @inline(__always)
    private func find(
        _ text: RawSpan, from start: Int, size: Int, hash: UInt64
    ) -> UInt32? {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let known = slots[slot]
            guard known != 0 else { return nil }
            if (known ^ hash) >> 32 == 0 {
                let symbol = UInt32(truncatingIfNeeded: known) &- 1
                if holds(symbol, text, from: start, size: size) { return symbol }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(never)
    private mutating func insert(
        _ text: RawSpan, from start: Int, size: Int, hash: UInt64
    ) -> UInt32 {
        let symbol = UInt32(entries.count)
        longest = max(longest, size)
        let end = start + size
        let isPlain = ByteScan.endOfPlainString(in: text, from: start, to: end) == end
        entries.append(Entry(start: used, size: UInt32(size), isPlain: isPlain, hash: hash))
        if used + size + 2 * ByteScan.padding > bytes.count {
            // A large table grows by a quarter, so that it is not held twice as large as it need be.
            let growth = bytes.count < Self.largeSize ? bytes.count : bytes.count / 4
            let room = size + max(growth, 2 * ByteScan.padding)
            bytes.reserveCapacity(bytes.count + room)
            bytes += [UInt8](repeating: 0, count: room)
        }
        bytes.withUnsafeMutableBytes { bytes in
            ByteScan.copy(
                text, from: start, to: start + size, into: bytes, of: bytes.count, at: used)
        }
        used += size
        if entries.count * 3 > slots.count * 2 {
            slots = [UInt64](repeating: 0, count: slots.count * 2)
            for index in entries.indices { place(UInt32(index)) }
        } else {
            place(symbol)
        }
        return symbol
    }

    private mutating func place(_ symbol: UInt32) {
        let mask = slots.count - 1
        let hash = entries[Int(symbol)].hash
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = (hash & ~0xffff_ffff) | UInt64(symbol + 1)
    }

    @inline(__always)
    private func hash(_ text: RawSpan, from start: Int, size: Int) -> UInt64 {
        seed.hash(text, from: start, size: size)
    }
}
