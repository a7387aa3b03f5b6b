/// How a query with a price book is answered: usage is added up by model and UTC day, which is what
/// prices hang on, and then folded to the rows that were asked for.
extension UsageQuery {
    /// The query that is added up; itself where there are no prices.
    var unpriced: UsageQuery {
        guard prices != nil else { return self }
        var query = self
        query.prices = nil
        query.limit = nil
        query.groups.insert(.model)
        if query.window == .month { query.window = .day }
        return query
    }

    /// The rows that were asked for, in any order, from those of ``unpriced``, each with the UTC day
    /// that it lies on; and the calls without a price by model.
    func folded(
        _ rows: [(row: UsageRow, utcDay: UsageDay)]
    ) throws(UsageOverflowError) -> (rows: [UsageRow], unpriced: [ModelID: Int64]) {
        guard let prices else { return (rows.map(\.row), [:]) }
        struct Key: Hashable {
            var window: UsageWindow
            var tenant: TenantID
            var model: ModelID?
            var user: UserID?
        }
        var sums: [Key: (usage: UsageSum, cost: UsageCost)] = [:]
        var unpriced: [ModelID: Int64] = [:]
        for (row, utcDay) in rows {
            let key = Key(
                window: UsageWindow(window, holding: row.window.day, hour: row.window.hour ?? 0),
                tenant: row.tenant,
                model: groups.contains(.model) ? row.model : nil,
                user: row.user
            )
            var sum = sums[key] ?? (UsageSum(), UsageCost())
            if sum.usage.add(row.usage) { throw UsageOverflowError() }
            let cost = prices.cost(of: row, on: utcDay)
            sum.cost += cost
            if let model = row.model, cost.unpricedRequests > 0 {
                unpriced[model, default: 0] += cost.unpricedRequests
            }
            sums[key] = sum
        }
        let folded = sums.map { key, sum in
            UsageRow(
                window: key.window, tenant: key.tenant, model: key.model, user: key.user,
                usage: sum.usage, cost: sum.cost
            )
        }
        return (folded, unpriced)
    }
}
