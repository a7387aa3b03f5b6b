extension PriceBook {
    /// The cost of a row that is of one model and lies within one UTC day.
    func cost(of row: UsageRow, on utcDay: UsageDay) -> UsageCost {
        var cost = UsageCost()
        if let model = row.model,
            let amount = self.cost(of: row.tokens, model: model, on: utcDay)
        {
            cost.priced = amount
        } else {
            cost.unpricedRequests = row.usage.requests
        }
        return cost
    }
}
