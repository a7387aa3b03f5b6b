package import BedrockMetering

/// A change to a day after it was closed, as a fact has it.
package struct Restatement: Sendable, Hashable {
    package let day: UsageDay
    /// The kind of run that changed the day, as ``LedgerRun/Kind`` writes it, or `interrupted` where a run
    /// found the change that one before it had made and not recorded.
    package let reason: String
    /// The day's file afterwards: its path in the lake.
    package let file: String
    /// The SHA-256 of the day's file before and after.
    package let before: Checksum
    package let after: Checksum
    /// By tenant and model, in the order of their names' bytes, without those whose sums stayed the same.
    ///
    /// Empty where rows changed and no sum did, as when another version of a call is kept.
    package let changes: [Change]

    package init(
        day: UsageDay, reason: String, file: String, before: Checksum, after: Checksum,
        changes: [Change]
    ) {
        self.day = day
        self.reason = reason
        self.file = file
        self.before = before
        self.after = after
        self.changes = changes
    }

    /// By how much the sums of a tenant and a model changed; of all its models where these are not known
    /// apart.
    package struct Change: Sendable, Hashable {
        package let key: TenantModel
        package let difference: Difference

        package init(_ key: TenantModel, _ difference: Difference) {
            self.key = key
            self.difference = difference
        }

        package var tenant: TenantID { key.tenant }
        package var model: ModelID? { key.model }
    }

    /// By how much sums grew; negative where they shrank.
    package struct Difference: Sendable, Hashable {
        package var requests: Int64 = 0
        package var input: Int128 = 0
        package var output: Int128 = 0
        package var cacheRead: Int128 = 0
        package var cacheWrite: Int128 = 0
        package var total: Int128 = 0

        package init() {}

        /// The sums of one day are far from 127 bits: 2^63 calls of 2^63 tokens come to 126.
        package init(_ totals: UsageTotals) {
            requests = totals.requests
            input = Int128(totals.input)
            output = Int128(totals.output)
            cacheRead = Int128(totals.cacheRead)
            cacheWrite = Int128(totals.cacheWrite)
            total = Int128(totals.total)
        }

        package static func += (left: inout Self, right: Self) {
            left.requests += right.requests
            left.input += right.input
            left.output += right.output
            left.cacheRead += right.cacheRead
            left.cacheWrite += right.cacheWrite
            left.total += right.total
        }

        package static func - (left: Self, right: Self) -> Self {
            var difference = Difference()
            difference.requests = left.requests - right.requests
            difference.input = left.input - right.input
            difference.output = left.output - right.output
            difference.cacheRead = left.cacheRead - right.cacheRead
            difference.cacheWrite = left.cacheWrite - right.cacheWrite
            difference.total = left.total - right.total
            return difference
        }
    }
}
