internal import AWSServices

/// What AWS answered, as an error of a job.
enum AWSFailure {
    /// Codes of services that mean that something is not there which was named.
    private static let missing: Set<String> = [
        "EntityNotFoundException", "ResourceNotFoundException", "NoSuchBucket", "NoSuchKey",
    ]

    /// Runs `body`; what AWS and the way to it refused ends as ``PipelineError`` that names `place`.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where something is not there, else with
    ///   `inputOutput`; `CancellationError` as it is.
    static func translating<Result>(
        at place: String, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as AWSError {
            var failure = PipelineError(
                code: missing.contains(error.code) ? .notFound : .inputOutput, location: place,
                reason: "\(error)")
            failure.isAccessFailure = AccessFailure.isOne(error)
            throw failure
        } catch let error where AccessFailure.isOne(error) {
            var failure = PipelineError(
                code: .inputOutput, location: place, reason: "\(error)")
            failure.isAccessFailure = true
            throw failure
        } catch let error as GluePartitionError {
            throw PipelineError(code: .inputOutput, location: place, reason: "\(error)")
        }
    }
}
