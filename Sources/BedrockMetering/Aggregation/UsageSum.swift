/// A number of calls and the sums of their tokens.
public struct UsageSum: Sendable, Hashable, Codable {
    /// How many calls.
    public var requests: Int64
    public var tokens: TokenCounts

    public init(requests: Int64 = 0, tokens: TokenCounts = .zero) {
        self.requests = requests
        self.tokens = tokens
    }

    /// Total tokens per call; nil if there is no call.
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
