package import BedrockMetering

/// A change to a day after it was closed.
package struct Restatement: Sendable, Hashable {
    package let number: Int64
    package let day: UsageDay
    /// The run that changed the day, and what kind of run it was, which is the reason.
    package let run: LedgerRun.ID
    package let reason: LedgerRun.Kind
    package let time: EventTime
    /// The day's file before and after.
    package let before: Checksum
    package let after: Checksum
    /// By tenant, in the order of their names' bytes, without those whose sums stayed the same.
    ///
    /// Empty where rows changed and no sum did, as when another version of a call is kept.
    package let differences: [TenantDifference]

    package struct TenantDifference: Sendable, Hashable {
        package let tenant: TenantID
        package let difference: Difference
    }

    /// By how much sums grew; negative where they shrank.
    package struct Difference: Sendable, Hashable {
        package var requests: Int64 = 0
        package var input: Int128 = 0
        package var output: Int128 = 0
        package var cacheRead: Int128 = 0
        package var cacheWrite: Int128 = 0
        package var total: Int128 = 0

        init() {}

        /// The sums of one day are far from 127 bits: 2^63 calls of 2^63 tokens come to 126.
        init(from before: UsageTotals, to after: UsageTotals) {
            func difference(_ sum: (UsageTotals) -> UInt128) -> Int128 {
                Int128(sum(after)) - Int128(sum(before))
            }
            requests = after.requests - before.requests
            input = difference(\.input)
            output = difference(\.output)
            cacheRead = difference(\.cacheRead)
            cacheWrite = difference(\.cacheWrite)
            total = difference(\.total)
        }
    }

    /// What one state of a day lacks of another: tenants with fewer calls or tokens.
    static func losses(
        from before: [TenantID: UsageTotals], to after: [TenantID: UsageTotals]
    ) -> [TenantDifference] {
        differences(from: before, to: after).filter {
            $0.difference.requests < 0 || $0.difference.total < 0
        }
    }

    /// What changed between two states of a day.
    static func differences(
        from before: [TenantID: UsageTotals], to after: [TenantID: UsageTotals]
    ) -> [TenantDifference] {
        Set(before.keys).union(after.keys).sorted().compactMap { tenant in
            let (old, new) = (before[tenant] ?? UsageTotals(), after[tenant] ?? UsageTotals())
            guard old != new else { return nil }
            return TenantDifference(
                tenant: tenant, difference: Difference(from: old, to: new)
            )
        }
    }
}
