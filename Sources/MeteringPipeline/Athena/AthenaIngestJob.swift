package import AWSServices
package import BedrockMetering
internal import Foundation
internal import MeteringLake

/// Runs the statements of an ingest inside Athena.
///
/// Days are replaced only after what was written for them was checked, and by one run at a time, since two
/// would undo each other's days.
package struct AthenaIngestJob: Sendable {
    package var ingest: AthenaIngest
    /// What days are written as; as the table has them where nil, and Parquet where there is no table.
    package var format: LakeFormat?
    /// What tells calls apart; as the lake has it where nil, and their request ids in a new one.
    package var identity: UsageIdentity?
    package var runner: AthenaRunner
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?
    /// Told what each statement is for, before it runs, and what a run that fails leaves behind.
    package var progress: (@Sendable (_ line: String) -> Void)?

    package init(_ ingest: AthenaIngest, format: LakeFormat? = nil, runner: AthenaRunner) {
        self.ingest = ingest
        self.format = format
        self.runner = runner
        if let format { self.ingest.format = format }
    }

    /// Refuses a table or a place where days that Athena writes would not be read.
    ///
    /// - Returns: the ingest in the table's format.
    /// - Throws: ``PipelineError`` with `usage` where the table computes its partitions, lies elsewhere
    ///   or reads other files, or the lake is one of day files or of another identity, with `damagedLake`
    ///   where facts of the lake decide about days of the period.
    package func check() async throws -> AthenaIngest {
        try await inAthena { environment in
            let check = try await AthenaTableCheck(self.ingest, format, in: environment)
            var ingest = check.ingest
            ingest.identity = try await check.lake.identity(asked: identity, isNew: check.isNew)
            return ingest
        }
    }

    /// Runs all statements, and drops the run's own tables, whatever happens.
    ///
    /// - Throws: ``PipelineError`` as ``check()`` does, with `notFound` where the source has no object, with
    ///   `lakeIsHeld` where another run is under way, with `damagedLake` where a check of what was
    ///   written fails, else with `inputOutput`; `CancellationError` where the task is cancelled, after
    ///   the statement that ran was stopped.
    package func run() async throws -> AthenaIngestSummary {
        try await inAthena { environment in
            let check = try await AthenaTableCheck(ingest, format, in: environment)
            _ = try await check.lake.identity(asked: identity, isNew: check.isNew)
            let store = S3Store(environment)
            var summary = AthenaIngestSummary()
            summary.failures = try await passedOver(in: store)
            // Not cut off by a cancellation, which might leave it there.
            let lock = try await Task {
                try await AthenaLock(
                    at: try ObjectLocation(ingest.lockPlace), in: store, for: ingest.run)
            }.value
            var run = AthenaIngestRun(
                of: self, in: AthenaClient(environment), holding: lock, summary)
            do {
                // Another run may have made the table meanwhile.
                let check = try await AthenaTableCheck(ingest, format, in: environment)
                var ingest = check.ingest
                ingest.identity = try await check.lake.settle(
                    identity, isNew: check.isNew, in: store)
                try await run.all(ingest)
            } catch {
                let failure = run.explained(Task.isCancelled ? CancellationError() : error)
                await run.cleanUp()
                for warning in run.summary.warnings { progress?(warning) }
                throw failure
            }
            await run.cleanUp()
            return run.summary
        }
    }

    private func inAthena<Result>(
        _ body: (AWSEnvironment) async throws -> Result
    ) async throws -> Result {
        try await AWSFailure.translating(at: place, in: environment, body)
    }

    /// The table, as messages name it.
    var place: String {
        "Athena table \(ingest.definition.table.database).\(ingest.definition.table.table)"
    }

    /// The objects of the source that Athena reads nothing of, without a word; see "Considerations and
    /// limitations" of tables in its user guide.
    private func passedOver(in store: S3Store) async throws -> [ObjectFailure] {
        let source = try ObjectLocation(ingest.source.location)
        return try await store.objects(at: source).compactMap { object in
            let name = source.name(of: object.location)
            let isHidden = name.map { !Lake.isVisible(Substring($0).utf8) } ?? false
            guard object.listed?.size != 0, isHidden || object.isArchived else { return nil }
            return ObjectFailure(
                location: object.name,
                reason: isHidden
                    ? "Athena reads no object whose name, or whose folder's, begins with _ or ."
                    : "Athena reads no object in an archive, even once it is restored; copy it")
        }
    }
}
