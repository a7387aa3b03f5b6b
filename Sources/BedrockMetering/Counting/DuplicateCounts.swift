/// How many usage lines were seen again.
public struct DuplicateCounts: Sendable, Hashable, Codable {
    /// Lines whose identity was known, in the same object or elsewhere.
    public var duplicates = 0
    /// Duplicates without a request id that could be other calls, since their time was written with less
    /// than six digits of a second, or since they came under different event ids; part of
    /// ``duplicates``.
    public var ambiguous = 0
    /// Calls of which versions were met that contradict each other, each counted once: so the number does
    /// not depend on the order of lines or on how many there are of a version. Snapshots of a call, of the
    /// same tenant and model with no count larger than in another version, contradict nothing.
    ///
    /// An ingest counts those calls of which it has read lines, with the versions that the lake lists, and
    /// so each again in a later run over the same objects; but none that somebody has decided.
    public var conflicts = 0
    /// Those of the ambiguous lines that equal another line of the same run, by day.
    ///
    /// What equals a row of the lake is left out: where an export is made again, that is every line.
    package var ambiguousByDay: [UsageDay: Int] = [:]

    public init(duplicates: Int = 0, ambiguous: Int = 0, conflicts: Int = 0) {
        self.duplicates = duplicates
        self.ambiguous = ambiguous
        self.conflicts = conflicts
    }

    public static func += (left: inout Self, right: Self) {
        left.duplicates += right.duplicates
        left.ambiguous += right.ambiguous
        left.conflicts += right.conflicts
        if !right.ambiguousByDay.isEmpty {
            left.ambiguousByDay.merge(right.ambiguousByDay, uniquingKeysWith: +)
        }
    }

    /// Counts a line that was known.
    ///
    /// - Parameters:
    ///   - identity: what tells calls apart.
    ///   - other: the line of the same run that it was known from; nil where it was known from the lake
    ///     alone.
    mutating func count(
        _ usage: StoredUsage, by identity: UsageIdentity, besideLine other: StoredUsage? = nil
    ) {
        duplicates += 1
        guard usage.mayRecur || other?.mayRecur == true,
            !usage.request.isPresent || identity == .record
        else { return }
        ambiguous += 1
        if other != nil { ambiguousByDay[UsageDay(number: usage.day), default: 0] += 1 }
    }
}
