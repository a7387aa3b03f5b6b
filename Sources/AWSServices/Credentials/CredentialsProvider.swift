/// Where credentials come from.
package protocol CredentialsProvider: Sendable {
    /// Credentials that are valid now.
    ///
    /// - Throws: ``CredentialsError`` where there are none.
    func credentials() async throws -> AWSCredentials
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
        /// Such as `environment` or `shared credentials file`.
        package let place: String
        package let reason: String

        package init(place: String, reason: String) {
            self.place = place
            self.reason = reason
        }
    }

    package let attempts: [Attempt]

    package init(attempts: [Attempt]) {
        self.attempts = attempts
    }

    package var description: String {
        "no AWS credentials: "
            + attempts.map { "\($0.place): \($0.reason)" }.joined(separator: "; ")
    }
}
