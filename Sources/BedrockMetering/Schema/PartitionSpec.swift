/// Where a day lies in the lake: `year=2025/month=12/day=07`, all values zero-padded strings.
///
/// Athena matches partition values as exact strings, so the padding is part of the format.
public enum PartitionSpec {
    /// The partition keys, outermost first.
    public static let keys = ["year", "month", "day"]

    /// The padded values of a day, in the order of ``keys``.
    public static func values(of day: UsageDay) -> [String] {
        let (year, month, dayOfMonth) = day.civil
        return [
            UsageDay.padded(year, 4), UsageDay.padded(month, 2), UsageDay.padded(dayOfMonth, 2),
        ]
    }

    /// The folder of a day, relative to the lake, without a slash at either end.
    public static func path(of day: UsageDay) -> String {
        zip(keys, values(of: day)).map { "\($0)=\($1)" }.joined(separator: "/")
    }

    /// The day whose folder `path` is, or nil where it is none.
    public static func day(ofPath path: some StringProtocol) -> UsageDay? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == keys.count else { return nil }
        var values: [Substring] = []
        for (part, key) in zip(parts, keys) {
            guard part.hasPrefix("\(key)=") else { return nil }
            values.append(Substring(part.dropFirst(key.count + 1)))
        }
        return UsageDay(values.joined(separator: "-"))
    }
}
