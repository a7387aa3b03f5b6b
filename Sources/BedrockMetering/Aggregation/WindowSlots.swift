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
        // Units of one span of local time and one UTC day are looked up once.
        let span = query.window == .hour ? EventTime.perHour : EventTime.perDay
        var last: (span: Int64, utcDay: UsageDay, number: UInt32)?
        for (index, stretch) in stretches.enumerated() {
            let end = index + 1 < stretches.count ? stretches[index + 1].start : instants.upperBound
            for time in stride(from: stretch.start, to: end, by: Int(unit)) {
                let local = EventTime(microseconds: time &+ stretch.offset)
                let number = local.microseconds.flooredQuotient(by: span)
                let utcDay = EventTime(microseconds: time).day
                if let last, last.span == number, last.utcDay == utcDay {
                    slotOfUnit.append(last.number)
                    continue
                }
                let key = Key(
                    window: UsageWindow(query.window, holding: local),
                    utcDay: splitsUTCDays ? utcDay : nil
                )
                let slot = numbers[key] ?? UInt32(windows.count)
                if slot == windows.count {
                    windows.append((key.window, utcDay))
                    numbers[key] = slot
                }
                slotOfUnit.append(slot)
                last = (number, utcDay, slot)
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

    /// Whether all of the UTC day falls in one window, or outside the period.
    func isOneSlot(_ day: UsageDay) -> Bool {
        slot(of: day.start.microseconds) == slot(of: day.end.microseconds - 1)
    }

    /// The number of the window that holds `time`, or nil outside the period.
    @inline(__always)
    func slot(of time: Int64) -> Int? {
        guard time >= start else { return nil }
        let since = UInt64(bitPattern: time &- start)
        // Dividing by a constant costs no division.
        let perHour = UInt64(EventTime.perHour)
        let units = unit == EventTime.perHour ? since / perHour : since / UInt64(bitPattern: unit)
        let index = Int(truncatingIfNeeded: units)
        return index < slotOfUnit.count ? Int(slotOfUnit[index]) : nil
    }
}
