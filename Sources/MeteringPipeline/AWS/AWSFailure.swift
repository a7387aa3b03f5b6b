internal import AWSServices

/// What AWS answered, as an error of a job.
enum AWSFailure {
    /// Codes of services that mean that something is not there which was named.
    private static let missing: Set<String> = [
        "EntityNotFoundException", "ResourceNotFoundException", "NoSuchBucket", "NoSuchKey",
    ]

    /// Runs `body` in `environment`; what AWS and the way to it refused ends as ``PipelineError`` that
    /// names `place`.
    ///
    /// - Parameter environment: that of the standard variables and files where nil.
    /// - Throws: ``PipelineError`` with `notFound` where something is not there, else with
    ///   `inputOutput`; `CancellationError` as it is.
    static func translating<Result>(
        at place: String, in environment: AWSEnvironment?,
        _ body: (AWSEnvironment) async throws -> Result
    ) async throws -> Result {
        do {
            let environment =
                if let environment { environment } else { try AWSEnvironment.standard() }
            return try await body(environment)
        } catch {
            throw self.error(of: error, at: place) ?? error
        }
    }

    /// What an error of AWS, or of the way to it, is to a job at `place`; nil where it is no such error.
    static func error(of error: any Error, at place: String) -> PipelineError? {
        var failure: PipelineError
        switch error {
        case let error as AWSError:
            failure = PipelineError(
                code: missing.contains(error.code) ? .notFound : .inputOutput, location: place,
                reason: reason(of: error))
        case is CredentialsError, is AWSConfigurationError:
            failure = PipelineError(code: .inputOutput, location: place, reason: "\(error)")
        default: return nil
        }
        failure.isAccessFailure = AccessFailure.isOne(error)
        return failure
    }

    /// What went wrong, without the resource, which messages name before that.
    static func reason(of error: AWSError) -> String {
        var error = error
        error.resource = nil
        guard error.code == "ConnectionFailed" else { return "\(error)" }
        return "\(error); who is asked follows from AWS_REGION and AWS_ENDPOINT_URL, or the profile"
    }
}
