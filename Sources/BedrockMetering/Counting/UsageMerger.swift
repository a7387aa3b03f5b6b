internal import Synchronization

/// A set of usage records: whatever is put in, in whatever order and however often, each call is in
/// it once.
///
/// With a request id, a call is known by tenant, request id and UTC day; without one, by the whole
/// record. Where versions of one call differ, the largest stays, so that the outcome does not depend on
/// arrival: that of the largest sum of counts, then of the largest logged total, then the one that
/// sorts first. Workers fill it in parallel through collectors of their own.
public final class UsageMerger: Sendable {
    let symbols: Mutex<UsageSymbols>
    let shards: [LockedShard]
    let identity: UsageIdentity
    let seed: HashSeed

    static let shardCount = 16

    final class LockedShard: Sendable {
        let shard: Mutex<MergerShard>

        init(_ identity: UsageIdentity, _ seed: HashSeed) {
            shard = Mutex(MergerShard(identity, seed))
        }
    }

    public convenience init() {
        self.init(by: .request)
    }

    /// - Parameter identity: what tells calls apart.
    package convenience init(by identity: UsageIdentity) {
        self.init(by: identity, .process)
    }

    init(by identity: UsageIdentity, _ seed: HashSeed) {
        self.identity = identity
        self.seed = seed
        symbols = Mutex(UsageSymbols(seed))
        shards = (0..<Self.shardCount).map { _ in LockedShard(identity, seed) }
    }

    /// The shard of an identity's hash; slots take the low bits, so this takes the high ones.
    @inline(__always)
    static func shardIndex(ofHash hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 60)
    }

    /// How many distinct records were committed.
    public var count: Int {
        shards.reduce(0) { sum, locked in sum + locked.shard.withLock(\.count) }
    }

    /// Bytes of a record as it is held, also until its object is known to be whole.
    package static let recordSize = MemoryLayout<StoredUsage>.stride

    /// Bytes that its records take, and their names, which each of so many collectors has as well.
    package func memory(withCollectors collectors: Int) -> Int {
        let (names, requests) = symbols.withLock { symbols in
            (
                symbols.tenants.memory + symbols.users.memory + symbols.models.memory,
                symbols.requests.memory
            )
        }
        return shards.reduce(names * (1 + collectors) + requests) { sum, locked in
            sum + locked.shard.withLock(\.memory)
        }
    }

    /// How many committed lines were no new records.
    public var duplicates: DuplicateCounts {
        shards.reduce(into: DuplicateCounts()) { sum, locked in
            sum += locked.shard.withLock(\.duplicates)
        }
    }

    /// A sink that puts what it takes into this set when it is committed.
    ///
    /// - Parameter period: the UTC days that are taken; all where nil.
    public func makeCollector(for period: UsagePeriod? = nil) -> UsageCollector {
        UsageCollector(merger: self, period: period)
    }

    /// Takes the versions of a call in conflict that were met elsewhere, where there is a record of it.
    package func insert(_ conflict: CallConflict) {
        guard let versions = symbols.withLock({ $0.versions(of: conflict) }) else { return }
        let hash = versions.rows[0].hash(of: identity, seed)
        shards[Self.shardIndex(ofHash: hash)].shard.withLock { shard in
            shard.insert(versions) { left, right in
                symbols.withLock { $0.prevails(left, right) }
            }
        }
    }

    /// Takes committed rows, whose symbols are the merger's own.
    ///
    /// - Parameter first: the shard to begin with, so that workers do not queue for the same one.
    func insert(_ rows: [StoredUsage], beginningWith first: Int) {
        let count = rows.count
        var hashes = [UInt64](repeating: 0, count: count)
        var starts = [Int](repeating: 0, count: Self.shardCount + 1)
        for index in 0..<count {
            let hash = rows[index].hash(of: identity, seed)
            hashes[index] = hash
            starts[Self.shardIndex(ofHash: hash) &+ 1] &+= 1
        }
        for shard in 0..<Self.shardCount { starts[shard + 1] += starts[shard] }
        var next = starts
        var picked = [UInt32](repeating: 0, count: count)
        for index in 0..<count {
            let shard = Self.shardIndex(ofHash: hashes[index])
            picked[next[shard]] = UInt32(truncatingIfNeeded: index)
            next[shard] &+= 1
        }
        for offset in 0..<Self.shardCount {
            let index = (first + offset) % Self.shardCount
            let range = starts[index]..<starts[index + 1]
            guard !range.isEmpty else { continue }
            shards[index].shard.withLock { shard in
                shard.insert(rows, hashes: hashes, picked: picked[range]) { left, right in
                    symbols.withLock { $0.prevails(left, right) }
                }
            }
        }
    }
}

extension Sequence<UsageRecord> {
    /// The records with each call once, sorted by time and then by the other columns.
    ///
    /// - Complexity: O(n log n).
    public func deduplicated() -> [UsageRecord] {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for record in self { collector.insert(record) }
        collector.commit()
        return merger.records()
    }
}
