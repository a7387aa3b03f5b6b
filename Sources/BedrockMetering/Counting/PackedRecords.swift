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

/// The names of packed records.
private struct PackedNames {
    /// By table, in the order in which they were packed.
    private var tables: [TextColumn] = []

    /// - Returns: nil where `bytes` are no names.
    init?(_ bytes: [UInt8]) {
        var place = 0
        func number() -> Int? {
            guard place + 4 <= bytes.count else { return nil }
            defer { place += 4 }
            return bytes.withUnsafeBytes {
                Int($0.loadUnaligned(fromByteOffset: place, as: UInt32.self))
            }
        }
        for _ in 0..<PackedRecords.tables {
            guard let count = number(), count <= (bytes.count - place) / 4 else { return nil }
            var offsets = [0]
            offsets.reserveCapacity(count + 1)
            for _ in 0..<count {
                guard let size = number() else { return nil }
                offsets.append(offsets[offsets.count - 1] + size)
            }
            let end = place + offsets[count]
            guard end <= bytes.count else { return nil }
            tables.append(TextColumn(bytes: Array(bytes[place..<end]), offsets: offsets))
            place = end
        }
        guard place == bytes.count else { return nil }
    }

    /// The symbols of the names in a merger's tables.
    func symbols(in symbols: inout UsageSymbols) -> RecordSymbols {
        var tables = tables
        return RecordSymbols(
            tenants: tables[0].symbols(in: &symbols.tenants),
            users: tables[1].symbols(in: &symbols.users),
            models: tables[2].symbols(in: &symbols.models),
            requests: tables[3].symbols(in: &symbols.requests))
    }
}

/// What the numbers of names in packed rows stand for.
private struct RecordSymbols {
    var tenants: [UInt32]
    var users: [UInt32]
    var models: [UInt32]
    var requests: [UInt32]
}

extension StoredUsage {
    /// Puts symbols in place of numbers; returns false where one stands for none.
    @inline(__always)
    fileprivate mutating func renumber(by symbols: RecordSymbols) -> Bool {
        guard tenant < symbols.tenants.count, user < symbols.users.count,
            model < symbols.models.count
        else { return false }
        tenant = symbols.tenants[Int(tenant)]
        user = symbols.users[Int(user)]
        model = symbols.models[Int(model)]
        guard request.isSymbol else { return true }
        guard request.low < UInt64(symbols.requests.count) else { return false }
        request = .symbol(symbols.requests[Int(request.low)])
        return true
    }
}
