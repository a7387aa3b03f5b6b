/// What tokens cost, by model and UTC day.
///
/// A model is priced only under the exact id that was logged: a region's inference profile may cost
/// more than the bare model, and a guess would end up on an invoice. Usage without a price is told
/// apart, never counted as free.
public struct PriceBook: Sendable, Hashable {
    /// The prices of one model over some days.
    public struct Entry: Sendable, Hashable {
        public var model: ModelID
        /// The first day on which these prices hold.
        public var first: UsageDay
        /// The last day on which they hold, included.
        public var last: UsageDay
        public var input: TokenPrice
        public var output: TokenPrice
        public var cacheRead: TokenPrice
        public var cacheWrite: TokenPrice

        public init(
            model: ModelID, first: UsageDay, last: UsageDay, input: TokenPrice,
            output: TokenPrice, cacheRead: TokenPrice, cacheWrite: TokenPrice
        ) {
            self.model = model
            self.first = first
            self.last = last
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
        }

        func cost(of tokens: TokenCounts) -> Money {
            input.cost(of: tokens.input) + output.cost(of: tokens.output)
                + cacheRead.cost(of: tokens.cacheRead) + cacheWrite.cost(of: tokens.cacheWrite)
        }
    }

    /// All entries, by model and then by first day.
    public let entries: [Entry]

    /// - Throws: ``PriceBookError`` where there is no entry, one ends before it begins, or two of a
    ///   model share a day.
    public init(_ entries: [Entry]) throws(PriceBookError) {
        guard !entries.isEmpty else { throw PriceBookError("it has no prices") }
        self.entries = entries.sorted { ($0.model, $0.first) < ($1.model, $1.first) }
        for entry in self.entries where entry.last < entry.first {
            throw PriceBookError("the prices of \(entry.model) end before they begin")
        }
        for (entry, next) in zip(self.entries, self.entries.dropFirst())
        where entry.model == next.model && next.first <= entry.last {
            throw PriceBookError("\(entry.model) has two prices on \(next.first)")
        }
    }

    /// What tokens of a model used on `day` cost, or nil where there is no price for it.
    public func cost(of tokens: TokenCounts, model: ModelID, on day: UsageDay) -> Money? {
        entries.first { $0.model == model && $0.first <= day && day <= $0.last }?.cost(of: tokens)
    }
}

/// A price book that cannot be used.
public struct PriceBookError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
