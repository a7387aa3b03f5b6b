/// Where credentials come from.
package protocol CredentialsProvider: Sendable {
    /// Credentials that are valid now.
    ///
    /// - Throws: ``CredentialsError`` where there are none.
    func credentials() async throws -> AWSCredentials

    /// Credentials in place of `refused`, of which a service says that they have expired; nothing that
    /// was kept from before is given again.
    func credentials(inPlaceOf refused: AWSCredentials) async throws -> AWSCredentials
}

extension CredentialsProvider {
    /// For providers that keep nothing.
    package func credentials(
        inPlaceOf refused: AWSCredentials
    ) async throws -> AWSCredentials {
        try await credentials()
    }
}

/// Credentials that stay as they are.
package struct StaticCredentials: CredentialsProvider {
    private let value: AWSCredentials

    package init(_ value: AWSCredentials) {
        self.value = value
    }

    package func credentials() -> AWSCredentials { value }
}

/// Why there are no credentials: every place that was looked at, and what was found there.
package struct CredentialsError: Error, Sendable, CustomStringConvertible {
    package struct Attempt: Sendable {
        /// Such as `environment` or `profile default`.
        package let place: String
        /// A sentence that shows no secret.
        package let reason: String
        /// Whether the place is not set up at all, so that the next one may be asked.
        package let isAbsent: Bool

        package init(place: String, reason: String, isAbsent: Bool = false) {
            self.place = place
            self.reason = reason
            self.isAbsent = isAbsent
        }
    }

    package let attempts: [Attempt]

    package init(attempts: [Attempt]) {
        self.attempts = attempts
    }

    /// A place that is set up, but gives no credentials.
    init(_ place: String, _ reason: String) {
        self.init(attempts: [Attempt(place: place, reason: reason)])
    }

    /// A place that is not set up.
    static func absent(_ place: String, _ reason: String) -> CredentialsError {
        CredentialsError(attempts: [Attempt(place: place, reason: reason, isAbsent: true)])
    }

    package var description: String {
        "no AWS credentials: "
            + attempts.map { "\($0.place): \($0.reason)" }.joined(separator: "; ")
    }
}
