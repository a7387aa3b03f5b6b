internal import Synchronization

extension UsageMerger {
    /// How many of its records lie outside the period of `query`.
    package func count(outside query: UsageQuery) -> Int {
        let instants = query.zone.instants(of: query.period)
        return shards.reduce(0) { sum, locked in
            locked.shard.withLock { shard in
                shard.blocks.reduce(sum) { sum, block in
                    sum + block.count { !instants.contains($0.time) }
                }
            }
        }
    }
}
