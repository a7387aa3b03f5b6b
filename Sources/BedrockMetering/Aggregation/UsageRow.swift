/// Usage of one tenant in one window, and of one model or user where the query asks for it.
public struct UsageRow: Sendable, Hashable {
    public let window: UsageWindow
    public let tenant: TenantID
    /// Nil unless the query groups by model.
    public let model: ModelID?
    /// Nil unless the query groups by user.
    public let user: UserID?
    public let usage: UsageSum
    /// Nil unless the query has a price book.
    public var cost: UsageCost?

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

/// A number of calls and the sums of their tokens.
public struct UsageSum: Sendable, Hashable {
    /// How many calls.
    public var requests: Int64
    public var tokens: TokenCounts

    public init(requests: Int64 = 0, tokens: TokenCounts = TokenCounts()) {
        self.requests = requests
        self.tokens = tokens
    }

    /// Total tokens per call; nil where there is no call.
    public var averageTotal: Double? {
        requests == 0 ? nil : Double(tokens.total) / Double(requests)
    }

    /// Adds `other`; returns whether a sum did not fit 63 bits.
    @inline(__always)
    mutating func add(_ other: UsageSum) -> Bool {
        var overflows = false
        func sum(_ left: Int64, _ right: Int64) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            overflows = overflows || overflow
            return sum
        }
        requests &+= other.requests
        tokens.input = sum(tokens.input, other.tokens.input)
        tokens.output = sum(tokens.output, other.tokens.output)
        tokens.cacheRead = sum(tokens.cacheRead, other.tokens.cacheRead)
        tokens.cacheWrite = sum(tokens.cacheWrite, other.tokens.cacheWrite)
        tokens.total = sum(tokens.total, other.tokens.total)
        return overflows
    }
}

/// A sum of tokens that does not fit 63 bits. Athena fails on such a sum, where a query asks for it.
public struct UsageOverflowError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String { "a sum of tokens does not fit 63 bits" }
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
