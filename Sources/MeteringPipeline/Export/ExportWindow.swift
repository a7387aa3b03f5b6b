package import BedrockMetering

/// The stretch of time that a day's export asks for.
///
/// The documents of CloudWatch Logs disagree on whether an export goes by the time of events or of their
/// ingestion, and a producer's own time may come before that of its event. So the window is wider than
/// the day on both sides; what it holds of other days is known to the lake from their own exports.
package struct ExportWindow: Sendable, Hashable {
    /// The first instant.
    package let start: EventTime
    /// The instant after the last one.
    package let end: EventTime
    /// Whether it reaches as far as it should; it cannot reach into the future.
    package let isWhole: Bool

    /// How much the window holds before the day.
    private static let before = EventTime.perHour
    /// How much it holds after it: as long as events may take until they can be exported.
    private static let after = 12 * EventTime.perHour

    /// - Returns: nil where the day has not begun.
    package init?(of day: UsageDay, now: EventTime) {
        guard day.start < now else { return nil }
        let whole = EventTime(microseconds: day.end.microseconds + Self.after)
        start = EventTime(microseconds: day.start.microseconds - Self.before)
        end = min(whole, now)
        isWhole = whole <= now
    }

    var fromMilliseconds: Int64 { start.microseconds / 1000 }
    var toMilliseconds: Int64 { end.microseconds / 1000 }
}
