package import AWSServices
package import BedrockMetering

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

    /// Runs the statement and reads its rows.
    ///
    /// - Throws: ``PipelineError`` where Athena fails or answers something else, `CancellationError`
    ///   where the task is cancelled, after the query was stopped.
    package func run() async throws -> Outcome {
        try await AWSFailure.translating(at: "Athena workgroup \(runner.workgroup)") {
            let environment =
                if let environment { environment } else { try await AWSEnvironment.standard() }
            let answer = try await runner.run(
                query.athenaSQL(from: table), in: AthenaClient(environment))
            do throws(AthenaAnswerError) {
                let rows = try query.rows(ofAnswer: answer.columns, answer.rows)
                return Outcome(
                    report: UsageReport(query: query, rows: rows), execution: answer.execution,
                    bytesScanned: answer.bytesScanned)
            } catch {
                throw PipelineError(
                    code: .inputOutput, location: "Athena query \(answer.execution)",
                    reason: "\(error)")
            }
        }
    }
}
