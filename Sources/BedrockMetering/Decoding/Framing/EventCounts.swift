/// How many events an object held, by fate; they always add up.
public struct EventCounts: Sendable, Hashable, Codable {
    /// Sound usage lines, before any deduplication.
    public var usage = 0
    /// Everything else that a log group holds.
    public var foreign = 0
    /// Lines that claim to be usage but are not sound.
    public var rejected = 0
    /// Usage lines whose logged total is not the sum of its parts; part of ``usage``.
    public var totalMismatches = 0
    /// Usage lines whose request id is a placeholder, such as `None`, and so none; part of ``usage``.
    public var placeholderIDs = 0

    /// Of one object: by how many minutes the times of nearly all usage lines, which were written without
    /// a zone, are ahead of their envelopes', behind them where negative; nil where they are not. Sums
    /// over objects have none.
    package var offsetMinutes: Int?

    public init(
        usage: Int = 0, foreign: Int = 0, rejected: Int = 0, totalMismatches: Int = 0,
        placeholderIDs: Int = 0
    ) {
        self.usage = usage
        self.foreign = foreign
        self.rejected = rejected
        self.totalMismatches = totalMismatches
        self.placeholderIDs = placeholderIDs
    }

    /// All events seen: `usage + foreign + rejected`.
    public var events: Int { usage + foreign + rejected }

    public static func += (left: inout Self, right: Self) {
        left.usage += right.usage
        left.foreign += right.foreign
        left.rejected += right.rejected
        left.totalMismatches += right.totalMismatches
        left.placeholderIDs += right.placeholderIDs
    }
}
