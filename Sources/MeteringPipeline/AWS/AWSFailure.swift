internal import AWSServices
internal import MeteringLake

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
        var region: String?
        do {
            let environment =
                if let environment { environment } else { try AWSEnvironment.standard() }
            region = environment.region
            return try await body(environment)
        } catch {
            throw self.error(of: error, at: place, in: region) ?? error
        }
    }

    /// What an error of AWS, or of the way to it, is to a job at `place`; nil where it is no such error.
    ///
    /// - Parameter region: the region that was asked; nil where that is of no matter.
    static func error(
        of error: any Error, at place: String, in region: String? = nil
    ) -> PipelineError? {
        var failure: PipelineError
        switch error {
        case let error as AWSError:
            failure = PipelineError(
                code: missing.contains(error.code) ? .notFound : .inputOutput, location: place,
                reason: reason(of: error, in: region))
        case is CredentialsError, is AWSConfigurationError:
            failure = PipelineError(code: .inputOutput, location: place, reason: "\(error)")
        default: return nil
        }
        failure.isAccessFailure = AccessFailure.isOne(error)
        return failure
    }

    /// What went wrong, in plain words where there are some, without the resource, which messages name
    /// before that.
    static func reason(of error: AWSError, in region: String? = nil) -> String {
        var error = error
        error.resource = nil
        if error.code == "ConnectionFailed" {
            return
                "\(error); who is asked follows from AWS_REGION and AWS_ENDPOINT_URL, or the profile"
        }
        let place = region.map { " in \($0)" } ?? ""
        return plainWords[error.code].map { "\($0)\(place) (\(error))" } ?? "\(error)\(place)"
    }

    /// What codes that many services have in common mean.
    private static let plainWords = [
        "AccessDenied": "these credentials are not allowed to do this",
        "AccessDeniedException": "these credentials are not allowed to do this",
        "ExpiredToken": "the credentials have expired",
        "ExpiredTokenException": "the credentials have expired",
        "InvalidAccessKeyId": "there is no such access key",
        "InvalidClientTokenId": "there is no such access key",
        "UnrecognizedClientException": "there is no such access key, or its session is over",
        "InvalidSignatureException": "the secret key is not that of the access key",
        "SignatureDoesNotMatch": "the secret key is not that of the access key",
        "RequestTimeTooSkewed": "this machine's clock is wrong",
        "SlowDown": "the service asks to be asked less often",
        "Throttling": "the service asks to be asked less often",
        "ThrottlingException": "the service asks to be asked less often",
    ]
}
