/// A part of a merger's records: those whose identities hash to it.
struct MergerShard {
    /// Records in blocks, so that growing copies nothing.
    private(set) var blocks: [[StoredUsage]] = []
    private(set) var count = 0
    /// A record's number plus 1 in the high half, the low half of its hash in the low one; 0 is a
    /// free slot. The size is a power of two.
    private var slots = [UInt64](repeating: 0, count: 256)
    var duplicates = DuplicateCounts()
    /// The numbers of records of which more than one version came.
    private var contested: Set<Int> = []
    /// Keeps the reads that warm the cache from being optimised away.
    private var warmth: UInt64 = 0

    static let blockSize = 1024

    /// Bytes that the records and what finds them take; a contested one is counted as generously as sets
    /// make room.
    var memory: Int {
        blocks.count * Self.blockSize * MemoryLayout<StoredUsage>.stride
            + slots.count * MemoryLayout<UInt64>.stride
            + contested.capacity * 2 * MemoryLayout<Int>.stride
    }

    subscript(number: Int) -> StoredUsage {
        blocks[number / Self.blockSize][number % Self.blockSize]
    }

    /// Takes those of `rows` that `picked` numbers, unless their identities are known.
    ///
    /// - Parameter precedes: the order that decides which version of a conflict stays.
    mutating func insert(
        _ rows: borrowing [StoredUsage], hashes: borrowing [UInt64], picked: ArraySlice<UInt32>,
        precedes: (StoredUsage, StoredUsage) -> Bool
    ) {
        while (count + picked.count) * 10 > slots.count * 7 { grow() }
        let mask = slots.count &- 1
        // Independent reads overlap in the memory system; the probes below then find them cached.
        for index in picked {
            warmth &+= slots[Int(truncatingIfNeeded: hashes[Int(index)]) & mask]
        }
        for index in picked {
            insert(rows[Int(index)], hash: hashes[Int(index)], mask: mask, precedes: precedes)
        }
    }

    @inline(__always)
    private mutating func insert(
        _ row: StoredUsage, hash: UInt64, mask: Int,
        precedes: (StoredUsage, StoredUsage) -> Bool
    ) {
        let tag = hash & 0xffff_ffff
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 {
                slots[slot] = UInt64(count &+ 1) << 32 | tag
                return append(row)
            }
            if entry & 0xffff_ffff == tag {
                let number = Int(truncatingIfNeeded: entry >> 32) &- 1
                let known = self[number]
                if known.hasSameIdentity(as: row) {
                    return merge(row, with: known, number: number, precedes: precedes)
                }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private mutating func append(_ row: StoredUsage) {
        if count % Self.blockSize == 0 {
            var block: [StoredUsage] = []
            block.reserveCapacity(Self.blockSize)
            blocks.append(block)
        }
        blocks[blocks.count &- 1].append(row)
        count &+= 1
    }

    private mutating func merge(
        _ row: StoredUsage, with known: StoredUsage, number: Int,
        precedes: (StoredUsage, StoredUsage) -> Bool
    ) {
        let isConflict = !row.isEqual(to: known) && contested.insert(number).inserted
        duplicates.count(row, isConflict: isConflict)
        if precedes(row, known) {
            blocks[number / Self.blockSize][number % Self.blockSize] = row
        }
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for entry in slots where entry != 0 {
            var slot = Int(truncatingIfNeeded: entry & 0xffff_ffff) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = entry
        }
        slots = larger
    }

    /// The records of which more than one version came, as they were kept; there are few.
    var contestedRows: some Sequence<StoredUsage> { contested.lazy.map { self[$0] } }

    /// Counts the record with the identity of `row`, if there is one, as a conflict, unless it is one
    /// already.
    mutating func contest(_ row: StoredUsage) {
        guard let number = number(of: row), contested.insert(number).inserted else { return }
        duplicates.conflicts += 1
    }

    /// Whether more than one version came of the record with that number.
    func isContested(_ number: Int) -> Bool { contested.contains(number) }

    /// The number of the record with the identity of `row`, or nil where there is none.
    func number(of row: StoredUsage) -> Int? {
        let hash = row.identityHash
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = slots[slot]
            if entry & 0xffff_ffff == hash & 0xffff_ffff {
                let number = Int(truncatingIfNeeded: entry >> 32) - 1
                if self[number].hasSameIdentity(as: row) { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
