package import BedrockMetering

/// The facts of a lake as a run has them that holds the lake's lock: those that lie there, and the
/// ledger's index of them.
package struct FactBook: Sendable {
    private let lake: Lake
    private let facts: LakeFacts
    package private(set) var ledger: Ledger
    /// Where the chain does not hold, and what lies among the facts that is none.
    package private(set) var breaks: [FactBreak] = []

    /// Takes in what the ledger does not have yet, and makes facts of what a ledger of 0.1.0 has.
    init(of lake: Lake, ledger: Ledger) async throws(PipelineError) {
        self.lake = lake
        facts = LakeFacts(of: lake)
        self.ledger = ledger
        try await catchUp()
        try await carryOver()
    }

    /// How often a number is tried that others have taken meanwhile.
    private static let attempts = 100

    /// Makes a fact of what `content` returns.
    ///
    /// - Parameters:
    ///   - run: the run that makes it.
    ///   - content: asked again where another machine has made a fact first, since what it says may follow
    ///     from others; nil where there is nothing to say any more.
    /// - Returns: the fact; nil where `content` was nil.
    @discardableResult
    package mutating func append(
        at time: EventTime, by run: LedgerRun.ID? = nil,
        _ content: (Ledger) async throws(PipelineError) -> Fact.Content?
    ) async throws(PipelineError) -> Fact? {
        for _ in 1...Self.attempts {
            guard let content = try await content(ledger) else { return nil }
            let chain = try ledger.factChain()
            let fact = Fact(
                sequence: chain.last + 1, previous: chain.head, time: time, tool: Fact.thisTool,
                content: content)
            let stored = StoredFact(fact)
            if try await facts.make(stored) {
                try ledger.add([stored], by: run)
                return fact
            }
            try await catchUp()
        }
        throw PipelineError(
            code: .inputOutput, location: "\(lake.root)/\(FactFile.folder)",
            reason: "others kept making facts while this run was to; run again")
    }

    /// Reads the facts that the ledger does not have, and where the chain does not hold all of them, since
    /// one may have been brought back.
    mutating func catchUp() async throws(PipelineError) {
        let listing = try await facts.list()
        var chain = try ledger.factChain()
        let present = Set(listing.facts.keys)
        if chain.breaks(present: present).isEmpty {
            let known = Set(chain.links.map(\.sequence))
            try ledger.add(try await facts.read(listing) { !known.contains($0) })
        }
        chain = try ledger.factChain()
        if !chain.breaks(present: present).isEmpty {
            try ledger.add(try await facts.read(listing))
            chain = try ledger.factChain()
        }
        breaks = chain.breaks(present: present) + listing.breaks
    }

    /// Makes facts of the closings and restatements that a ledger of 0.1.0 has, with their times.
    ///
    /// Several machines may each have such a ledger: a day that facts have closed already is not closed
    /// twice, and of restatements only those are taken that follow on the last fact of their day.
    private mutating func carryOver() async throws(PipelineError) {
        let older = try ledger.olderFacts()
        guard !older.isEmpty else { return }
        for fact in older {
            try await append(at: fact.time, by: fact.run) { ledger throws(PipelineError) in
                try ledger.carriedOver(fact.content)
            }
        }
        try ledger.forgetOlderFacts()
    }

    /// Makes the restatement that a run which was interrupted has not made, where a closed day's file is
    /// not what its last fact says.
    ///
    /// - Returns: the fact; nil where nothing has changed, or the file lacks usage that facts have: it was
    ///   lost or replaced then, and stays named until somebody has rebuilt it.
    /// - Throws: ``PipelineError`` where the file cannot be read.
    package mutating func settle(
        _ day: UsageDay, at time: EventTime, by run: LedgerRun.ID?
    ) async throws(PipelineError) -> Fact? {
        let lake = lake
        return try await append(at: time, by: run) { ledger throws(PipelineError) in
            guard let closed = try ledger.closedDay(day),
                let file = try await lake.partition(of: day).soundFile()
            else { return nil }
            do {
                let copy = try await lake.copy(of: file)
                let sums = UsageSums(try copy.sums())
                guard closed.sumsByDecisions.losses(to: sums).isEmpty else { return nil }
                return closed.change(
                    to: lake.location(of: file), try copy.checksum(), sums, by: "interrupted")
            } catch {
                let failure = ObjectFailure(error, of: file.object.name)
                throw PipelineError(
                    code: .damagedLake, location: failure.location, reason: failure.reason)
            }
        }
    }

}

extension Ledger {
    /// What of an older ledger is still to be made a fact.
    func carriedOver(_ content: Fact.Content) throws(PipelineError) -> Fact.Content? {
        guard let day = content.day else { return nil }
        let closed = try closedDay(day)
        switch content {
        case .dayClosed: return closed == nil ? content : nil
        case .dayRestated(let change), .dayConverted(let change):
            return closed?.checksum == change.before ? content : nil
        case .conflictDecided, .rejectWrittenOff, .unknown: return nil
        }
    }
}
