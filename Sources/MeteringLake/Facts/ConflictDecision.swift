package import BedrockMetering

/// What somebody has decided of a call in conflict, as a fact has it.
package struct ConflictDecision: Sendable, Hashable {
    package let day: UsageDay
    package let tenant: TenantID
    package let request: RequestID
    package let decision: CallDecision
    /// The versions that were rows of the day until then.
    package let counted: [UsageRecord]
    /// Why, where somebody said so.
    package let reason: String?

    package init(
        day: UsageDay, tenant: TenantID, request: RequestID, decision: CallDecision,
        counted: [UsageRecord], reason: String? = nil
    ) {
        self.day = day
        self.tenant = tenant
        self.request = request
        self.decision = decision
        self.counted = counted
        self.reason = reason
    }

    package var key: CallKey { CallKey(tenant, request) }

    /// By how much it changes the sums of its day.
    package var changes: [Restatement.Change] {
        var sums = UsageSums()
        sums.apply(decision.kept.map(\.change))
        sums.apply(counted.map(\.change), backwards: true)
        return UsageSums().changes(to: sums)
    }
}

extension UsageRecord {
    /// The record as what it adds to a day.
    fileprivate var change: Restatement.Change {
        var totals = UsageTotals()
        totals.add(tokens)
        return Restatement.Change(TenantModel(tenant, model), Restatement.Difference(totals))
    }
}

/// A decision with what tells when it was made.
package struct RecordedDecision: Sendable, Hashable {
    package let decision: ConflictDecision
    /// The number of its fact.
    package let sequence: Int
    package let time: EventTime
}

/// What was decided of the calls of a day: of each what the last fact says.
package struct DayDecisions: Sendable {
    private(set) var byCall: [CallKey: RecordedDecision] = [:]
    /// The number of the last fact.
    package private(set) var last = 0

    package mutating func add(_ recorded: RecordedDecision) {
        let key = recorded.decision.key
        last = max(last, recorded.sequence)
        if byCall[key].map({ $0.sequence < recorded.sequence }) ?? true { byCall[key] = recorded }
    }
}
