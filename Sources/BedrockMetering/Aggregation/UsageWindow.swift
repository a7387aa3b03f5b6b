/// A stretch of time that usage is added up over, half-open, by the clock of the query's zone.
///
/// An hour is known by its label. Where clocks are put back, the two hours of one label are one window
/// of two hours, as they are one row in SQL; where they are put forward, a label has no window.
public struct UsageWindow: Sendable, Hashable, Comparable, Codable {
    @nonexhaustive
    public enum Size: String, Sendable, Hashable, CaseIterable, Codable {
        case hour, day, month
    }

    public let size: Size
    /// Its first day; a month's first day may come before the query's period.
    public let day: UsageDay
    /// The hour of the day, 0 to 23; nil unless the window is an hour.
    public let hour: Int?

    /// The window that holds an hour of a day.
    ///
    /// - Precondition: `hour` is one of 0 to 23; it bears on windows of an hour alone.
    public init(_ size: Size, holding day: UsageDay, hour: Int = 0) {
        precondition((0...23).contains(hour), "a day has the hours 0 to 23")
        self.size = size
        self.hour = size == .hour ? hour : nil
        self.day = size == .month ? day.advanced(by: 1 - day.civil.day) : day
    }

    /// The window that holds an instant, which is given as if the local clock were UTC's.
    init(_ size: Size, holding local: EventTime) {
        let day = local.day
        let hour = local.microseconds.flooredQuotient(by: EventTime.perHour) - day.number * 24
        self.init(size, holding: day, hour: Int(hour))
    }

    /// `2025-12-07`, or `2025-12` for a month.
    public var date: String {
        size == .month ? String(day.description.prefix(7)) : day.description
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.day, left.hour ?? 0) < (right.day, right.hour ?? 0)
    }
}
