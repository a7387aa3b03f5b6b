/// What came of one call, less the versions that are mere snapshots of another one: those that no other
/// dominates. More than one is a conflict.
///
/// The versions that no other dominates are the same in whatever order they came, up to ``maximum``.
struct CallVersions {
    /// In no order.
    private(set) var rows: [StoredUsage]
    /// Whether there were more than are kept.
    private(set) var hasMore = false

    /// How many versions are kept of a call, so that an id that all calls share costs no memory.
    static let maximum = 100

    init(_ row: StoredUsage) {
        rows = [row]
    }

    /// Versions that were kept elsewhere, at least one.
    init(_ rows: [StoredUsage], hasMore: Bool) {
        self.rows = rows
        self.hasMore = hasMore
    }

    var isConflict: Bool { rows.count > 1 || hasMore }

    /// Takes another version of the call.
    ///
    /// - Parameter prevails: the order by which the largest are kept where there are too many.
    mutating func insert(
        _ row: StoredUsage, prevails: (StoredUsage, StoredUsage) -> Bool
    ) {
        if rows.contains(where: { $0.isEqual(to: row) || $0.dominates(row) }) { return }
        rows.removeAll { row.dominates($0) }
        rows.append(row)
        guard rows.count > Self.maximum else { return }
        rows.sort(by: prevails)
        rows.removeLast()
        hasMore = true
    }

    /// Takes versions of the call that were kept elsewhere.
    mutating func formUnion(
        _ other: CallVersions, prevails: (StoredUsage, StoredUsage) -> Bool
    ) {
        for row in other.rows { insert(row, prevails: prevails) }
        hasMore = hasMore || other.hasMore
    }
}
