package import BedrockMetering

/// Lists calls in conflict with their versions. Nothing is made or changed.
package struct ConflictsJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The days asked for; all where nil.
    package var period: UsagePeriod?
    /// The tenants asked for; all where there are none.
    package var tenants: Set<TenantID> = []
    /// Whether those are left out of which nobody needs to decide any more.
    package var onlyOpen = false
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, period: UsagePeriod? = nil, stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.period = period
        self.stores = stores
    }

    /// The calls of which versions were met that contradict each other, and what was decided.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake.
    package func run() async throws(PipelineError) -> ConflictList {
        let books = try await LakeLedger(lake: lake, ledger: ledger, stores: stores)
        // The lake's own lists do not need one; a ledger that was named is one that is meant.
        var ledger: Ledger?
        do throws(PipelineError) {
            ledger = try books.reading()
        } catch {
            guard error.code == .notFound, self.ledger == nil else { throw error }
        }
        let facts = try await FactSurvey(of: books.lake, ledger: ledger, in: period)
        let conflicts = try await LakeConflicts(
            of: books.lake, facts: facts.facts, ledger: ledger, in: period)
        var list = ConflictList(
            calls: conflicts.calls.filter { call in
                (tenants.isEmpty || tenants.contains(call.tenant)) && (call.isOpen || !onlyOpen)
            },
            remarks: conflicts.remarks.sorted { $0.key < $1.key }.map(\.value),
            failures: conflicts.failures,
            brokenChain: facts.brokenChain)
        list.lake = lake
        return list
    }
}

/// Calls in conflict as they are shown.
package struct ConflictList: Sendable {
    /// In the order of days, tenants and request ids.
    package let calls: [LakeConflict]
    /// What may be missing of them, by day.
    package let remarks: [String]
    /// Lists of the lake that cannot be read.
    package let failures: [ObjectFailure]
    /// What is wrong with the chain of facts, so that decisions may be missing; nil where it holds.
    package let brokenChain: String?

    /// The lake as it was named, for what is to be done next.
    package var lake = ""

    /// Whether nobody has anything to decide, and nothing is missing.
    package var isSettled: Bool {
        !calls.contains(where: \.isOpen) && failures.isEmpty && brokenChain == nil
            && remarks.isEmpty
    }

    package func text() -> String { calls.map { $0.text(in: lake) }.joined(separator: "\n") }

    /// One JSON object.
    package func json() -> String {
        JSONText.document([
            ("open", String(calls.count(where: \.isOpen))),
            ("conflicts", JSONText.array(calls.map { $0.json() })),
            ("failures", JSONText.array(failures.map { $0.json() })),
        ])
    }
}

extension LedgerDay {
    /// Says that conflicts of the day are not listed; nil where all are.
    func unlistedConflictsRemark(in lake: Lake) -> String? {
        guard conflicts == nil else { return nil }
        return "\(day): the conflicts that an older version counted are not listed; "
            + "\(lake.rebuilding(day)) lists them"
    }
}
