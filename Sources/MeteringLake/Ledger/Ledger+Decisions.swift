package import BedrockMetering
internal import GRDB

/// By which decisions about calls in conflict this machine has seen the files of days written.
extension Ledger {
    struct AppliedDecisions: Sendable, Hashable {
        /// The number of the last fact.
        let sequence: Int
        /// The file that was written by it.
        let checksum: Checksum
    }

    func appliedDecisions() throws(PipelineError) -> [UsageDay: AppliedDecisions] {
        try read { database in
            var applied: [UsageDay: AppliedDecisions] = [:]
            for row in try database.rows("SELECT * FROM applied_decision") {
                applied[try row.day("day")] = AppliedDecisions(
                    sequence: try row.value("fact"),
                    checksum: try row.parsed("sha256") { Checksum($0) })
            }
            return applied
        }
    }

    func noteDecisions(
        upTo sequence: Int, appliedTo day: UsageDay, _ checksum: Checksum
    ) throws(PipelineError) {
        try write { database in
            try database.change(
                """
                INSERT INTO applied_decision (day, fact, sha256)
                VALUES (\(day), \(sequence), \(checksum.description))
                ON CONFLICT (day) DO UPDATE SET fact = excluded.fact, sha256 = excluded.sha256
                """
            )
        }
    }

    /// The sums of a day as they are to be, once its file follows from all decisions.
    ///
    /// - Parameter index: what has all facts; this ledger where nil.
    package func sumsByDecisions(
        of day: UsageDay, facts index: Ledger? = nil
    ) throws(PipelineError) -> UsageSums {
        var sums = try sums(of: day)
        let applied = try appliedDecisions()[day]?.sequence ?? 0
        for recorded in try (index ?? self).facts(about: day) where recorded.fact.sequence > applied
        {
            guard case .conflictDecided(let decision) = recorded.fact.content else { continue }
            sums.apply(decision.changes)
        }
        return sums
    }
}

extension Ledger {
    /// What facts say of the calls of days of `period`, or of all days where nil.
    package func decisions(
        in period: UsagePeriod? = nil
    ) throws(PipelineError) -> [UsageDay: DayDecisions] {
        var decisions: [UsageDay: DayDecisions] = [:]
        for recorded in try facts(ofKind: Fact.conflictDecided, in: period) {
            guard case .conflictDecided(let decision) = recorded.fact.content else { continue }
            decisions[decision.day, default: DayDecisions()].add(
                RecordedDecision(
                    decision: decision, sequence: recorded.fact.sequence,
                    time: recorded.fact.time))
        }
        return decisions
    }
}
