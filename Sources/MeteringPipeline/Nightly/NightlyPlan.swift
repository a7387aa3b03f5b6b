internal import BedrockMetering

/// Which days a night is about.
struct NightlyPlan: Sendable, Hashable {
    /// To be exported and ingested, in their order.
    let days: [UsageDay]
    /// Days that nights have left undone and that a night does not go back to, in their order.
    let outOfReach: [UsageDay]
    /// Days before this one may be closed.
    let open: UsageDay

    /// How many days a night makes up at most; CloudWatch takes events that are up to 14 days old.
    static let reach = 14

    /// The first day that the night of `target` goes back to.
    static func earliest(of target: UsageDay) -> UsageDay { target.advanced(by: 1 - reach) }

    /// The night of `target`, and the nights before it that did not come to their end: those since the
    /// first day that a night has begun with.
    ///
    /// - Parameter done: days of which there is nothing left to do.
    init(night target: UsageDay, begun: Set<UsageDay>, done: Set<UsageDay>) {
        var left: [UsageDay] = []
        var day = min(begun.min() ?? target, target)
        while day < target {
            if !done.contains(day) { left.append(day) }
            day = day.advanced(by: 1)
        }
        let earliest = Self.earliest(of: target)
        days = left.filter { earliest <= $0 } + [target]
        outOfReach = left.filter { $0 < earliest }
        open = target
    }

    /// All days of a period but those that are done. The last two days before now stay open, as in a
    /// night.
    init(backfill period: UsagePeriod, done: Set<UsageDay>, now: EventTime) {
        days = period.days.filter { !done.contains($0) }
        outOfReach = []
        open = now.day.advanced(by: -1)
    }
}
