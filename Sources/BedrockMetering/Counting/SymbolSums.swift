/// Sums of calls by the symbols of their tenants and models.
///
/// They lie in a grid of tenants and models, so that a call costs one multiplication to find. Only where
/// the grid would have mostly holes, as with many tenants that each name models of their own, the rest are
/// looked up by hash.
struct SymbolSums {
    private var grid: [UsageTotals] = []
    /// How many models the grid has room for, a power of two.
    private var width = 1
    private var others: [UInt64: UsageTotals] = [:]

    /// Cells that the grid may have however few tenants there are: 6 MB.
    private static let freeCells = 1 << 16

    /// Adds a call.
    @inline(__always)
    mutating func add(_ usage: StoredUsage, _ symbols: UsageSymbols) {
        let model = Int(usage.model)
        let cell = Int(usage.tenant) &* width &+ model
        guard model < width, cell < grid.count else { return addElsewhere(usage, symbols) }
        grid[cell].add(usage.tokens)
    }

    @inline(never)
    private mutating func addElsewhere(_ usage: StoredUsage, _ symbols: UsageSymbols) {
        makeRoom(
            forTenants: max(symbols.tenants.count, Int(usage.tenant) + 1),
            models: max(symbols.models.count, Int(usage.model) + 1))
        let cell = Int(usage.tenant) * width + Int(usage.model)
        if usage.model < width, cell < grid.count {
            grid[cell].add(usage.tokens)
        } else {
            let key = UInt64(usage.tenant) << 32 | UInt64(usage.model)
            others[key, default: UsageTotals()].add(usage.tokens)
        }
    }

    private mutating func makeRoom(forTenants tenants: Int, models: Int) {
        func isAffordable(_ width: Int) -> Bool {
            tenants * width <= max(Self.freeCells, 4 * tenants)
        }
        var wider = width
        while wider < models { wider *= 2 }
        if wider > width, isAffordable(wider) {
            var wide = [UsageTotals](repeating: UsageTotals(), count: tenants * wider)
            for cell in grid.indices { wide[cell / width * wider + cell % width] = grid[cell] }
            (grid, width) = (wide, wider)
        }
        guard isAffordable(width) else { return }
        grid += [UsageTotals](repeating: UsageTotals(), count: max(0, tenants * width - grid.count))
    }

    /// The sums by names, without those of no calls.
    func byName(_ symbols: UsageSymbols) -> [TenantModel: UsageTotals] {
        var sums: [TenantModel: UsageTotals] = [:]
        func keep(_ tenant: Int, _ model: Int, _ totals: UsageTotals) {
            let key = TenantModel(
                TenantID(symbols.tenants.string(UInt32(tenant))),
                ModelID(symbols.models.string(UInt32(model))))
            // A pair that was looked up by hash may have come into the grid since.
            sums[key, default: UsageTotals()] += totals
        }
        for (cell, totals) in grid.enumerated() where totals.requests > 0 {
            keep(cell / width, cell % width, totals)
        }
        for (key, totals) in others {
            keep(Int(key >> 32), Int(key & 0xffff_ffff), totals)
        }
        return sums
    }
}
