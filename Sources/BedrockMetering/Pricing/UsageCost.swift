/// What usage costs by a price book.
public struct UsageCost: Sendable, Hashable {
    /// The cost of all calls that have a price.
    public var priced = Money(picodollars: 0)
    /// Calls that have none.
    public var unpricedRequests: Int64 = 0

    public init() {}

    /// The cost of all calls; nil where some have no price.
    public var total: Money? { unpricedRequests == 0 ? priced : nil }

    static func += (left: inout Self, right: Self) {
        left.priced += right.priced
        left.unpricedRequests += right.unpricedRequests
    }
}
