internal import BedrockMetering
internal import Synchronization

/// How many records a run may hold in memory: as many as its largest day has, so that a backfill of
/// many days needs no more than one of them, but not so few that setting them aside would not pay.
final class HeldLimit: Sendable {
    private let minimum: Int
    /// Usage lines that were read, by day.
    private let lines = Mutex<[UsageDay: Int]>([:])

    static let usualMinimum = 1 << 16

    init(minimum: Int) {
        self.minimum = minimum
    }

    /// Counts in the usage lines of an object.
    func add(_ usageByDay: [UsageDay: Int]) {
        lines.withLock { $0.merge(usageByDay, uniquingKeysWith: +) }
    }

    /// Whether `merger` holds so many records that no object should be begun.
    func isReached(by merger: UsageMerger) -> Bool {
        let count = merger.count
        return count > minimum && count > lines.withLock { $0.values.max() ?? 0 }
    }
}
