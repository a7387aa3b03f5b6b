package import BedrockMetering

/// What one who only reads knows of a lake's facts: what the ledger has of them, and what it lacks read
/// from the lake. Nothing is written.
package struct FactSurvey: Sendable {
    /// An index of all facts, which may be one in memory.
    package let facts: Ledger
    /// Where the chain does not hold, and what lies among the facts that is none.
    package let breaks: [FactBreak]
    /// Why days that no fact closes are not known to be provisional; nil where they are.
    private let doubt: String?
    /// How many there are.
    package let count: Int
    private let states: [UsageDay: Ledger.ClosedState]
    private let lake: String

    /// - Parameters:
    ///   - ledger: nil where there is none that can be read.
    ///   - readsAll: whether facts that the ledger has are read as well, and compared.
    package init(
        of lake: Lake, ledger: Ledger?, in period: UsagePeriod? = nil, readsAll: Bool = false
    ) async throws(PipelineError) {
        self.lake = "\(lake.root)"
        let source = LakeFacts(of: lake)
        let listing = try await source.list()
        let known = Dictionary(
            uniqueKeysWithValues: (try ledger?.factChain().links ?? []).map { ($0.sequence, $0) })
        let older = try ledger?.olderFacts() ?? []
        let read = try await source.read(listing) { readsAll || known[$0] == nil }
        var index: Ledger
        if let ledger, read.isEmpty, older.isEmpty {
            index = ledger
        } else {
            index = if let ledger { try ledger.factsInMemory() } else { try Ledger() }
            try index.add(read)
        }
        let chain = try index.factChain()
        var breaks = chain.breaks(present: Set(listing.facts.keys))
        breaks += read.filter {
            known[$0.sequence].map { $0.checksum } ?? $0.checksum != $0.checksum
        }
        .map { .changed($0.sequence) }
        self.breaks = breaks + listing.breaks
        for fact in older {
            guard let content = try index.carriedOver(fact.content) else { continue }
            let chain = try index.factChain()
            let made = Fact(
                sequence: chain.last + 1, previous: chain.head, time: fact.time,
                tool: Fact.thisTool, content: content)
            try index.add([StoredFact(made)], by: fact.run)
        }
        facts = index
        states = try index.closedStates(in: period)
        count = chain.links.count
        doubt =
            if breaks.contains(where: \.breaksChain) {
                "the chain of facts is broken"
            } else if ledger == nil, chain.links.isEmpty {
                "the lake has no facts, and there is no ledger here that can be read"
            } else { nil }
    }

    /// The closed days.
    package var closedStates: [UsageDay: Ledger.ClosedState] { states }

    /// When days were closed.
    package var closings: [UsageDay: EventTime] { states.compactMapValues(\.finality.closed) }

    /// How final a day of the period is.
    package func finality(of day: UsageDay) -> DayFinality {
        states[day]?.finality ?? doubt.map { .unknown(reason: $0) } ?? .provisional
    }

    /// What is wrong with the chain; nil where it holds.
    package var brokenChain: String? { FactBreak.advice(on: breaks, of: lake) }
}
