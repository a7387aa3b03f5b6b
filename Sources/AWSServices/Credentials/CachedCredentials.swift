package import Foundation

/// Keeps credentials until shortly before they expire.
///
/// New ones are fetched five minutes before the old ones expire, or in the middle of the time that is
/// left when they come, where that is shorter. However many tasks ask meanwhile, they are fetched once.
/// Where that fails, the old ones serve as long as they are valid, and it is tried again after a
/// minute. A task that is cancelled does not wait for them any longer.
///
/// What comes expired by this machine's clock is given all the same, as the clock may be wrong: the
/// service that is shown it knows better. New ones are fetched after a minute.
package actor CachedCredentials: CredentialsProvider {
    private let source: any CredentialsProvider
    private let now: @Sendable () -> Date
    private var kept: AWSCredentials?
    /// When to fetch new ones; nil for never.
    private var due: Date?
    private var fetch: Task<AWSCredentials, any Error>?

    private static let lead: TimeInterval = 5 * 60
    private static let pause: TimeInterval = 60

    /// - Parameter now: the clock by which credentials expire.
    package init(
        _ source: any CredentialsProvider, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.source = source
        self.now = now
    }

    package func credentials() async throws -> AWSCredentials {
        if let kept, due.map({ now() < $0 }) ?? true { return kept }
        let fetch = fetch ?? Task { try await renewed() }
        self.fetch = fetch
        return try await fetch.joined
    }

    /// Credentials in place of `refused`, of which a service says that they have expired.
    package func credentials(inPlaceOf refused: AWSCredentials) async throws -> AWSCredentials {
        if kept == refused { kept = nil }
        return try await credentials()
    }

    private func renewed() async throws -> AWSCredentials {
        defer { fetch = nil }
        do {
            let credentials = try await source.credentials()
            let time = now()
            if let expiration = credentials.expiration {
                let rest = expiration.timeIntervalSince(time)
                due = rest > 0 ? expiration - min(Self.lead, rest / 2) : time + Self.pause
            } else {
                due = nil
            }
            kept = credentials
            return credentials
        } catch {
            let time = now()
            guard let kept, let expiration = kept.expiration, time < expiration else { throw error }
            due = min(time + Self.pause, expiration)
            return kept
        }
    }
}

extension Task where Failure == any Error {
    /// The task's value, which is waited for until the waiting task is cancelled; the task itself goes on.
    fileprivate var joined: Success {
        get async throws {
            let (values, continuation) = AsyncThrowingStream<Success, any Error>.makeStream()
            Task<Void, Never> {
                continuation.yield(with: await result)
                continuation.finish()
            }
            for try await value in values { return value }
            throw Swift.CancellationError()
        }
    }
}
