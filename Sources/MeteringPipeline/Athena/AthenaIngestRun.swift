internal import AWSServices
internal import BedrockMetering
internal import Foundation
internal import MeteringLake

/// One run of an ingest inside Athena, and what it has found so far.
struct AthenaIngestRun: Sendable {
    private let job: AthenaIngestJob
    private let athena: AthenaClient
    private let lock: AthenaLock
    /// Tells this run's statements from those of all others.
    private let name = UUID().uuidString
    private var number = 0
    private var replaced: [UsageDay] = []
    private(set) var summary: AthenaIngestSummary

    init(
        of job: AthenaIngestJob, in athena: AthenaClient, holding lock: AthenaLock,
        _ summary: AthenaIngestSummary
    ) {
        self.job = job
        self.athena = athena
        self.lock = lock
        self.summary = summary
    }

    /// Runs all statements but those that clean up.
    mutating func all(_ ingest: AthenaIngest) async throws {
        try await run(ingest.preparation)
        let ingest = ingest.writing(only: summary.daysWithRecords)
        try await run(ingest.writing)
        try await run(ingest.replacement)
        try await run(ingest.conclusion)
    }

    /// Drops the run's own tables and gives up the lock; what could not be done is a warning. It is not cut
    /// off by a cancellation.
    mutating func cleanUp() async {
        let (job, athena, lock) = (job, athena, lock)
        let (bytesScanned, warnings) = await Task {
            var (bytesScanned, warnings): (Int64, [String]) = (0, [])
            for statement in job.ingest.cleanup {
                do {
                    let answer = try await job.runner.run(
                        statement.sql, in: athena, readsRows: false)
                    bytesScanned += answer.bytesScanned
                } catch {
                    let failure = AWSFailure.error(of: error, at: job.place) ?? error
                    warnings.append("\(failure); left undone: \(statement.sql)")
                }
            }
            do throws(PipelineError) {
                try await lock.release()
            } catch {
                warnings.append("\(error); remove this object, or the next run will end with 75")
            }
            return (bytesScanned, warnings)
        }.value
        summary.bytesScanned += bytesScanned
        summary.warnings += warnings
    }

    /// An error with what the run has done before it; for one that says nothing itself, that is told.
    func explained(_ error: any Error) -> any Error {
        var words: [String] = []
        if !replaced.isEmpty {
            let days = replaced.map(\.description).joined(separator: ", ")
            words.append("days that were replaced before: \(days)")
        }
        if summary.bytesScanned > 0 {
            words.append("statements before it read \(summary.bytesScanned) bytes")
        }
        let failure = error as? PipelineError ?? AWSFailure.error(of: error, at: job.place)
        guard var failure else {
            for line in words { job.progress?(line) }
            return error
        }
        for line in words { failure.add(line) }
        return failure
    }

    private mutating func run(_ statements: [IngestStatement]) async throws {
        for statement in statements {
            // Somebody may have taken this run for one that is no more.
            if case .replace = statement.step { try await lock.check() }
            job.progress?(statement.purpose)
            number += 1
            let answer = try await job.runner.run(
                statement.sql, as: "\(name) \(number)", in: athena,
                readsRows: statement.step.hasRows)
            summary.bytesScanned += answer.bytesScanned
            if case .replace(let day) = statement.step { replaced.append(day) }
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
            case .checkTable: "readers do not see the days as they were written"
            default: nil
            }
        guard let reason else { return }
        let name = job.ingest.definition.table
        throw PipelineError(
            code: .damagedLake, location: "\(name.database).\(name.table)",
            reason: "\(reason) (query \(answer.execution))")
    }
}

extension IngestStatement.Step {
    /// Whether its rows say something.
    fileprivate var hasRows: Bool {
        switch self {
        case .countFates, .listRejects, .countRows, .countConflicts, .checkWritten, .checkTable,
            .countRowsAgain:
            true
        default: false
        }
    }
}
