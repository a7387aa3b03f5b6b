/// Packs the records of a merger day by day, each with the names that it uses and no others.
package struct RecordPacker: ~Copyable {
    private let snapshot: UsageMerger.Snapshot
    private var tenants: NameNumbers
    private var users: NameNumbers
    private var models: NameNumbers
    private var requests: NameNumbers

    package init(_ snapshot: UsageMerger.Snapshot) {
        self.snapshot = snapshot
        tenants = NameNumbers(of: snapshot.symbols.tenants)
        users = NameNumbers(of: snapshot.symbols.users)
        models = NameNumbers(of: snapshot.symbols.models)
        requests = NameNumbers(of: snapshot.symbols.requests)
    }

    /// Hands the bytes of the records at `references`, which all lie on `day`, to `write`, piece by piece.
    package mutating func pack(
        _ references: [UsageMerger.Reference], of day: UsageDay,
        to write: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> PackedRecords {
        for reference in references { number(snapshot[reference]) }
        let names = names()
        try names.withUnsafeBytes(write)
        var rows: [StoredUsage] = []
        rows.reserveCapacity(min(references.count, PackedRecords.chunkRows))
        for reference in references {
            rows.append(numbered(snapshot[reference]))
            if rows.count == PackedRecords.chunkRows {
                try rows.withUnsafeBytes(write)
                rows.removeAll(keepingCapacity: true)
            }
        }
        try rows.withUnsafeBytes(write)
        forgetNames()
        return PackedRecords(day: day, namesSize: names.count, count: references.count)
    }

    /// The bytes of the names that were numbered.
    func names() -> [UInt8] {
        var names: [UInt8] = []
        tenants.append(to: &names, from: snapshot.symbols.tenants)
        users.append(to: &names, from: snapshot.symbols.users)
        models.append(to: &names, from: snapshot.symbols.models)
        requests.append(to: &names, from: snapshot.symbols.requests)
        return names
    }

    /// Gives numbers to the names of a row.
    @inline(__always)
    mutating func number(_ row: StoredUsage) {
        tenants.add(row.tenant)
        users.add(row.user)
        models.add(row.model)
        if row.request.isSymbol { requests.add(UInt32(truncatingIfNeeded: row.request.low)) }
    }

    /// The row with numbers in place of its names.
    @inline(__always)
    func numbered(_ row: StoredUsage) -> StoredUsage {
        var row = row
        row.tenant = tenants[row.tenant]
        row.user = users[row.user]
        row.model = models[row.model]
        if row.request.isSymbol {
            row.request = .symbol(requests[UInt32(truncatingIfNeeded: row.request.low)])
        }
        return row
    }

    mutating func forgetNames() {
        tenants.forget()
        users.forget()
        models.forget()
        requests.forget()
    }
}

/// Numbers for those names of a table that are used, in the order of their first use.
private struct NameNumbers {
    /// By symbol: the number plus 1, or 0.
    private var numbers: [UInt32]
    private var used: [UInt32] = []

    init(of table: borrowing SymbolTable) {
        numbers = [UInt32](repeating: 0, count: table.count)
    }

    @inline(__always)
    mutating func add(_ symbol: UInt32) {
        guard numbers[Int(symbol)] == 0 else { return }
        used.append(symbol)
        numbers[Int(symbol)] = UInt32(used.count)
    }

    @inline(__always)
    subscript(symbol: UInt32) -> UInt32 { numbers[Int(symbol)] &- 1 }

    /// Appends how many names there are, the size of each, and their bytes.
    func append(to bytes: inout [UInt8], from table: borrowing SymbolTable) {
        func append(_ number: Int) {
            withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(used.count)
        for symbol in used { table.withBytes(of: symbol) { append($0.count) } }
        for symbol in used { table.withBytes(of: symbol) { bytes.append(contentsOf: $0) } }
    }

    mutating func forget() {
        for symbol in used { numbers[Int(symbol)] = 0 }
        used.removeAll(keepingCapacity: true)
    }
}
