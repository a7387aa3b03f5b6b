package import AWSServices
package import BedrockMetering
internal import Foundation

/// Runs the statements of an ingest inside Athena.
///
/// Days are replaced only after what was written for them was checked. Two runs into one table at the
/// same time would undo each other's days.
package struct AthenaIngestJob: Sendable {
    package var ingest: AthenaIngest
    package var runner: AthenaRunner
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?
    /// Told what each statement is for, before it runs.
    package var progress: (@Sendable (_ purpose: String) -> Void)?

    package init(_ ingest: AthenaIngest, runner: AthenaRunner) {
        self.ingest = ingest
        self.runner = runner
    }

    /// Refuses a table or a place where days that Athena writes would not be read.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the table computes its partitions, or the lake is
    ///   one of day files.
    package func check() async throws {
        try await inAthena { try await check(in: $0) }
    }

    /// Runs all statements, and drops the run's own tables, whatever happens.
    ///
    /// - Throws: ``PipelineError`` as ``check()`` does, with `damagedLake` where a check of what was
    ///   written fails, else with `inputOutput`; `CancellationError` where the task is cancelled, after
    ///   the statement that ran was stopped.
    package func run() async throws -> AthenaIngestSummary {
        try await inAthena { environment in
            try await check(in: environment)
            var run = Run(job: self, athena: AthenaClient(environment))
            do {
                return try await run.all()
            } catch {
                let failed = run
                // Not cut off by a cancellation either.
                await Task { await failed.cleanUp() }.value
                throw error
            }
        }
    }

    private func inAthena<Result>(
        _ body: (AWSEnvironment) async throws -> Result
    ) async throws -> Result {
        let name = ingest.definition.table
        return try await AWSFailure.translating(
            at: "Athena table \(name.database).\(name.table)", in: environment, body)
    }

    private func check(in environment: AWSEnvironment) async throws {
        let name = ingest.definition.table
        let table = try await GlueClient(environment).table(name.table, in: name.database)
        let isProjected = table?.input["Parameters"]?["projection.enabled"]?.string?.lowercased()
        // Partitions that are registered would never be read.
        if isProjected == "true" {
            throw PipelineError(
                code: .usage, location: "\(name.database).\(name.table)",
                reason: "computes its partitions, and days that Athena writes are registered; "
                    + "name another table")
        }
        let stores = Stores(s3: S3Store(environment), stateHome: Stores.standard.stateHome)
        let lake = Lake(at: try ObjectLocation(ingest.definition.location), stores: stores)
        guard try await lake.hasYears() else { return }
        throw PipelineError(
            code: .usage, location: "\(lake.root)",
            reason: "is a lake of day files, which know nothing of days that Athena writes; "
                + "name another place")
    }

    /// One run, and what it has found so far.
    private struct Run: Sendable {
        let job: AthenaIngestJob
        let athena: AthenaClient
        /// Tells this run's statements from those of all others.
        let name = UUID().uuidString
        var number = 0
        var summary = AthenaIngestSummary()

        mutating func all() async throws -> AthenaIngestSummary {
            try await run(job.ingest.preparation)
            let ingest = job.ingest.writing(only: summary.daysWithRecords)
            try await run(ingest.writing)
            try await run(ingest.replacement)
            try await run(ingest.conclusion)
            return summary
        }

        func cleanUp() async {
            for statement in job.ingest.cleanup {
                _ = try? await job.runner.run(statement.sql, in: athena, readsRows: false)
            }
        }

        private mutating func run(_ statements: [IngestStatement]) async throws {
            for statement in statements {
                job.progress?(statement.purpose)
                number += 1
                let answer = try await job.runner.run(
                    statement.sql, as: "\(name) \(number)", in: athena,
                    readsRows: statement.step.hasRows)
                summary.bytesScanned += answer.bytesScanned
                do throws(UnreadableAnswer) {
                    try summary.take(AnswerTable(answer), of: statement.step)
                } catch {
                    throw PipelineError(
                        code: .inputOutput, location: "Athena query \(answer.execution)",
                        reason: "its answer cannot be read")
                }
                try check(statement.step, answer)
            }
        }

        private func check(_ step: IngestStatement.Step, _ answer: AthenaRunner.Answer) throws {
            guard !answer.rows.isEmpty else { return }
            let reason: String? =
                switch step {
                case .checkWritten: "what was written is not what it should be; no day was changed"
                case .checkTable:
                    "readers do not see the days as they were written; is it of another format?"
                default: nil
                }
            guard let reason else { return }
            let name = job.ingest.definition.table
            throw PipelineError(
                code: .damagedLake, location: "\(name.database).\(name.table)",
                reason: "\(reason) (query \(answer.execution))")
        }
    }
}

extension IngestStatement.Step {
    /// Whether its rows say something.
    fileprivate var hasRows: Bool {
        switch self {
        case .countFates, .listRejects, .countRows, .checkWritten, .checkTable, .countRowsAgain:
            true
        default: false
        }
    }
}
