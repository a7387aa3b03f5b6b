internal import Synchronization

/// Where the records of a day lie among bytes that a ``RecordPacker`` wrote.
///
/// Rows are as this machine has them in memory, with numbers for names; so the bytes are of use to the
/// process that wrote them, and to no other.
package struct PackedRecords: Sendable {
    let day: UsageDay
    /// Bytes of the names, which come first.
    let namesSize: Int
    let count: Int

    /// Rows that are read or written at once.
    static let chunkRows = 4096
    /// Tenants, users, models, and request ids that are no UUIDs.
    static let tables = 4

    /// All bytes.
    package var size: Int { namesSize + count * MemoryLayout<StoredUsage>.stride }
}

extension UsageMerger {
    /// Takes records that were packed.
    ///
    /// - Parameter read: gives so many bytes from an offset on, counted from the first of these records.
    /// - Returns: false where the bytes are not those that were written.
    package func insert(
        _ packed: PackedRecords, reading read: (_ offset: Int, _ count: Int) throws -> [UInt8]
    ) rethrows -> Bool {
        guard let names = PackedNames(try read(0, packed.namesSize)) else { return false }
        let numbers = symbols.withLock { names.symbols(in: &$0) }
        let stride = MemoryLayout<StoredUsage>.stride
        var first = 0
        while first < packed.count {
            let count = min(PackedRecords.chunkRows, packed.count - first)
            let bytes = try read(packed.namesSize + first * stride, count * stride)
            guard bytes.count == count * stride else { return false }
            var rows = [StoredUsage](unsafeUninitializedCapacity: count) { rows, initialized in
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(rows).copyMemory(from: $0) }
                initialized = count
            }
            for index in 0..<count {
                guard rows[index].day == packed.day.number, rows[index].renumber(by: numbers)
                else { return false }
            }
            insert(rows, beginningWith: 0)
            first += count
        }
        return true
    }
}
