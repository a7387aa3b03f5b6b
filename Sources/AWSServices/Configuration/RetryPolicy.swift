package import Foundation

/// How often and when a request is sent again.
///
/// It follows the standard mode of the AWS SDKs ("Retry behavior" in the AWS SDKs and Tools reference
/// guide), with more attempts: a job that runs by night would rather wait than fail.
package struct RetryPolicy: Sendable {
    /// How often a request is sent at most, the first time included.
    package var maximumAttempts = 5
    /// What the first wait is at most after a failure that may have been chance; each further one is at
    /// most twice as long.
    package var transientDelay = Duration.milliseconds(50)
    /// The same, after a service has asked for fewer requests.
    package var throttlingDelay = Duration.seconds(1)
    /// What a wait is at most, unless the service asks for a longer one.
    package var maximumDelay = Duration.seconds(20)
    /// What the time is, by the machine's clock.
    package var now: @Sendable () -> Date = { Date() }
    /// How much time has passed since some moment, whatever is done to the clock.
    package var uptime: @Sendable () -> Duration = { RetryPolicy.origin.duration(to: .now) }
    package var sleep: @Sendable (Duration) async throws -> Void = {
        try await Task.sleep(for: $0)
    }
    /// A number from 0 up to but not including 1.
    package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    private static let origin = ContinuousClock.now

    package init() {}

    /// What `AWS_MAX_ATTEMPTS` says, or else `max_attempts` of the profile; 1 is never to try again.
    ///
    /// - Throws: ``AWSConfigurationError`` where it is not a number above 0.
    init(_ variables: EnvironmentVariables, _ profile: Profile?) throws(AWSConfigurationError) {
        let name = "AWS_MAX_ATTEMPTS"
        if let text = variables[name] {
            maximumAttempts = try Self.attempts(text, name)
        } else if let profile, let text = profile["max_attempts"] {
            maximumAttempts = try Self.attempts(text, "profile \(profile.name): max_attempts")
        }
    }

    private static func attempts(
        _ text: String, _ place: String
    ) throws(AWSConfigurationError) -> Int {
        guard let attempts = Int(text), attempts > 0 else {
            throw AWSConfigurationError(reason: "\(place) is not a number above 0")
        }
        return attempts
    }

    /// How long to wait after failure number `failure`, counted from 1: anything up to a bound that
    /// doubles, so that clients that failed together do not come back together.
    func delay(afterFailure failure: Int, isThrottling: Bool, retryAfter: Duration?) -> Duration {
        let first = isThrottling ? throttlingDelay : transientDelay
        let bound = min(first * (1 << min(failure - 1, 20)), maximumDelay)
        return max(bound * random(), retryAfter ?? .zero)
    }
}
