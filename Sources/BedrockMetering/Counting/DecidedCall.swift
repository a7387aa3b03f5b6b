/// A call of which somebody has decided which versions are rows of the day, in a merge.
struct DecidedCall {
    /// The versions that are rows, whatever else comes.
    let kept: [StoredUsage]
    /// Those that are none.
    private let dropped: [StoredUsage]
    /// How many of the kept versions the present file has.
    private(set) var found = 0
    /// Versions that nobody has decided about, which are in conflict with what was decided.
    private(set) var unknown: CallVersions?

    init(kept: [StoredUsage], dropped: [StoredUsage]) {
        self.kept = kept
        self.dropped = dropped
    }

    /// Takes a present row of the call; returns whether it is a version that is kept.
    mutating func takesBack(_ row: StoredUsage) -> Bool {
        guard kept.contains(where: { $0.isEqual(to: row) }) else { return false }
        found += 1
        return true
    }

    /// Takes a version that has come; returns whether it is the first that nobody has decided about.
    mutating func meet(
        _ row: StoredUsage, prevails: (StoredUsage, StoredUsage) -> Bool
    ) -> Bool {
        let isCovered = [kept, dropped].joined().contains {
            $0.isEqual(to: row) || $0.dominates(row)
        }
        if isCovered { return false }
        if unknown == nil {
            unknown = CallVersions(row)
            return true
        }
        unknown?.insert(row, prevails: prevails)
        return false
    }
}

/// What tells calls with request ids apart within a day.
struct StoredCall: Hashable {
    private let high: UInt64
    private let low: UInt64
    private let tenant: UInt32
    private let isSymbol: Bool

    init(_ row: StoredUsage) {
        high = row.request.high
        low = row.request.low
        tenant = row.tenant
        isSymbol = row.request.isSymbol
    }
}
