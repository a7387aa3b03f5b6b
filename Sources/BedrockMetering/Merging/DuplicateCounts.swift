/// How many usage lines were seen again.
public struct DuplicateCounts: Sendable, Hashable {
    /// Lines whose identity was known, in the same object or elsewhere.
    public var duplicates = 0
    /// Duplicates without a request id whose time has whole seconds only, so that they could be two
    /// calls; part of ``duplicates``.
    public var ambiguous = 0
    /// Calls of which more than one version was met, each counted once: so the number does not depend
    /// on the order of lines or on how many there are of a version. At most ``duplicates``.
    ///
    /// An ingest counts calls whose versions meet in the run, one of them perhaps in the lake. A later
    /// run over the same objects meets the versions that did not stay again, and counts them again.
    public var conflicts = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.duplicates += right.duplicates
        left.ambiguous += right.ambiguous
        left.conflicts += right.conflicts
    }

    /// Counts a line, and with it a call where the line is the first to differ from what was known.
    mutating func count(_ usage: StoredUsage, isConflict: Bool) {
        duplicates += 1
        if isConflict { conflicts += 1 }
        if !usage.request.isPresent && usage.time % EventTime.perSecond == 0 { ambiguous += 1 }
    }
}
