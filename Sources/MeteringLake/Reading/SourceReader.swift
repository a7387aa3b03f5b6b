package import BedrockMetering

/// Is told, now and then and from any thread, how many of how many objects have been begun.
public typealias ReadingProgress = @Sendable (_ begun: Int, _ total: Int) -> Void

/// Decodes objects in parallel into one merger.
package struct SourceReader: Sendable {
    package let limits: DecodingLimits
    /// How many objects are decoded at once.
    package let jobs: Int
    /// The days that are taken; all where nil.
    package var period: UsagePeriod?
    package var progress: ReadingProgress?
    /// Where rejected lines are kept; where nil, they are only counted.
    package var rejects: RejectKeeper?
    /// How files of a lake that are not its own are read; nil where there are none among the objects.
    package var others: OtherFileReader?
    /// What makes reading stop before the end; nothing where nil.
    package var budget: MemoryBudget?
    private let stores: Stores

    package init(
        _ stores: Stores, limits: DecodingLimits, jobs: Int, period: UsagePeriod? = nil,
        progress: ReadingProgress? = nil
    ) {
        self.stores = stores
        self.limits = limits
        self.jobs = jobs
        self.period = period
        self.progress = progress
    }

    /// What was read, by object in the order given.
    package struct Outcome: Sendable {
        package var counts = EventCounts()
        /// Usage lines outside the period.
        package var outside = 0
        package var objects = 0
        package var failures: [ObjectFailure] = []
        /// Each object that was opened, or was to be.
        package var read: [ReadObject] = []
        /// What ended the reading early: rejected lines could not be kept.
        package var fault: PipelineError?
        /// Objects for which there was no room beside others, which are to be read alone.
        package var deferred: [StoredObject] = []

        package init(
            counts: EventCounts = EventCounts(), outside: Int = 0, objects: Int = 0,
            failures: [ObjectFailure] = [], read: [ReadObject] = [], fault: PipelineError? = nil,
            deferred: [StoredObject] = []
        ) {
            self.counts = counts
            self.outside = outside
            self.objects = objects
            self.failures = failures
            self.read = read
            self.fault = fault
            self.deferred = deferred
        }

        /// What is amiss with objects that were read.
        package var warnings: [String] {
            read.compactMap { read in
                guard case .read(let contents) = read.result,
                    let minutes = contents.counts.offsetMinutes
                else { return nil }
                let zone =
                    "\(minutes < 0 ? "-" : "+")\(UsageDay.padded(abs(minutes) / 60, 2))"
                    + ":\(UsageDay.padded(abs(minutes) % 60, 2))"
                return
                    "\(read.object.name): nearly all times have no zone and are those of \(zone), but "
                    + "are taken for UTC; have the producer write the zone, such as 10:00:00\(zone)"
            }
        }

        /// Adds objects that failed before.
        package mutating func add(_ failed: [ReadObject]) {
            for read in failed {
                guard case .failed(let failure) = read.result else { continue }
                failures.append(failure)
                self.read.append(read)
            }
        }

        /// The objects that could be read, by the days that they hold usage of.
        package var objectsByDay: [UsageDay: [StoredObject]] {
            var objects: [UsageDay: [StoredObject]] = [:]
            for read in read {
                guard case .read(let contents) = read.result else { continue }
                for day in contents.usageByDay.keys {
                    objects[day, default: []].append(read.object)
                }
            }
            return objects
        }

        package static func += (left: inout Self, right: Self) {
            left.counts += right.counts
            left.outside += right.outside
            left.objects += right.objects
            left.failures += right.failures
            left.read += right.read
            left.fault = left.fault ?? right.fault
            left.deferred += right.deferred
        }
    }

    /// What one object came to.
    package struct ReadObject: Sendable {
        package let object: StoredObject
        /// The version that was opened; nil where that cannot be told.
        package let version: ObjectVersion?
        package let result: Result
    }

    package enum Result: Sendable {
        case read(Contents)
        case failed(ObjectFailure)
        /// It could be read, but its rejected lines could not be kept.
        case unkept(PipelineError)
        /// There was no room for it beside others.
        case deferred
    }

    /// What an object that was read to its end held.
    package struct Contents: Sendable {
        package var counts: EventCounts
        package var outside: Int
        package var usageByDay: [UsageDay: Int]
        package var rejects: RejectRows
    }

    /// Reads `objects` from the one at `first` on, in order, until the last or until the budget is spent;
    /// one that cannot be read is a failure and leaves nothing in `merger`.
    package func read(
        _ objects: [StoredObject], from first: Int = 0, into merger: UsageMerger
    ) async -> Outcome {
        let queue = OpeningAhead(objects, from: first, of: stores)
        let results = await withTaskGroup(of: [(index: Int, read: ReadObject)].self) { group in
            for _ in 0..<min(jobs, max(1, objects.count)) {
                group.addTask {
                    var sink = ObjectSink(merger, for: period, within: budget)
                    var results: [(index: Int, read: ReadObject)] = []
                    while budget?.isSpent(by: merger) != true, let taken = queue.next() {
                        progress?(taken.index, objects.count)
                        let rejects = rejects?.file(of: taken.object)
                        let read: ReadObject
                        if let others, others.reads(taken.object) {
                            read = await self.read(taken, by: others, merger, rejects)
                        } else {
                            sink.begin(keeping: rejects)
                            read = await self.read(taken, into: &sink, rejects)
                        }
                        results.append((taken.index, read))
                        if case .unkept = read.result { break }
                    }
                    return results
                }
            }
            var all: [(index: Int, read: ReadObject)] = []
            for await results in group { all += results }
            return all
        }
        var outcome = Outcome()
        for (_, read) in results.sorted(by: { $0.index < $1.index }) {
            if case .deferred = read.result {
                outcome.deferred.append(read.object)
                continue
            }
            outcome.read.append(read)
            switch read.result {
            case .read(let contents):
                outcome.objects += 1
                outcome.counts += contents.counts
                outcome.outside += contents.outside
            case .failed(let failure):
                outcome.failures.append(failure)
            case .unkept(let fault):
                outcome.fault = outcome.fault ?? fault
            case .deferred: break
            }
        }
        return outcome
    }

    private func read(
        _ taken: OpeningAhead.Taken, into sink: inout ObjectSink, _ rejects: RejectFile?
    ) async -> ReadObject {
        let object = taken.object
        let outside = sink.collector.outside
        do {
            // Where it was asked for ahead in vain, it is asked for again.
            let body = try? await taken.body()
            let (counts, version) = try await stores.decode(
                object, from: body, limits: limits, into: &sink, check: { try $0.check() })
            try sink.check()
            return ReadObject(
                object: object, version: version,
                result: await result(counts, of: &sink, rejects, outsideBefore: outside)
            )
        } catch {
            return await failed(object, of: stores, error)
        }
    }

    /// Reads a file of a lake that is not its own.
    private func read(
        _ taken: OpeningAhead.Taken, by others: OtherFileReader, _ merger: UsageMerger,
        _ rejects: RejectFile?
    ) async -> ReadObject {
        let object = taken.object
        do {
            var reading = try await others.read(object, from: try? await taken.body()) {
                // What came before was not taken.
                rejects?.startOver()
                var sink = ObjectSink(merger, for: period, within: budget)
                sink.begin(keeping: rejects)
                return sink
            }
            try reading.sink.check()
            let counts = reading.counts
            return ReadObject(
                object: object, version: reading.version,
                result: await result(counts, of: &reading.sink, rejects, outsideBefore: 0)
            )
        } catch {
            return await failed(object, of: others.lake.stores, error)
        }
    }

    private func result(
        _ counts: EventCounts, of sink: inout ObjectSink, _ rejects: RejectFile?,
        outsideBefore outside: Int
    ) async -> Result {
        let usageByDay = sink.takeUsageByDay()
        budget?.add(usageByDay)
        do throws(PipelineError) {
            let rows = try await rejects?.keep() ?? RejectRows()
            return .read(
                Contents(
                    counts: counts, outside: sink.collector.outside - outside,
                    usageByDay: usageByDay, rejects: rows
                )
            )
        } catch {
            return .unkept(error)
        }
    }

    private func failed(
        _ object: StoredObject, of stores: Stores, _ error: any Error
    ) async -> ReadObject {
        let isDeferred = (error as? MemoryShortage)?.mayPassAlone == true
        return ReadObject(
            object: object, version: try? await stores.version(of: object),
            result: isDeferred ? .deferred : .failed(ObjectFailure(error, of: object.name))
        )
    }
}
