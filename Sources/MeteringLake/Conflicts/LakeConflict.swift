package import BedrockMetering

/// A call that came in versions that contradict each other, and what was decided of it.
package struct LakeConflict: Sendable, Hashable {
    package let day: UsageDay
    package let tenant: TenantID
    package let request: RequestID
    /// The largest first. None where only a ledger of 0.1.0 knows of the conflict, which kept none.
    package let versions: [CallVersion]
    /// Whether there were more than are kept.
    package let hasMore: Bool
    /// Nil where nobody has decided.
    package let decision: RecordedDecision?

    /// - Parameters:
    ///   - stored: what the lake keeps; nil where it keeps nothing of the call.
    ///   - decision: what the last fact about the call says.
    init(
        _ call: CallConflict, _ stored: StoredConflict?, _ decision: RecordedDecision?
    ) {
        day = call.day
        tenant = call.tenant
        request = call.request
        hasMore = stored?.call.hasMore ?? false
        self.decision = decision
        var versions = stored?.versions ?? []
        let known = Set(versions.map(\.record))
        // Versions of a decision that are snapshots of ones which came later.
        if let decision = decision?.decision.decision {
            versions += (decision.kept + decision.dropped).filter { !known.contains($0) }
                .map { CallVersion($0) }
        }
        self.versions = versions
    }

    /// Whether money is in doubt: nobody has decided, or a version has come since.
    package var isOpen: Bool {
        guard let decision = decision?.decision.decision else {
            return versions.count != 1 || hasMore
        }
        return versions.contains { !decision.covers($0.record) }
    }

    /// The versions that are rows of the lake.
    package var counted: [UsageRecord] {
        if let decision { return decision.decision.decision.kept }
        return versions.first.map { [$0.record] } ?? []
    }

    package func counts(_ version: CallVersion) -> Bool { counted.contains(version.record) }
}
