package import AWSServices
package import BedrockMetering
internal import MeteringLake

/// Answers a query by running its statement in Athena.
package struct AthenaReportJob: Sendable {
    package var query: UsageQuery
    package var table: TableName
    package var runner: AthenaRunner
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?

    package init(_ query: UsageQuery, from table: TableName, runner: AthenaRunner) {
        self.query = query
        self.table = table
        self.runner = runner
    }

    package struct Outcome: Sendable {
        package let report: UsageReport
        package let answer: AthenaAnswer
        /// The id of the execution.
        package let execution: String
        /// What Athena bills by.
        package let bytesScanned: Int64

        /// A line about cost, for people.
        package var cost: String {
            "Athena query \(execution) read \(bytesScanned) bytes; "
                + "a query is billed for 10 MB at least"
        }
    }

    /// Athena knows the rows of the table and nothing else.
    private static var notes: ReportNotes {
        let reason = "Athena answers from the table alone"
        var notes = ReportNotes()
        notes.finalityNotKnown = reason
        notes.countsNotKnown = reason
        return notes
    }

    /// Runs the statement and reads its rows.
    ///
    /// - Throws: ``PipelineError`` where Athena fails or answers something else, `CancellationError`
    ///   where the task is cancelled, after the query was stopped.
    package func run() async throws -> Outcome {
        try await AWSFailure.translating(
            at: "Athena workgroup \(runner.workgroup)", in: environment
        ) { environment in
            let results = try await runner.run(
                query.athenaSQL(from: table), in: AthenaClient(environment),
                adviceWhereTableIsMissing:
                    "meter-etl register makes the table \(table.database).\(table.table)")
            do throws(AthenaAnswerError) {
                let answer = try query.answer(results.columns, results.rows)
                var report = UsageReport(query: query, rows: answer.rows)
                report.notes = Self.notes
                return Outcome(
                    report: report, answer: answer,
                    execution: results.execution, bytesScanned: results.bytesScanned)
            } catch {
                throw PipelineError(
                    code: .inputOutput, location: "Athena query \(results.execution)",
                    reason: "\(error)")
            }
        }
    }
}
