/// How many usage lines were seen again.
public struct DuplicateCounts: Sendable, Hashable {
    /// Lines whose identity was known, in the same object or elsewhere.
    public var duplicates = 0
    /// Duplicates without a request id whose time has whole seconds only, so that they could be two
    /// calls; part of ``duplicates``.
    public var ambiguous = 0
    /// Duplicates that differ from the version known; part of ``duplicates``.
    public var conflicts = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.duplicates += right.duplicates
        left.ambiguous += right.ambiguous
        left.conflicts += right.conflicts
    }

    mutating func count(_ usage: StoredUsage, isConflict: Bool) {
        duplicates += 1
        if isConflict { conflicts += 1 }
        if !usage.request.isPresent && usage.time % EventTime.perSecond == 0 { ambiguous += 1 }
    }
}
