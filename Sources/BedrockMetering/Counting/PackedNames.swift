/// The names of packed records.
struct PackedNames {
    /// By table, in the order in which they were packed.
    private var tables: [TextColumn] = []

    /// - Returns: nil if `bytes` are no names.
    init?(_ bytes: [UInt8]) {
        var place = 0
        func number() -> Int? {
            guard place + 4 <= bytes.count else { return nil }
            defer { place += 4 }
            return bytes.withUnsafeBytes {
                Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
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

    /// Whether each of a row's numbers stands for a name.
    @inline(__always)
    func hold(_ row: StoredUsage) -> Bool {
        row.tenant < tables[0].textCount && row.user < tables[1].textCount
            && row.model < tables[2].textCount
            && (!row.request.isSymbol || row.request.low < UInt64(tables[3].textCount))
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
struct RecordSymbols {
    var tenants: [UInt32]
    var users: [UInt32]
    var models: [UInt32]
    var requests: [UInt32]
}

extension StoredUsage {
    /// Puts symbols in place of numbers; returns false if one stands for none.
    @inline(__always)
    mutating func renumber(by symbols: RecordSymbols) -> Bool {
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
