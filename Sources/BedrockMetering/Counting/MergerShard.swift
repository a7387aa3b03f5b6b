/// A part of a merger's records: those whose identities hash to it.
struct MergerShard {
    let identity: UsageIdentity
    let seed: HashSeed
    /// Records in blocks, so that growing copies nothing.
    private(set) var blocks: [[StoredUsage]] = []
    private(set) var count = 0
    /// A record's number plus 1 in the high half, the low half of its hash in the low one; 0 is a
    /// free slot. The size is a power of two.
    private var slots = [UInt64](repeating: 0, count: 256)
    private var known = DuplicateCounts()
    /// By the numbers of records that are in conflict.
    private var conflicting: [Int: CallVersions] = [:]
    /// Keeps the prefetching reads from being optimised away.
    private var prefetched: UInt64 = 0

    static let blockSize = 1024

    init(_ identity: UsageIdentity, _ seed: HashSeed) {
        self.identity = identity
        self.seed = seed
    }

    /// How many lines were no new records.
    var duplicates: DuplicateCounts {
        var counts = known
        counts.conflicts = conflicting.count
        return counts
    }

    /// Bytes that the records and what finds them take; a call in conflict is counted with four versions.
    var memory: Int {
        blocks.count * Self.blockSize * MemoryLayout<StoredUsage>.stride
            + slots.count * MemoryLayout<UInt64>.stride
            + conflicting.capacity * 4 * MemoryLayout<StoredUsage>.stride
    }

    subscript(number: Int) -> StoredUsage {
        blocks[number / Self.blockSize][number % Self.blockSize]
    }

    /// Takes those of `rows` that `picked` numbers, unless their identities are known.
    ///
    /// - Parameter prevails: the order that decides which version of a call stays.
    mutating func insert(
        _ rows: borrowing [StoredUsage], hashes: borrowing [UInt64], picked: ArraySlice<UInt32>,
        prevails: (StoredUsage, StoredUsage) -> Bool
    ) {
        while (count + picked.count) * 10 > slots.count * 7 { grow() }
        let mask = slots.count &- 1
        // Independent reads overlap in the memory system; the probes below then find them cached.
        for index in picked {
            prefetched &+= slots[Int(truncatingIfNeeded: hashes[Int(index)]) & mask]
        }
        for index in picked {
            insert(rows[Int(index)], hash: hashes[Int(index)], mask: mask, prevails: prevails)
        }
    }

    @inline(__always)
    private mutating func insert(
        _ row: StoredUsage, hash: UInt64, mask: Int,
        prevails: (StoredUsage, StoredUsage) -> Bool
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
                if known.hasSameIdentity(as: row, by: identity) {
                    return merge(row, with: known, number: number, prevails: prevails)
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

    /// Takes a row that is found by its number alone.
    mutating func appendAside(_ row: StoredUsage) { append(row) }

    private mutating func merge(
        _ row: StoredUsage, with kept: StoredUsage, number: Int,
        prevails: (StoredUsage, StoredUsage) -> Bool
    ) {
        known.count(row, by: identity, besideLine: kept)
        if row.isEqual(to: kept) {
            // The one that cannot recur counts as the first of the two, so that order does not matter.
            if kept.mayRecur, !row.mayRecur {
                blocks[number / Self.blockSize][number % Self.blockSize] = row
            }
            return
        }
        var versions = versions(of: number)
        versions.insert(row, prevails: prevails)
        conflicting[number] = versions.isConflict ? versions : nil
        if prevails(row, kept) {
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

    /// The calls in conflict; there are few.
    var conflicts: Dictionary<Int, CallVersions>.Values { conflicting.values }

    /// Adds versions that were met elsewhere to a call, if there is a record of it.
    mutating func insert(
        _ other: CallVersions, prevails: (StoredUsage, StoredUsage) -> Bool
    ) {
        guard let number = other.rows.first.flatMap({ number(of: $0) }) else { return }
        var versions = versions(of: number)
        versions.formUnion(other, prevails: prevails)
        conflicting[number] = versions.isConflict ? versions : nil
    }

    /// The versions of the record with that number; the record alone where there is no conflict.
    func versions(of number: Int) -> CallVersions {
        conflicting[number] ?? CallVersions(self[number])
    }

    /// The number of the record with the identity of `row`, or nil where there is none.
    func number(of row: StoredUsage) -> Int? {
        let hash = row.hash(of: identity, seed)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = slots[slot]
            if entry & 0xffff_ffff == hash & 0xffff_ffff {
                let number = Int(truncatingIfNeeded: entry >> 32) - 1
                if self[number].hasSameIdentity(as: row, by: identity) { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
