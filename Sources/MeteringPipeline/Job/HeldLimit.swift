internal import BedrockMetering
internal import Synchronization

/// How many records a run may hold in memory: as many as its largest day has, so that a backfill of
/// many days needs no more than one of them, but not so few that setting them aside would not pay.
final class HeldLimit: Sendable {
    private let minimum: Int
    private let state = Mutex(State())

    private struct State {
        /// Usage lines of the objects that were read, by day.
        var lines: [UsageDay: Int] = [:]
        /// Those since records were set aside.
        var held = 0
        var isReached = false
    }

    static let usualMinimum = 1 << 16

    init(minimum: Int) {
        self.minimum = minimum
    }

    /// Counts in the usage lines of an object that was read to its end.
    func add(_ usageByDay: [UsageDay: Int]) {
        state.withLock { state in
            state.lines.merge(usageByDay, uniquingKeysWith: +)
            state.held += usageByDay.values.reduce(0, +)
        }
    }

    /// Whether `merger` holds so many records that no object should be begun until they are set aside.
    func isReached(by merger: UsageMerger) -> Bool {
        let count = merger.count
        return state.withLock { state in
            // Of redelivered lines the merger has but one; and it has records of objects that are still
            // being read, whose days nobody has told yet.
            let held = min(count, state.held)
            let largest = state.lines.values.max() ?? 0
            // Once it is, it is for all who read, or one would go on alone.
            if held > minimum && held > largest { state.isReached = true }
            return state.isReached
        }
    }

    /// Says that all records so far were set aside.
    func startOver() {
        state.withLock { state in
            state.held = 0
            state.isReached = false
        }
    }
}
