/// The windows of a query, and which of them an instant falls in.
struct WindowSlots {
    /// All windows, in order.
    let windows: [UsageWindow]
    /// By hour since the period's start: the number of its window.
    private let slotOfHour: [UInt32]
    private let start: Int64

    init(_ query: UsageQuery) {
        var windows: [UsageWindow] = []
        var slots: [UInt32] = []
        for day in query.period.days {
            for hour in 0..<24 {
                let window = UsageWindow(query.window, holding: day, hour: hour)
                if windows.last != window { windows.append(window) }
                slots.append(UInt32(windows.count - 1))
            }
        }
        self.windows = windows
        slotOfHour = slots
        start = query.period.first.start.microseconds
    }

    /// Whether all of the UTC day falls in one window, or outside the period.
    func isOneSlot(_ day: UsageDay) -> Bool {
        slot(of: day.start.microseconds) == slot(of: day.end.microseconds - 1)
    }

    /// The number of the window that holds `time`, or nil outside the period.
    @inline(__always)
    func slot(of time: Int64) -> Int? {
        let hour = time &- start
        guard hour >= 0 else { return nil }
        let index = Int(truncatingIfNeeded: hour / EventTime.perHour)
        return index < slotOfHour.count ? Int(slotOfHour[index]) : nil
    }
}
