internal import Synchronization

/// Records one at a time.
extension UsageMerger {
    /// Puts in a record at once, without a collector.
    ///
    /// - Returns: whether its call was new, and the version of the call that stays now: `record` itself, or one that
    ///   was known and prevails over it. Several threads may do this, and commit collectors, at the same time.
    @discardableResult
    public func insert(
        _ record: UsageRecord
    ) -> (inserted: Bool, memberAfterInsert: UsageRecord) {
        let row = symbols.withLock { $0.row(of: record) }
        let hash = row.hash(of: identity, seed)
        let (inserted, kept) = shards[Self.shardIndex(ofHash: hash)].shard.withLock { shard in
            let count = shard.count
            shard.insert([row], hashes: [hash], picked: [0]) { left, right in
                symbols.withLock { $0.prevails(left, right) }
            }
            let kept = shard.number(of: row).map { shard[$0] } ?? row
            return (shard.count > count, kept)
        }
        return (inserted, symbols.withLock { $0.record(kept) })
    }

    /// The calls of which versions were met that contradict each other, by day, tenant and request id.
    public func conflicts() -> [CallConflict] {
        let snapshot = snapshot()
        return snapshot.shards
            .flatMap { $0.conflicts.map { snapshot.symbols.conflict($0) } }
            .sorted { ($0.day, $0.tenant, $0.request) < ($1.day, $1.tenant, $1.request) }
    }
}
