internal import Synchronization

/// Adds up usage for one query, record by record and without keeping the records.
///
/// As a sink it takes every line that it is given, so that redelivered ones count again; where
/// objects overlap, fill a ``UsageMerger`` and add that.
public struct UsageAggregator: UsageSink {
    public let query: UsageQuery
    /// The windows and groups that cells are kept by.
    let cellQuery: UsageQuery
    var tenants = SymbolTable()
    var models = SymbolTable()
    var users = SymbolTable()
    /// By tenant symbol: whether the query counts it.
    private var isCounted: [Bool] = []

    private var keys: [Key] = []
    private var keyNumbers: [Key: Int] = [:]
    let slots: WindowSlots
    private var committed: Cells
    private var pending: Cells

    /// What a row is about, as symbols; 0 for what the query does not group by.
    struct Key: Hashable {
        /// The number of the window.
        var slot: Int
        var tenant: UInt32
        var model: UInt32
        var user: UInt32
    }

    public init(_ query: UsageQuery) {
        self.query = query
        cellQuery = query.unpriced
        slots = WindowSlots(cellQuery, splitsUTCDays: query.prices != nil)
        committed = Cells(slotCount: cellQuery.groups.isEmpty ? slots.windows.count : 1)
        pending = committed
    }

    // MARK: Taking records

    public mutating func consume(_ batch: borrowing UsageBatch) {
        let text = batch.text.bytes
        let byModel = cellQuery.groups.contains(.model)
        let byUser = cellQuery.groups.contains(.user)
        for index in 0..<batch.rows.count {
            let row = batch.rows[index]
            guard let slot = slots.slot(of: row.time) else { continue }
            let tenant = tenants.symbol(
                of: text, from: Int(row.tenant.start), size: Int(row.tenant.size)
            )
            var key = Key(slot: slot, tenant: tenant, model: 0, user: 0)
            if byModel {
                key.model = models.symbol(
                    of: text, from: Int(row.model.start), size: Int(row.model.size)
                )
            }
            if byUser {
                key.user = users.symbol(
                    of: text, from: Int(row.user.start), size: Int(row.user.size)
                )
            }
            guard counts(tenant) else { continue }
            addPending(row.tokens, at: key)
        }
    }

    @inline(__always)
    mutating func addPending(_ tokens: TokenCounts, at key: Key) {
        pending.add(tokens, at: cell(of: key))
    }

    public mutating func reject(_ line: RejectedLine) {}

    public mutating func commit() {
        committed.add(&pending)
    }

    public mutating func rollback() {
        pending.clear()
    }

    /// Adds a record.
    public mutating func add(_ record: UsageRecord) {
        guard let slot = slots.slot(of: record.time.microseconds) else { return }
        let tenant = tenants.symbol(of: record.tenant.rawValue)
        guard counts(tenant) else { return }
        let key = Key(
            slot: slot,
            tenant: tenant,
            model: cellQuery.groups.contains(.model) ? models.symbol(of: record.model.rawValue) : 0,
            user: cellQuery.groups.contains(.user) ? users.symbol(of: record.user.rawValue) : 0
        )
        committed.add(record.tokens, at: cell(of: key))
    }

    /// Adds all records that were committed to `merger`.
    ///
    /// - Complexity: linear.
    public mutating func add(_ merger: UsageMerger) {
        let byModel = cellQuery.groups.contains(.model)
        let byUser = cellQuery.groups.contains(.user)
        // The snapshot has the symbols of all its records, even while workers commit more.
        let snapshot = merger.snapshot()
        let tenants = self.tenants.symbols(of: snapshot.symbols.tenants)
        let models = byModel ? self.models.symbols(of: snapshot.symbols.models) : []
        let users = byUser ? self.users.symbols(of: snapshot.symbols.users) : []
        for shard in snapshot.shards {
            for block in shard.blocks {
                for row in block {
                    guard let slot = slots.slot(of: row.time) else { continue }
                    let tenant = tenants[Int(row.tenant)]
                    guard counts(tenant) else { continue }
                    let key = Key(
                        slot: slot,
                        tenant: tenant,
                        model: byModel ? models[Int(row.model)] : 0,
                        user: byUser ? users[Int(row.user)] : 0
                    )
                    committed.add(row.tokens, at: cell(of: key))
                }
            }
        }
    }

    /// The tenants of all that was read, those too that the query does not count.
    package var knownTenants: Set<TenantID> {
        Set((0..<tenants.count).map { TenantID(tenants.string(UInt32($0))) })
    }

    @inline(__always)
    mutating func counts(_ tenant: UInt32) -> Bool {
        if Int(tenant) >= isCounted.count { learnTenants() }
        return isCounted[Int(tenant)]
    }

    private mutating func learnTenants() {
        for symbol in isCounted.count..<tenants.count {
            let tenant = TenantID(tenants.string(UInt32(symbol)))
            isCounted.append(query.tenants.isEmpty || query.tenants.contains(tenant))
        }
    }

    /// The cell of a key. By tenant alone every window has a row of cells; with models or users most of
    /// them would stay empty, so that cells are numbered as they come.
    @inline(__always)
    private mutating func cell(of key: Key) -> Cells.Place {
        if cellQuery.groups.isEmpty { return (key.slot, Int(key.tenant)) }
        if let number = keyNumbers[key] { return (0, number) }
        keys.append(key)
        keyNumbers[key] = keys.count - 1
        return (0, keys.count - 1)
    }

    // MARK: Rows

    /// The rows of all records that were committed, in the query's order.
    ///
    /// - Throws: ``UsageOverflowError`` where a sum does not fit 63 bits.
    /// - Complexity: O(n log n) in the number of rows.
    public func rows() throws(UsageOverflowError) -> [UsageRow] { try answer().rows }

    /// The same with what all rows come to.
    package func answer() throws(UsageOverflowError) -> UsageAnswer {
        if committed.overflows { throw UsageOverflowError() }
        var rows: [(row: UsageRow, utcDay: UsageDay)] = []
        for (slot, sums) in committed.sums.enumerated() {
            for (number, usage) in sums.enumerated() where usage.requests > 0 {
                let key =
                    cellQuery.groups.isEmpty
                    ? Key(slot: slot, tenant: UInt32(number), model: 0, user: 0) : keys[number]
                let (window, utcDay) = slots.windows[key.slot]
                let row = UsageRow(
                    window: window,
                    tenant: TenantID(tenants.string(key.tenant)),
                    model: cellQuery.groups.contains(.model)
                        ? ModelID(models.string(key.model)) : nil,
                    user: cellQuery.groups.contains(.user)
                        ? UserID(users.string(key.user)) : nil,
                    usage: usage
                )
                rows.append((row, utcDay))
            }
        }
        let (folded, unpriced) = try query.folded(rows)
        // Numbers are sorted, since rows are large and hold references.
        let order = folded.indices.sorted { folded[$0].precedes(folded[$1]) }
        return UsageAnswer(
            rows: order.prefix(query.limit ?? order.count).map { folded[$0] },
            whole: UsageAnswer.Whole(folded, isPriced: query.prices != nil),
            unpriced: UnpricedModel.sorted(unpriced)
        )
    }
}

/// Sums by window and key.
private struct Cells {
    private(set) var sums: [[UsageSum]]
    private(set) var overflows = false
    /// The cells that hold something, in the order in which they were first used.
    private var used: [Place] = []

    /// A window's row of cells, and the cell in it.
    typealias Place = (slot: Int, key: Int)

    init(slotCount: Int) {
        sums = Array(repeating: [], count: slotCount)
    }

    @inline(__always)
    mutating func add(_ tokens: TokenCounts, at place: Place) {
        add(UsageSum(requests: 1, tokens: tokens), at: place)
    }

    @inline(__always)
    private mutating func add(_ sum: UsageSum, at place: Place) {
        let (slot, key) = place
        if key >= sums[slot].count { grow(slot: slot, key: key) }
        if sums[slot][key].requests == 0 { used.append(place) }
        if sums[slot][key].add(sum) { overflows = true }
    }

    @inline(never)
    private mutating func grow(slot: Int, key: Int) {
        let size = max(key + 1, sums[slot].count * 2, 64)
        sums[slot] += repeatElement(UsageSum(), count: size - sums[slot].count)
    }

    /// Moves what `other` holds into this.
    mutating func add(_ other: inout Cells) {
        for place in other.used { add(other.sums[place.slot][place.key], at: place) }
        overflows = overflows || other.overflows
        other.clear()
    }

    mutating func clear() {
        for place in used { sums[place.slot][place.key] = UsageSum() }
        used.removeAll(keepingCapacity: true)
        overflows = false
    }
}
