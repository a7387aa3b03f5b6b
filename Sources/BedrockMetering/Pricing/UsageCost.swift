/// What usage costs by a price book.
public struct UsageCost: Sendable, Hashable, Codable {
    /// The cost of all calls that have a price.
    public let priced: Money
    /// The same by kinds of tokens; nil if that is not known, as of Athena's answers.
    public let parts: TokenCosts?
    /// Calls that have none.
    public var unpricedRequests: Int64

    /// A cost of which only the sum is known.
    public init(priced: Money = .zero, unpricedRequests: Int64 = 0) {
        self.priced = priced
        parts = priced == .zero ? .zero : nil
        self.unpricedRequests = unpricedRequests
    }

    /// A cost by kinds of tokens.
    public init(parts: TokenCosts, unpricedRequests: Int64 = 0) {
        priced = parts.total
        self.parts = parts
        self.unpricedRequests = unpricedRequests
    }

    /// The cost of all calls; nil if some have no price.
    public var total: Money? { unpricedRequests == 0 ? priced : nil }

    public static func + (left: Self, right: Self) -> Self {
        let unpriced = left.unpricedRequests + right.unpricedRequests
        guard let parts = left.parts, let others = right.parts else {
            return UsageCost(priced: left.priced + right.priced, unpricedRequests: unpriced)
        }
        return UsageCost(parts: parts + others, unpricedRequests: unpriced)
    }

    public static func += (left: inout Self, right: Self) {
        left = left + right
    }
}

/// What tokens cost, by their kinds.
public struct TokenCosts: Sendable, Hashable, Codable {
    public var input: Money
    public var output: Money
    public var cacheRead: Money
    public var cacheWrite: Money

    public init(
        input: Money = .zero, output: Money = .zero, cacheRead: Money = .zero,
        cacheWrite: Money = .zero
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    /// The cost of all tokens.
    public var total: Money { input + output + cacheRead + cacheWrite }
}

extension TokenCosts: AdditiveArithmetic {
    /// No costs.
    public static let zero = TokenCosts()

    public static func + (left: Self, right: Self) -> Self {
        TokenCosts(
            input: left.input + right.input, output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite)
    }

    public static func - (left: Self, right: Self) -> Self {
        TokenCosts(
            input: left.input - right.input, output: left.output - right.output,
            cacheRead: left.cacheRead - right.cacheRead,
            cacheWrite: left.cacheWrite - right.cacheWrite)
    }
}
