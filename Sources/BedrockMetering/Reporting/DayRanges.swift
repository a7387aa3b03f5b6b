/// Days as text, those in a row put together.
enum DayRanges {
    /// `2025-12-10, 2025-12-12 to 2025-12-13`, of days in their order.
    static func text(_ days: [UsageDay]) -> String {
        text(days.map { UsageReport.Day(day: $0, state: .provisional) })
    }

    /// The same of days of one state, those that were restated with how often.
    static func text(_ days: [UsageReport.Day]) -> String {
        var ranges: [(first: UsageReport.Day, last: UsageReport.Day)] = []
        for day in days {
            if let last = ranges.last?.last, last.day.advanced(by: 1) == day.day,
                last.restatements == day.restatements
            {
                ranges[ranges.count - 1].last = day
            } else {
                ranges.append((day, day))
            }
        }
        return ranges.map { first, last in
            var text = first.day.description
            if first.day < last.day { text += " to \(last.day)" }
            if first.restatements > 0 { text += " (restated \(times(first.restatements)))" }
            return text
        }.joined(separator: ", ")
    }

    private static func times(_ count: Int) -> String {
        count == 1 ? "once" : "\(count) times"
    }
}
