package import BedrockMetering

/// Lists the facts of a lake. Nothing is made or changed.
package struct FactsJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days that they are about; all, and facts about no day, where nil.
    package var period: UsagePeriod?
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, period: UsagePeriod? = nil, stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
        self.stores = stores
    }

    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package func run() async throws(PipelineError) -> FactList {
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        // The ledger knows which facts there were, but is not needed.
        let ledger = try? books.reading()
        let survey = try await FactSurvey(of: books.lake, ledger: ledger, in: period)
        return FactList(
            facts: try survey.facts.storedFacts(in: period), breaks: survey.breaks)
    }
}

/// Facts in their order, and where their chain does not hold.
package struct FactList: Sendable {
    package let facts: [StoredFact]
    package let breaks: [FactBreak]

    /// An aligned table.
    package func table() -> String {
        var table = TextTable(["fact", "time", "date", "kind", "what"])
        table.alignsRight = [0]
        for fact in facts.compactMap(\.fact) {
            table.rows.append([
                "\(fact.sequence)", fact.time.secondsText,
                fact.content.day.map { "\($0)" } ?? "-", fact.content.kind,
                fact.content.summary,
            ])
        }
        return table.text()
    }

    /// One JSON object, with each fact as it lies in the lake.
    package func json() -> String {
        let facts = facts.filter { $0.fact != nil }.map { stored in
            JSONText.object([
                ("sha256", JSONText.quoted(stored.checksum.description)),
                (
                    "fact",
                    JSONText.escapingHidden(
                        String(decoding: stored.bytes.filter { $0 != 0x0a }, as: UTF8.self))
                ),
            ])
        }
        return JSONText.document([
            ("facts", JSONText.array(facts)),
            ("breaks", JSONText.array(breaks.map { JSONText.quoted($0.text) })),
        ])
    }
}

extension Fact.Content {
    /// What it says, in a few words.
    fileprivate var summary: String {
        switch self {
        case .dayClosed(let closing):
            let sums = closing.sums.whole
            let force = closing.isForced == true ? ", by force" : ""
            return closing.isEmpty
                ? "without usage\(force)"
                : "\(Counted.text(sums.requests, "row", "rows")), "
                    + "\(Counted.text(sums.total, "token", "tokens"))\(force)"
        case .dayRestated(let change):
            let sums = change.changes.reduce(into: Restatement.Difference()) { $0 += $1.difference }
            return "by \(change.reason): \(Counted.change(sums.requests, "row", "rows")), "
                + Counted.change(sums.total, "token", "tokens")
        case .dayConverted: return "the same rows in another file"
        case .conflictDecided(let decision):
            return "\(decision.decision.kept.count) of "
                + "\(decision.decision.kept.count + decision.decision.dropped.count) versions kept of tenant "
                + "\(decision.tenant.rawValue), request \(decision.request.rawValue)"
        case .rejectWrittenOff(let writeOff):
            let lines = Counted.text(writeOff.lines.count, "rejected line", "rejected lines")
            return "\(lines) of \(writeOff.object): \(writeOff.reason)"
        case .unknown: return "of a kind that this version does not know"
        }
    }
}
