internal import BedrockMetering
internal import Synchronization

/// Is told, now and then and from any thread, how many of how many objects have been begun.
public typealias ReadingProgress = @Sendable (_ begun: Int, _ total: Int) -> Void

/// Decodes objects in parallel into one merger.
struct SourceReader: Sendable {
    let limits: DecodingLimits
    /// How many objects are decoded at once.
    let jobs: Int
    /// The days that are taken; all where nil.
    var period: UsagePeriod?
    var progress: ReadingProgress?
    /// Whether rejected lines are kept, or only counted.
    var keepsRejected = true
    /// When to stop before the end; never where nil.
    var limit: HeldLimit?
    private let store = LocalStore()

    init(
        limits: DecodingLimits, jobs: Int, period: UsagePeriod? = nil,
        progress: ReadingProgress? = nil
    ) {
        self.limits = limits
        self.jobs = jobs
        self.period = period
        self.progress = progress
    }

    /// What was read, by object in the order given.
    struct Outcome: Sendable {
        var counts = EventCounts()
        /// Usage lines outside the period.
        var outside = 0
        var objects = 0
        var failures: [ObjectFailure] = []
        /// Each object that was opened, or was to be.
        var read: [ReadObject] = []

        static func += (left: inout Self, right: Self) {
            left.counts += right.counts
            left.outside += right.outside
            left.objects += right.objects
            left.failures += right.failures
            left.read += right.read
        }
    }

    /// What one object came to.
    struct ReadObject: Sendable {
        let object: LocalStore.Object
        /// The version that was opened; nil where that cannot be told.
        let version: ObjectVersion?
        let result: Result
    }

    enum Result: Sendable {
        case read(Contents)
        case failed(ObjectFailure)
    }

    /// What an object that was read to its end held.
    struct Contents: Sendable {
        var counts: EventCounts
        var outside: Int
        var usageByDay: [UsageDay: Int]
        var rejected: [RejectedLine]
    }

    /// Reads `objects` from the one at `first` on, in order, until the last or the limit; one that
    /// cannot be read is a failure and leaves nothing in `merger`.
    func read(
        _ objects: [LocalStore.Object], from first: Int = 0, into merger: UsageMerger
    ) async -> Outcome {
        let queue = Queue(objects, from: first)
        let results = await withTaskGroup(of: [(index: Int, read: ReadObject)].self) { group in
            for _ in 0..<min(jobs, max(1, objects.count)) {
                group.addTask {
                    var collector = merger.makeCollector(for: period)
                    var results: [(index: Int, read: ReadObject)] = []
                    while limit?.isReached(by: merger) != true,
                        let (index, object) = queue.next()
                    {
                        progress?(index, objects.count)
                        results.append((index, read(object, into: &collector)))
                    }
                    return results
                }
            }
            var all: [(index: Int, read: ReadObject)] = []
            for await results in group { all += results }
            return all
        }
        var outcome = Outcome()
        outcome.read = results.sorted { $0.index < $1.index }.map(\.read)
        for read in outcome.read {
            switch read.result {
            case .read(let contents):
                outcome.objects += 1
                outcome.counts += contents.counts
                outcome.outside += contents.outside
            case .failed(let failure):
                outcome.failures.append(failure)
            }
        }
        return outcome
    }

    /// Objects that no worker has taken yet.
    private final class Queue: Sendable {
        private let objects: [LocalStore.Object]
        private let taken: Mutex<Int>

        init(_ objects: [LocalStore.Object], from first: Int) {
            self.objects = objects
            taken = Mutex(first)
        }

        func next() -> (index: Int, object: LocalStore.Object)? {
            let index = taken.withLock { taken in
                defer { taken += 1 }
                return taken
            }
            return index < objects.count ? (index, objects[index]) : nil
        }
    }

    private func read(
        _ object: LocalStore.Object, into collector: inout UsageCollector
    ) -> ReadObject {
        // Told first, so that what changes while it is read counts as another version.
        let status = try? FileStatus(of: object.path)
        return ReadObject(
            object: object, version: status?.kind == .file ? status?.version : nil,
            result: result(of: object, into: &collector)
        )
    }

    private func result(
        of object: LocalStore.Object, into collector: inout UsageCollector
    ) -> Result {
        let outside = collector.outside
        do {
            let counts = try store.decode(object, limits: limits, into: &collector)
            let rejected = collector.takeRejected()
            let usageByDay = collector.takeUsageByDay()
            limit?.add(usageByDay)
            return .read(
                Contents(
                    counts: counts, outside: collector.outside - outside,
                    usageByDay: usageByDay,
                    rejected: keepsRejected ? rejected : []
                )
            )
        } catch {
            return .failed(ObjectFailure(error, of: object.path))
        }
    }
}
