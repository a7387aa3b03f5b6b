package import BedrockMetering
internal import Foundation
package import MeteringLake

/// Takes repaired lines back in, as if they had come from the source.
///
/// They become an object under `_replayed`, which the ledger knows like any other, so that a rebuild
/// finds them. What is replayed again is known, and nothing is doubled.
package struct ReplayJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// Files of JSON lines as ``RejectsJob/forEachRepairable(_:)`` writes them, with their `raw` repaired.
    package var files: [String]
    package var limits: DecodingLimits
    package var jobs: Int?
    /// As in ``IngestJob``.
    package var memory: Int?
    package var overwritesUnconditionally = false
    var clock = LedgerClock.system
    var stores = Stores.standard

    package init(
        _ files: [String], into lake: String, ledger: String? = nil,
        limits: DecodingLimits = DecodingLimits(), jobs: Int? = nil
    ) {
        self.files = files
        self.lake = lake
        self.ledger = ledger
        self.limits = limits
        self.jobs = jobs
    }

    package struct Outcome: Sendable {
        package internal(set) var summary: IngestSummary
        /// Rejects that were taken back in.
        package let replayed: Int
        /// Rejects that had been taken back in before.
        package let known: Int
        /// Those of ``replayed`` that had been written off.
        package let writtenOff: Int
        /// The first lines of the files that were not taken; all others were.
        package let faults: [ObjectFailure]
        /// How many there are.
        package let faultCount: Int
    }

    /// Takes in the lines that name a reject and are sound.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake, no ledger or no such file,
    ///   with `lakeIsHeld` where a run is under way.
    package func run() async throws -> Outcome {
        let books = try await LakeLedger(
            lake: lake, ledger: ledger, stores: stores,
            overwritesUnconditionally: overwritesUnconditionally
        )
        for path in files { _ = try FileDescriptor.reading(path) }
        let lock = try LakeLock(on: books.lake)
        try books.lake.clearStaging()
        let ledger = try books.reading()
        var lines = try RepairedLines(of: books.lake, limits: limits)
        try ledger.findingRejects { finder in
            for path in files { try lines.add(fileAt: path, finding: &finder) }
        }
        try ledger.close()
        let objects = try await lines.keep().map { [$0] } ?? []
        let summary = try await take(objects, into: books.lake, lines.open)
        _ = consume lock
        let isTaken = summary.failures.isEmpty
        return Outcome(
            summary: summary, replayed: isTaken ? lines.open.count : 0, known: lines.known,
            writtenOff: isTaken ? lines.writtenOff : 0, faults: lines.faults,
            faultCount: lines.faultCount)
    }

    private func take(
        _ objects: [StoredObject], into lake: Lake, _ replayed: [LedgerReject.ID]
    ) async throws -> IngestSummary {
        var job = IngestJob(
            source: nil, lake: "\(lake.root)", ledger: ledger, limits: limits, jobs: jobs
        )
        job.memory = memory
        job.clock = clock
        job.stores = stores
        var record = try await RunRecord(.replay, of: lake, ledger: ledger, clock: clock)
        do {
            let format = Lake.format(of: try await lake.partitions()) ?? .parquet
            return try await job.take(
                objects, takingOver: [], into: lake, in: format, by: lake.identity(),
                replayed: replayed,
                recording: &record
            )
        } catch {
            record.fail()
            throw error
        }
    }
}
