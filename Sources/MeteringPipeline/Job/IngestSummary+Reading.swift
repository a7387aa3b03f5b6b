internal import BedrockMetering

// How a summary comes about, and what of it is recorded.

extension IngestSummary {
    init(of outcome: SourceReader.Outcome, _ duplicates: DuplicateCounts) {
        objects = outcome.objects
        failures = outcome.failures
        failedObjects = outcome.failures.count
        counts = outcome.counts
        self.duplicates = duplicates
        rejects = outcome.rejecting.flatMap { object, contents in
            contents.rejected.map {
                Reject(
                    object: object.name, line: $0.number, byteOffset: $0.byteOffset,
                    reason: $0.reason
                )
            }
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

extension SourceReader.Outcome {
    /// The objects that hold rejected lines, in order.
    var rejecting: [(object: StoredObject, contents: SourceReader.Contents)] {
        read.compactMap { read in
            guard case .read(let contents) = read.result, !contents.rejected.isEmpty else {
                return nil
            }
            return (read.object, contents)
        }
    }
}

extension SourceReader.ReadObject {
    /// What is recorded of it.
    func reading(in lake: Lake) -> ObjectReading {
        let result: ObjectReading.Result =
            switch self.result {
            case .failed(let failure): .failed(reason: failure.reason)
            case .read(let contents):
                .read(
                    ObjectReading.Contents(
                        counts: contents.counts, usageByDay: contents.usageByDay,
                        rejects: contents.rejected.map { ObjectReading.Reject($0) }
                    )
                )
            }
        return ObjectReading(
            location: lake.location(of: object), version: version, result: result
        )
    }
}
