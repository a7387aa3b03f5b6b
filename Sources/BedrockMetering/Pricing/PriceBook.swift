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

        /// Prices from `first` on, to the end of 2050 unless `last` says otherwise.
        public init(
            model: ModelID, first: UsageDay, last: UsageDay = UsagePeriod.covered.last,
            input: TokenPrice, output: TokenPrice, cacheRead: TokenPrice, cacheWrite: TokenPrice
        ) {
            self.model = model
            self.first = first
            self.last = last
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
        }

        /// What tokens cost by these prices, by their kinds.
        public func costs(of tokens: TokenCounts) -> TokenCosts {
            TokenCosts(
                input: input.cost(of: tokens.input), output: output.cost(of: tokens.output),
                cacheRead: cacheRead.cost(of: tokens.cacheRead),
                cacheWrite: cacheWrite.cost(of: tokens.cacheWrite))
        }
    }

    /// All entries, by model and then by first day.
    public let entries: [Entry]
    /// Where the entries of each model are.
    private let ranges: [ModelID: Range<Int>]

    /// - Throws: ``PriceBookError`` if there is no entry, one ends before it begins, or two of a
    ///   model share a day.
    public init(_ entries: [Entry]) throws(PriceBookError) {
        guard !entries.isEmpty else { throw PriceBookError("it has no prices") }
        self.entries = entries.sorted { ($0.model, $0.first) < ($1.model, $1.first) }
        var ranges: [ModelID: Range<Int>] = [:]
        for (index, entry) in self.entries.enumerated() {
            ranges[entry.model] = (ranges[entry.model]?.lowerBound ?? index)..<index + 1
        }
        self.ranges = ranges
        for entry in self.entries where entry.last < entry.first {
            throw PriceBookError("the prices of \(entry.model) end before they begin")
        }
        for (entry, next) in zip(self.entries, self.entries.dropFirst())
        where entry.model == next.model && next.first <= entry.last {
            throw PriceBookError("\(entry.model) has two prices on \(next.first)")
        }
    }

    /// The prices of a model that hold on `day`, or nil if there are none.
    public func entry(of model: ModelID, on day: UsageDay) -> Entry? {
        ranges[model].flatMap { range in
            entries[range].first { $0.first <= day && day <= $0.last }
        }
    }

    /// What tokens of a model used on `day` cost, or nil if there is no price for it.
    public func cost(of tokens: TokenCounts, model: ModelID, on day: UsageDay) -> Money? {
        entry(of: model, on: day)?.costs(of: tokens).total
    }

    public static func == (left: Self, right: Self) -> Bool { left.entries == right.entries }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries)
    }
}

/// A price book that cannot be used.
public struct PriceBookError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
