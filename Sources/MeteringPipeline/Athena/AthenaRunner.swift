internal import AWSServices
internal import Foundation
internal import MeteringLake

/// Runs statements in Athena, one at a time, and waits for them. They name databases by themselves.
package struct AthenaRunner: Sendable {
    package var workgroup: String
    /// Where results go, as `s3://bucket/prefix/`; where the workgroup says unless given.
    package var outputLocation: String?
    /// How long to wait for one statement; Athena gives one up after hours, by a quota of the account.
    package var patience = Duration.seconds(12 * 3600)
    /// Waits between two looks at an execution.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Told what became of an execution, and what it cost, where the task is cancelled.
    package var stopped: (@Sendable (_ line: String) -> Void)?

    /// The largest statement that Athena takes, in bytes; see "Service Quotas" in its user guide.
    static let maximumStatementSize = 262_144

    package init(workgroup: String, outputLocation: String? = nil) {
        self.workgroup = workgroup
        self.outputLocation = outputLocation
    }

    /// What a statement came to.
    struct Answer: Sendable {
        let execution: String
        let bytesScanned: Int64
        let columns: [String]
        /// Without the header.
        let rows: [[String?]]
    }

    /// Runs a statement to its end.
    ///
    /// - Parameters:
    ///   - run: tells one run of the statement from another: the same run again, after a lost
    ///     reply, is the same execution, while a later run reads what there is then.
    ///   - adviceWhereTableIsMissing: what to do where there is no such table or database.
    /// - Throws: ``PipelineError`` where it fails, with `usage` where it is too long; `CancellationError`
    ///   where the task is cancelled. An execution that is not over is stopped before.
    func run(
        _ statement: String, as run: String = UUID().uuidString, in athena: AthenaClient,
        readsRows: Bool = true, adviceWhereTableIsMissing: String? = nil
    ) async throws -> Answer {
        let size = statement.utf8.count
        guard size <= Self.maximumStatementSize else {
            throw PipelineError(
                code: .usage, location: "Athena workgroup \(workgroup)",
                reason: "a statement may have \(Self.maximumStatementSize) bytes, and this one has "
                    + "\(size); ask for less at once")
        }
        let token = SHA256Hash(
            of: [statement, workgroup, outputLocation ?? "", run]
                .joined(separator: "\0").utf8
        ).hexadecimal
        let runner = self
        // Not cut off by a cancellation: an execution without a known id could not be stopped.
        let id: String
        do {
            id = try await Task {
                try await athena.startQuery(
                    statement, token: token, workgroup: runner.workgroup,
                    outputLocation: runner.outputLocation)
            }.value
        } catch let error as AWSError {
            throw refusal(error, in: athena.region) ?? error
        }
        let execution: AthenaExecution
        do {
            execution = try await end(of: id, in: athena)
        } catch {
            // Else it would run on, and be billed.
            let outcome = await Task { await Self.stop(id, in: athena) }.value
            throw failure(error, waitingFor: id, which: outcome)
        }
        guard execution.state == .succeeded else {
            throw Self.failure(of: execution, adviceWhereTableIsMissing)
        }
        let scanned = execution.bytesScanned ?? 0
        guard readsRows else {
            return Answer(execution: id, bytesScanned: scanned, columns: [], rows: [])
        }
        do {
            let results = try await athena.results(of: id)
            // What a SELECT answers begins with its header; what a SHOW does not.
            let hasHeader = results.rows.first == results.columns.map(Optional.some)
            return Answer(
                execution: id, bytesScanned: scanned, columns: results.columns,
                rows: Array(results.rows.dropFirst(hasHeader ? 1 : 0)))
        } catch {
            throw failure(error, waitingFor: id, which: "read \(scanned) bytes")
        }
    }

    /// What an error is that has nothing to do with the statement, with what became of the execution.
    private func failure(
        _ error: any Error, waitingFor id: String, which outcome: String
    ) -> any Error {
        if Task.isCancelled {
            stopped?("\(Self.location(of: id)) \(outcome)")
            return CancellationError()
        }
        let told = error as? PipelineError
        guard var failure = told ?? AWSFailure.error(of: error, at: Self.location(of: id)) else {
            return error
        }
        failure.add("it \(outcome)")
        return failure
    }

    /// Stops an execution; what became of it, and what it cost as far as that is known.
    private static func stop(_ id: String, in athena: AthenaClient) async -> String {
        do {
            try await athena.stopQuery(id)
        } catch {
            return "could not be stopped, and may run on"
        }
        guard let scanned = try? await athena.query(id).bytesScanned else { return "was stopped" }
        return "was stopped; it read \(scanned) bytes"
    }

    private static func location(of id: String) -> String { "Athena query \(id)" }

    /// What Athena says where the workgroup is not there or has no place for results, which names
    /// neither; nil for an error about something else.
    ///
    /// The service's own words, which may quote the statement, are looked at and not shown.
    private func refusal(_ error: AWSError, in region: String) -> PipelineError? {
        guard error.code == "InvalidRequestException" else { return nil }
        let words = error.message?.lowercased() ?? ""
        let isMissing =
            words.contains("workgroup")
            && (words.contains("not found") || words.contains("not exist"))
        let place = outputLocation.map { "\($0) must be a place in S3 that it may write to" }
        return PipelineError(
            code: isMissing ? .notFound : .inputOutput, location: "Athena workgroup \(workgroup)",
            reason: """
                \(AWSFailure.reason(of: error)); the workgroup must exist in \(region), and \
                \(place ?? "have a location for results, unless --output-location names one")
                """)
    }

    private func end(of id: String, in athena: AthenaClient) async throws -> AthenaExecution {
        var wait = Patience(
            patience, with: Self.location(of: id), at: .ofStatements, pause: pause)
        while true {
            try Task.checkCancellation()
            let execution = try await athena.query(id)
            if execution.state.isFinal { return execution }
            try await wait.next(for: "its end, which Athena does not tell")
        }
    }

    /// Athena's own words may quote the data that was read, so that only those are shown that cannot:
    /// what is wrong with the statement, which is ours, or that a limit was reached.
    private static func failure(
        of execution: AthenaExecution, _ adviceWhereTableIsMissing: String?
    ) -> PipelineError {
        let reason = execution.reason ?? ""
        let code = String(reason.prefix { $0.isASCII && ($0.isUppercase || $0 == "_") })
        var text = "\(execution.state.rawValue.lowercased()) in Athena"
        if ["SYNTAX_ERROR", "TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "COLUMN_NOT_FOUND"].contains(
            code)
            || reason.hasPrefix("Bytes scanned limit was exceeded")
        {
            text += ": \(reason)"
        } else if code.utf8.count > 3, reason.dropFirst(code.count).hasPrefix(":") {
            text += ": \(code)"
        }
        if let category = execution.errorCategory {
            text += ", error category \(category)"
            if let type = execution.errorType { text += ", type \(type)" }
        }
        if let scanned = execution.bytesScanned, scanned > 0 {
            text += "; it read \(scanned) bytes"
        }
        if execution.isRetryable { text += "; it may succeed later" }
        let isMissing =
            ["TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND"].contains(code)
            || code == "SYNTAX_ERROR" && reason.hasSuffix("does not exist")
        if isMissing, let adviceWhereTableIsMissing { text += "; \(adviceWhereTableIsMissing)" }
        return PipelineError(
            code: isMissing ? .notFound : .inputOutput,
            location: location(of: execution.id), reason: text)
    }
}
