extension CallConflict {
    /// Whether versions are known that contradict each other.
    package var isConflict: Bool { versions.count > 1 || hasMore }

    /// The call with the versions of both that are no snapshots of another one, whatever the order in
    /// which they are brought together.
    package func union(_ other: CallConflict) -> CallConflict {
        var symbols = UsageSymbols()
        guard var all = symbols.versions(of: self) else { return other }
        guard let others = symbols.versions(of: other) else { return self }
        all.formUnion(others, prevails: symbols.prevails)
        return symbols.conflict(all)
    }
}
