package import BedrockMetering

/// A file that something else has put into a day's folder of a lake.
package struct OtherFile: Sendable, Hashable {
    /// The day of its folder.
    package let day: UsageDay
    /// Its path in the lake.
    package let file: String
    /// Its rows, all of which an ingest takes over; nil where it would leave the file alone.
    package let rows: Int?
    /// Why an ingest would leave it alone.
    package let failure: ObjectFailure?

    /// What it is, where there is nothing wrong with it.
    package var summary: String? {
        rows.map {
            "\(file): \(Counted.text($0, "row", "rows")) of another writer, which the next ingest takes over"
        }
    }

    package func json() -> String {
        JSONText.object([
            ("date", JSONText.quoted("\(day)")), ("file", JSONText.quoted(file)),
            ("rows", rows.map { String($0) } ?? "null"),
            ("reason", failure.map { JSONText.quoted($0.reason) } ?? "null"),
        ])
    }
}

extension Lake {
    /// Reads the files of other writers in partitions, in their order. Nothing is made or changed.
    func otherFiles(in partitions: [Partition], limits: DecodingLimits) async -> [OtherFile] {
        let objects = partitions.flatMap { partition in
            partition.others.map { (day: partition.day, object: $0) }
        }
        guard !objects.isEmpty else { return [] }
        // No row is of this day, so that none is held.
        let nothing = UsagePeriod.day(UsageDay(number: 0))
        var reader = SourceReader(stores, limits: limits, jobs: 1, period: nothing)
        reader.others = OtherFileReader(lake: self, scratch: .temporary, limits: limits)
        let outcome = await reader.read(objects.map(\.object), into: UsageMerger())
        return zip(objects, outcome.read).map { entry, read in
            switch read.result {
            case .read(let contents):
                OtherFile(
                    day: entry.day, file: location(of: entry.object), rows: contents.counts.usage,
                    failure: nil)
            case .failed(let failure):
                OtherFile(
                    day: entry.day, file: location(of: entry.object), rows: nil, failure: failure)
            // None are kept, and there is no budget.
            case .unkept, .deferred:
                OtherFile(day: entry.day, file: location(of: entry.object), rows: nil, failure: nil)
            }
        }
    }

    /// Makes sure that no file of another writer holds usage of a day's folder that is in no day file.
    ///
    /// - Throws: ``PipelineError`` with `damagedLake`, which names one.
    func checkNothingIsLeft(on day: UsageDay) async throws(PipelineError) {
        for other in await otherFiles(in: [try await partition(of: day)], limits: DecodingLimits())
        {
            let place = "\(root.appending(other.file))"
            if let failure = other.failure {
                throw PipelineError(code: .damagedLake, location: place, reason: failure.reason)
            }
            guard let rows = other.rows, rows > 0 else { continue }
            throw PipelineError(
                code: .damagedLake, location: place,
                reason:
                    "is a file of another writer with "
                    + Counted.text(rows, "row that is", "rows that are")
                    + " in no day file yet; \(command("ingest")) takes it over"
            )
        }
    }
}
