internal import BedrockMetering

/// The stretches of time that an instant's usage counts in.
struct LimitWindows: Sendable, Hashable {
    /// Minutes of UTC since 1970.
    var minute: Int
    /// The tenant's day, as `2025-12-07`.
    var day: String
    /// The tenant's month, as `2025-12`.
    var month: String

    private let time: EventTime
    private let zone: UsageZone
    private let localDay: UsageDay

    init(_ time: EventTime, in zone: UsageZone) {
        self.time = time
        self.zone = zone
        localDay = zone.day(of: time)
        minute = Int(time.microseconds.flooredQuotient(by: EventTime.perMinute))
        day = localDay.description
        month = String(day.prefix(7))
    }

    /// Until the next minute.
    var secondsOfMinute: Int {
        seconds(until: Int64(minute + 1) * EventTime.perMinute)
    }

    /// Until the tenant's next midnight, which is 23 to 25 hours after the last one if clocks change.
    var secondsOfDay: Int {
        seconds(until: zone.start(of: localDay.advanced(by: 1)))
    }

    /// Until the first of the tenant's next month.
    var secondsOfMonth: Int {
        var next = localDay.advanced(by: 1)
        while next.civil.day != 1 { next = next.advanced(by: 1) }
        return seconds(until: zone.start(of: next))
    }

    /// Rounded up, and at least one.
    private func seconds(until end: Int64) -> Int {
        let left = end - time.microseconds
        return Int(max(1, (left + EventTime.perSecond - 1) / EventTime.perSecond))
    }
}
