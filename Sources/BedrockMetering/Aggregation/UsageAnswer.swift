/// The rows that answer a query, and what all rows come to where a limit keeps only the first.
package struct UsageAnswer: Sendable, Hashable {
    /// In the query's order, up to its limit.
    package let rows: [UsageRow]
    package let whole: Whole
    /// The models whose calls have no price, those with the most calls first; none unless the query has
    /// a price book.
    package let unpriced: [UnpricedModel]

    /// All rows, with those that a limit has cut off.
    package struct Whole: Sendable, Hashable {
        package let rows: Int
        /// The sum over all rows; nil where it does not fit 63 bits.
        package let totals: UsageSum?
        /// Nil unless the query has a price book.
        package let cost: UsageCost?

        init(_ rows: some Collection<UsageRow>, isPriced: Bool) {
            self.rows = rows.count
            totals = try? rows.totals()
            cost = isPriced ? rows.totalCost() ?? UsageCost() : nil
        }
    }
}

/// A model that a price book has no price for.
package struct UnpricedModel: Sendable, Hashable {
    package let model: ModelID
    /// Its calls on days without a price.
    package let requests: Int64

    /// Those of `requests` in their order.
    static func sorted(_ requests: [ModelID: Int64]) -> [UnpricedModel] {
        requests.map { UnpricedModel(model: $0.key, requests: $0.value) }.sorted {
            $0.requests != $1.requests ? $0.requests > $1.requests : $0.model < $1.model
        }
    }
}
