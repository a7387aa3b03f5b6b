extension PriceBook {
    /// The cost of a row that is of one model and lies within one UTC day.
    func cost(of row: UsageRow, on utcDay: UsageDay) -> UsageCost {
        guard let model = row.model, let entry = entry(of: model, on: utcDay) else {
            return UsageCost(unpricedRequests: row.usage.requests)
        }
        return UsageCost(parts: entry.costs(of: row.tokens))
    }
}
