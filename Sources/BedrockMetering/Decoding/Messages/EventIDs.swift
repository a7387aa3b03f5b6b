/// Tells usage lines that came under different event ids, though all that they hold is the same, from
/// lines that were delivered again.
///
/// It remembers the latest records of an object, by hashes.
struct EventIDs {
    /// By the low bits of `record`; 0 is a free slot. The size is a power of two.
    private var slots: [(record: UInt64, event: UInt64)] = []
    private var count = 0
    /// Records that are remembered; then all are forgotten, so that memory is bounded.
    private static let maximum = 1 << 16

    /// Whether a record equal to the one with the hash `record` came under another event id than `event`.
    mutating func isRepeat(record: UInt64, under event: UInt64) -> Bool {
        if (count + 1) * 2 > slots.count { makeRoom() }
        let record = max(1, record)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: record) & mask
        while slots[slot].record != 0 {
            if slots[slot].record == record { return slots[slot].event != event }
            slot = (slot + 1) & mask
        }
        slots[slot] = (record, event)
        count += 1
        return false
    }

    private mutating func makeRoom() {
        let known = count < Self.maximum ? slots.filter { $0.record != 0 } : []
        slots = Array(repeating: (0, 0), count: max(64, 4 * known.count))
        let mask = slots.count - 1
        for entry in known {
            var slot = Int(truncatingIfNeeded: entry.record) & mask
            while slots[slot].record != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
        count = known.count
    }
}

extension UsageBatchRow {
    /// A hash of all that the row holds.
    func hash(_ text: RawSpan, _ seed: HashSeed) -> UInt64 {
        func word(_ count: Int64) -> UInt64 { UInt64(bitPattern: count) }
        func word(_ name: TextSlice) -> UInt64 {
            seed.hash(text, from: Int(name.start), size: Int(name.size))
        }
        return seed.hash(
            (word(time), word(tokens.input)),
            (word(tokens.output), word(tokens.total)),
            (word(tokens.cacheRead), word(tokens.cacheWrite)),
            (word(tenant), word(user)),
            (word(model), word(request))
        )
    }
}
