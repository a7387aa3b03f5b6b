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
        var rejected: [RejectedObject] = []
    }

    /// The rejected lines of one object.
    struct RejectedObject: Sendable {
        let object: LocalStore.Object
        let lines: [RejectedLine]
    }

    /// Reads all `objects`; one that cannot be read is a failure and leaves nothing in `merger`.
    func read(_ objects: [LocalStore.Object], into merger: UsageMerger) async -> Outcome {
        let queue = Queue(objects)
        let results = await withTaskGroup(of: [(index: Int, result: Result)].self) { group in
            for _ in 0..<min(jobs, max(1, objects.count)) {
                group.addTask {
                    var collector = merger.makeCollector(for: period)
                    var results: [(index: Int, result: Result)] = []
                    while let (index, object) = queue.next() {
                        progress?(index, objects.count)
                        results.append((index, read(object, into: &collector)))
                    }
                    return results
                }
            }
            var all: [(index: Int, result: Result)] = []
            for await results in group { all += results }
            return all
        }
        var outcome = Outcome()
        for (_, result) in results.sorted(by: { $0.index < $1.index }) {
            switch result {
            case .read(let counts, let outside, let rejected):
                outcome.objects += 1
                outcome.counts += counts
                outcome.outside += outside
                if !rejected.lines.isEmpty { outcome.rejected.append(rejected) }
            case .failed(let failure):
                outcome.failures.append(failure)
            }
        }
        return outcome
    }

    /// Objects that no worker has taken yet.
    private final class Queue: Sendable {
        private let objects: [LocalStore.Object]
        private let taken = Mutex(0)

        init(_ objects: [LocalStore.Object]) {
            self.objects = objects
        }

        func next() -> (index: Int, object: LocalStore.Object)? {
            let index = taken.withLock { taken in
                defer { taken += 1 }
                return taken
            }
            return index < objects.count ? (index, objects[index]) : nil
        }
    }

    private enum Result: Sendable {
        case read(EventCounts, outside: Int, RejectedObject)
        case failed(ObjectFailure)
    }

    private func read(
        _ object: LocalStore.Object, into collector: inout UsageCollector
    ) -> Result {
        let outside = collector.outside
        do {
            let counts = try store.decode(object, limits: limits, into: &collector)
            let rejected = collector.takeRejected()
            return .read(
                counts, outside: collector.outside - outside,
                RejectedObject(object: object, lines: keepsRejected ? rejected : [])
            )
        } catch {
            return .failed(ObjectFailure(error, of: object.path))
        }
    }
}
