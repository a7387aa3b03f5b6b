internal import AWSServices

/// Failures that are not about what was asked of AWS, but about asking at all.
enum AccessFailure {
    /// Codes by which services refuse credentials as such, whatever is asked for.
    private static let refusals: Set<String> = [
        "AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature",
        "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException", "InvalidToken",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException",
        "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnrecognizedClientException",
    ]

    /// Codes of ours where nothing answered.
    private static let silences: Set<String> = [
        "ConnectionBroken", "ConnectionFailed", "TimedOut",
    ]

    /// Whether there are no credentials, no region or no connection, or credentials are refused.
    static func isOne(_ error: any Error) -> Bool {
        switch error {
        case is CredentialsError, is AWSConfigurationError: true
        case let error as AWSError:
            refusals.contains(error.code) || error.status == nil && silences.contains(error.code)
        default: false
        }
    }
}
