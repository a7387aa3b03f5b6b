internal import BedrockMetering
internal import MeteringLake

// How a summary comes about, and what of it is recorded.

extension IngestSummary {
    init(of outcome: SourceReader.Outcome, _ duplicates: DuplicateCounts) {
        objects = outcome.objects
        failures = outcome.failures
        failedObjects = outcome.failures.count
        counts = outcome.counts
        self.duplicates = duplicates
    }

    /// Adds which rejected lines are open, now that the run is recorded.
    ///
    /// - Parameter names: what the run calls the objects that the ledger names otherwise.
    mutating func add(
        openRejectsOf record: RunRecord, _ names: [String: String]
    ) throws(PipelineError) {
        let open = try record.openRejects(limit: Self.namedRejects)
        openRejects = open.count
        rejects = open.first.map { reject in
            Reject(
                object: names[reject.object] ?? reject.object, line: reject.line,
                byteOffset: reject.byteOffset, reason: reject.reason)
        }
    }

    /// Adds a day that is in place.
    mutating func add(_ merged: DayMerge.Outcome, of day: UsageDay) {
        records += merged.records
        duplicates += merged.duplicates
        days.append(Day(day, merged, ambiguous: ambiguous(on: day)))
    }

    /// The ambiguous lines of a day that equal another line of the run.
    func ambiguous(on day: UsageDay) -> Int {
        duplicates.ambiguousByDay[day] ?? 0
    }

    var ledgerCounts: LedgerRun.Counts {
        var counts = LedgerRun.Counts()
        counts.objects = objects
        counts.skippedObjects = skipped
        counts.failedObjects = failedObjects
        counts.events = self.counts
        counts.records = records
        counts.duplicates = duplicates
        counts.duplicates.ambiguousByDay = [:]
        counts.uncommitted = uncommitted
        return counts
    }
}

extension IngestSummary.Day {
    init(_ day: UsageDay, _ merged: DayMerge.Outcome, ambiguous: Int) {
        self.init(
            day: day, records: merged.records, rows: merged.rows, totalTokens: merged.totalTokens,
            ambiguous: ambiguous)
    }
}

extension SourceReader.ReadObject {
    /// What is recorded of it.
    ///
    /// - Parameter limits: those that it was read within.
    func reading(in lake: Lake, within limits: String) -> ObjectReading {
        let result: ObjectReading.Result =
            switch self.result {
            case .failed(let failure): .failed(reason: failure.reason)
            // A run ends by it, and records nothing.
            case .unkept(let fault): .failed(reason: fault.reason)
            // It is read alone before anything is recorded.
            case .deferred: .failed(reason: "")
            case .read(let contents):
                .read(
                    ObjectReading.Contents(
                        counts: contents.counts, usageByDay: contents.usageByDay,
                        rejects: contents.rejects
                    )
                )
            }
        var reading = ObjectReading(
            location: lake.location(of: object), version: version, result: result)
        if case .failed(let failure) = self.result, failure.isOverLimit { reading.limits = limits }
        return reading
    }
}
