/// Calls of which the lake knows more than new records and present rows tell.
extension DayMerge {
    /// Takes up what the lake knows, before anything is merged.
    ///
    /// Rows that somebody has decided to keep are merged like new records, and all others of their calls
    /// are left out, be they new or present: so the day's file follows from the decision.
    mutating func heed(_ known: [KnownCall]) {
        var kept: [StoredUsage] = []
        var left: Set<UInt32> = []
        for call in known {
            if let decision = call.decision {
                kept += heed(decision, &left)
            } else if let versions = symbols.versions(of: call.call) {
                heed(versions)
            }
        }
        guard !kept.isEmpty else { return }
        outcome.kept.rows = kept.count
        outcome.records -= kept.count
        references.removeAll { left.contains($0.bits) }
        for row in kept.sorted(by: symbols.precedes) {
            let reference = snapshot.append(row)
            let place = references.partitioningIndex { symbols.precedes(row, snapshot[$0]) }
            references.insert(reference, at: place)
        }
    }

    /// Leaves out what came of a decided call.
    ///
    /// - Returns: the rows that are merged instead.
    private mutating func heed(_ decision: CallDecision, _ left: inout Set<UInt32>) -> [StoredUsage]
    {
        let kept = decision.kept.map { symbols.row(of: $0) }
        var call = DecidedCall(kept: kept, dropped: decision.dropped.map { symbols.row(of: $0) })
        if let reference = snapshot.reference(toCallOf: kept[0]) {
            left.insert(reference.bits)
            outcome.duplicates.count(snapshot[reference], by: snapshot.identity)
            let versions = snapshot.versions(of: reference)
            if versions.isConflict { outcome.duplicates.conflicts -= 1 }
            for row in versions.rows { meet(row, of: &call) }
        }
        decided[StoredCall(kept[0])] = call
        return kept
    }

    private mutating func meet(_ row: StoredUsage, of call: inout DecidedCall) {
        if call.meet(row, prevails: symbols.prevails) { outcome.duplicates.conflicts += 1 }
    }

    /// Adds versions that were met before to those of a new record.
    private mutating func heed(_ known: CallVersions) {
        guard let reference = snapshot.reference(toCallOf: known.rows[0]) else { return }
        var versions = snapshot.versions(of: reference)
        let wasConflict = versions.isConflict
        versions.formUnion(known, prevails: symbols.prevails)
        outcome.duplicates.conflicts += (versions.isConflict ? 1 : 0) - (wasConflict ? 1 : 0)
        met[reference.bits] = versions
        listed.insert(reference.bits)
    }

    /// Where somebody has decided about the call of a present row, leaves the row out: a version that is
    /// kept is merged anyway.
    ///
    /// - Returns: false where nobody has decided.
    mutating func leavesOut(_ row: StoredUsage) -> Bool {
        guard !decided.isEmpty else { return false }
        let key = StoredCall(row)
        guard var call = decided[key] else { return false }
        if call.takesBack(row) {
            outcome.kept.found += 1
        } else {
            outcome.kept.replaced += 1
            meet(row, of: &call)
        }
        decided[key] = call
        return true
    }
}

extension Array {
    /// The index of the first element that `isSecond` is true of, where it is of all that follow as well.
    fileprivate func partitioningIndex(_ isSecond: (Element) -> Bool) -> Int {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if isSecond(self[middle]) {
                range = range.lowerBound..<middle
            } else {
                range = middle + 1..<range.upperBound
            }
        }
        return range.lowerBound
    }
}
