/// The windows of a query, and which of them an instant falls in.
struct WindowSlots {
    /// All windows, each with the UTC day that it begins on.
    private(set) var windows: [(window: UsageWindow, utcDay: UsageDay)] = []
    /// By unit of time since the period's start: the number of its window.
    private var slotOfUnit: [UInt32] = []
    private let start: Int64
    /// An hour, or less for a zone that is not whole hours from UTC throughout the period.
    private let unit: Int64

    /// What tells windows apart.
    private struct Key: Hashable {
        var window: UsageWindow
        var utcDay: UsageDay?
    }

    /// - Parameter splitsUTCDays: whether a window that lies on several UTC days is one for each.
    init(_ query: UsageQuery, splitsUTCDays: Bool = false) {
        let instants = query.zone.instants(of: query.period)
        let stretches = query.zone.stretches(during: instants)
        start = instants.lowerBound
        unit = Self.unit(of: stretches)
        var numbers: [Key: UInt32] = [:]
        var last: (hour: Int64, utcDay: UsageDay, number: UInt32)?
        for (index, stretch) in stretches.enumerated() {
            let end = index + 1 < stretches.count ? stretches[index + 1].start : instants.upperBound
            for time in stride(from: stretch.start, to: end, by: Int(unit)) {
                let local = EventTime(microseconds: time + stretch.offset)
                let hour = local.microseconds.flooredQuotient(by: EventTime.perHour)
                let utcDay = EventTime(microseconds: time).day
                if let last, last.hour == hour, last.utcDay == utcDay {
                    slotOfUnit.append(last.number)
                    continue
                }
                let window = UsageWindow(
                    query.window, holding: local.day, hour: Int(hour - local.day.number * 24)
                )
                let key = Key(window: window, utcDay: splitsUTCDays ? utcDay : nil)
                let number = numbers[key] ?? UInt32(windows.count)
                if number == windows.count {
                    windows.append((window, utcDay))
                    numbers[key] = number
                }
                slotOfUnit.append(number)
                last = (hour, utcDay, number)
            }
        }
    }

    /// The longest unit that no local hour begins or ends within. Quarters of an hour serve all zones
    /// but Antarctica/Casey, which has changed its clocks at one minute past; see ``UsageZone``.
    private static func unit(of stretches: [UsageZone.Stretch]) -> Int64 {
        let units = [EventTime.perHour, EventTime.perHour / 4]
        let unit = units.first { unit in
            stretches.allSatisfy { stretch in
                stretch.offset.isMultiple(of: unit) && stretch.start.isMultiple(of: unit)
            }
        }
        return unit ?? EventTime.perMinute
    }

    /// The number of the window that holds `time`, or nil outside the period.
    @inline(__always)
    func slot(of time: Int64) -> Int? {
        let since = time &- start
        guard since >= 0 else { return nil }
        // Dividing by a constant costs no division.
        let units = unit == EventTime.perHour ? since / EventTime.perHour : since / unit
        let index = Int(truncatingIfNeeded: units)
        return index < slotOfUnit.count ? Int(slotOfUnit[index]) : nil
    }
}
