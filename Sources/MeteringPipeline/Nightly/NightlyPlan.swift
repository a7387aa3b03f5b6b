internal import BedrockMetering

/// Which days a night is about.
struct NightlyPlan: Sendable, Hashable {
    /// To be exported and ingested, in their order.
    let days: [UsageDay]
    /// Days before this one may be closed.
    let open: UsageDay

    /// How many days a night makes up at most; CloudWatch takes events that are up to 14 days old.
    static let reach = 14

    /// The night of `target`, and the nights before it that did not come to their end: those after the
    /// first export that the ledger knows whose days are not closed.
    init(
        night target: UsageDay, exported: Set<UsageDay>, closed: Set<UsageDay>
    ) {
        let earliest = target.advanced(by: 1 - Self.reach)
        let first = exported.filter { earliest <= $0 && $0 <= target }.min() ?? target
        var days: [UsageDay] = []
        var day = first
        while day < target {
            if !closed.contains(day) { days.append(day) }
            day = day.advanced(by: 1)
        }
        self.days = days + [target]
        open = target
    }

    /// All days of a period but those that are closed. The last two days before now stay open, as in a
    /// night.
    init(backfill period: UsagePeriod, closed: Set<UsageDay>, now: EventTime) {
        days = period.days.filter { !closed.contains($0) }
        open = now.day.advanced(by: -1)
    }
}
