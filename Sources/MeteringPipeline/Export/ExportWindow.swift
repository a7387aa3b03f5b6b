package import BedrockMetering

/// The stretch of time that a day's export asks for.
///
/// The documents of CloudWatch Logs disagree on whether an export goes by the time of events or of their
/// ingestion, and a producer's own time may come before that of its event. So the window is wider than
/// the day on both sides; what it holds of other days is known to the lake from their own exports.
package struct ExportWindow: Sendable, Hashable {
    private let day: UsageDay
    /// The first instant.
    package let start: EventTime
    /// The instant after the last one.
    package let end: EventTime

    /// How much the window holds before the day.
    private static let before = EventTime.perHour
    /// How much it holds after it: as long as events may take until they can be exported.
    private static let after = 12 * EventTime.perHour

    /// - Returns: nil where the day has not begun.
    package init?(of day: UsageDay, now: EventTime) {
        guard day.start < now else { return nil }
        self.init(day: day, endingBy: now)
    }

    private init(day: UsageDay, endingBy time: EventTime) {
        self.day = day
        start = EventTime(microseconds: day.start.microseconds - Self.before)
        end = min(Self.end(of: day), time)
    }

    private static func end(of day: UsageDay) -> EventTime {
        EventTime(microseconds: day.end.microseconds + after)
    }

    /// The window of the same day that a task has which ends at `milliseconds`.
    func ending(byMilliseconds milliseconds: Int64) -> ExportWindow {
        ExportWindow(day: day, endingBy: EventTime(microseconds: milliseconds * 1000))
    }

    /// Whether it reaches as far as it should; it cannot reach into the future.
    package var isWhole: Bool { end == Self.end(of: day) }

    /// How far an earlier task has to reach to be as good as one of this window: as far as the window
    /// does or, while that cannot be whole, past the day's end.
    var sufficientEnd: EventTime { isWhole ? end : min(end, day.end) }

    var fromMilliseconds: Int64 { start.microseconds / 1000 }
    var toMilliseconds: Int64 { end.microseconds / 1000 }
}
