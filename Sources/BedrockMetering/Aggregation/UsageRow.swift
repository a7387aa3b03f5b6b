/// Usage of one tenant in one window, and of one model or user if the query asks for it.
public struct UsageRow: Sendable, Hashable, Codable {
    public let window: UsageWindow
    public let tenant: TenantID
    /// Nil unless the query groups by model.
    public let model: ModelID?
    /// Nil unless the query groups by user.
    public let user: UserID?
    public let usage: UsageSum
    /// Nil unless the query has a price book.
    public var cost: UsageCost?

    public init(
        window: UsageWindow, tenant: TenantID, model: ModelID? = nil, user: UserID? = nil,
        usage: UsageSum, cost: UsageCost? = nil
    ) {
        self.window = window
        self.tenant = tenant
        self.model = model
        self.user = user
        self.usage = usage
        self.cost = cost
    }

    public var tokens: TokenCounts { usage.tokens }

    /// Whether the row comes before `other` in a query's answer.
    func precedes(_ other: UsageRow) -> Bool {
        if window != other.window { return window < other.window }
        if tokens.total != other.tokens.total { return tokens.total > other.tokens.total }
        if tenant != other.tenant { return tenant < other.tenant }
        if let model, let otherModel = other.model, model != otherModel {
            return model < otherModel
        }
        if let user, let otherUser = other.user { return user < otherUser }
        return false
    }
}

extension Sequence<UsageRow> {
    /// The sum over all rows.
    ///
    /// - Throws: ``UsageOverflowError`` where it does not fit 63 bits.
    public func totals() throws(UsageOverflowError) -> UsageSum {
        var sum = UsageSum()
        for row in self where sum.add(row.usage) { throw UsageOverflowError() }
        return sum
    }

    /// The cost of all rows; nil where they have none.
    func totalCost() -> UsageCost? {
        var total: UsageCost?
        for row in self {
            guard let cost = row.cost else { continue }
            total = total ?? UsageCost()
            total? += cost
        }
        return total
    }
}
