extension UsageRecord: Comparable {
    /// Whether `left` comes before `right` in a day file: by time, then by tenant, user, model, input, output
    /// and total tokens, request id, tokens read from and written to the cache; names by their bytes, and a
    /// missing request id first.
    public static func < (left: Self, right: Self) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.user != right.user { return left.user < right.user }
        if left.model != right.model { return left.model < right.model }
        let (one, other) = (left.tokens, right.tokens)
        if one.input != other.input { return one.input < other.input }
        if one.output != other.output { return one.output < other.output }
        if one.total != other.total { return one.total < other.total }
        if left.request != right.request {
            guard let request = left.request else { return true }
            return right.request.map { request < $0 } ?? false
        }
        if one.cacheRead != other.cacheRead { return one.cacheRead < other.cacheRead }
        return one.cacheWrite < other.cacheWrite
    }
}

/// Versions of one call; see ``CallID``.
extension UsageRecord {
    /// Whether of two versions of a call this is the one that stays: the one whose parts add up to more, then
    /// the one with the larger logged total, then the one that comes first in a day file.
    ///
    /// Of two snapshots of a call it is the later one. The order is total, so that what stays does not depend
    /// on which of them came first.
    public func prevails(over other: UsageRecord) -> Bool {
        let (sum, otherSum) = (tokens.wideSumOfParts, other.tokens.wideSumOfParts)
        if sum != otherSum { return sum > otherSum }
        if tokens.total != other.tokens.total { return tokens.total > other.tokens.total }
        return self < other
    }

    /// Whether this is a snapshot of what `other` is, taken earlier: of the same tenant and model, with no
    /// count larger and some smaller.
    ///
    /// Versions of a call contradict each other if neither is a snapshot of the other.
    public func isSnapshot(of other: UsageRecord) -> Bool {
        tenant == other.tenant && model == other.model && other.tokens.dominates(tokens)
    }
}
