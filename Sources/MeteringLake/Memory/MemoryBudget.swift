package import BedrockMetering
internal import Synchronization

/// How much a run may hold before it sets records aside: so many bytes, or what its largest day needs
/// where that is more, since a day is merged whole.
package final class MemoryBudget: Sendable {
    private let bytes: Int
    private let jobs: Int
    private let state = Mutex(State())

    private struct State {
        /// Usage lines of the objects that were read, by day.
        var lines: [UsageDay: Int] = [:]
        /// Those since records were set aside.
        var held = 0
        /// Those of the largest object.
        var largestObject = 0
        var isSpent = false
        /// Bytes of what objects hold that are not known to be whole yet.
        var pending = 0
    }

    /// Bytes that objects may hold together until they are known to be whole: half of the budget, and
    /// enough for the usual ones in any case.
    private var pendingLimit: Int { max(bytes / 2, Self.leastPending) }
    private static let leastPending = 64 << 20

    /// Whether an object that holds more may go on.
    package enum Room {
        case enough
        /// There would be if it were read alone.
        case taken
        case tooLittle
    }

    /// Says how many bytes an object holds, instead of `before`.
    @discardableResult
    package func hold(_ size: Int, insteadOf before: Int) -> Room {
        let limit = pendingLimit
        return state.withLock { state in
            state.pending += size - before
            if state.pending <= limit { return .enough }
            return size > limit ? .tooLittle : .taken
        }
    }

    /// - Parameter jobs: how many objects are read at once.
    package init(bytes: Int, jobs: Int) {
        self.bytes = bytes
        self.jobs = jobs
    }

    /// Counts in the usage lines of an object that was read to its end.
    package func add(_ usageByDay: [UsageDay: Int]) {
        state.withLock { state in
            state.lines.merge(usageByDay, uniquingKeysWith: +)
            let lines = usageByDay.values.reduce(0, +)
            state.held += lines
            state.largestObject = max(state.largestObject, lines)
        }
    }

    /// Whether `merger` holds so much that no object should be begun until it is set aside.
    func isSpent(by merger: UsageMerger) -> Bool {
        let count = merger.count
        let memory = merger.memory(withCollectors: jobs)
        return state.withLock { state in
            // Of redelivered lines the merger has but one; and it has records of objects that are still
            // being read, whose days nobody has told yet.
            let held = min(count, state.held)
            let largest = state.lines.values.max() ?? 0
            // Once it is, it is for all who read, or one would go on alone.
            if held > largest, memory + Self.beside(count, largest, state, jobs) > bytes {
                state.isSpent = true
            }
            return state.isSpent
        }
    }

    /// Bytes of a reference to a record, in an array that makes room by doubling.
    private static let referenceSize = 8
    /// Bytes of a record's place in the order of its day.
    private static let orderSize = 24
    /// Bytes of a row as columns, and of what they are encoded to.
    private static let rowSize = 160

    /// What comes on top of a merger: the objects that are begun now, each as large as any before, the
    /// references to its records, and the order and the columns of its largest day.
    private static func beside(
        _ count: Int, _ largest: Int, _ state: State, _ jobs: Int
    ) -> Int {
        jobs * state.largestObject * UsageMerger.recordSize + count * referenceSize
            + largest * orderSize + min(largest, DayMerge.rowGroupRows) * rowSize
    }

    /// Says that all records so far were set aside.
    package func startOver() {
        state.withLock { state in
            state.held = 0
            state.isSpent = false
        }
    }
}
