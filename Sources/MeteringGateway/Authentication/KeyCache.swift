internal import BedrockMetering
internal import Foundation

/// The issuer's keys, fetched when they are needed, one fetch at a time.
///
/// Tokens of keys that nobody knows cause at most one fetch in ten seconds, so that who sends garbage does
/// not have us ask the issuer as often. While the issuer cannot be asked, the keys that were known stay.
actor KeyCache {
    private let source: any KeySource
    private let now: @Sendable () -> EventTime
    private var keys: VerificationKeys?
    /// When the last fetch began, and when the keys came.
    private var lastFetch: EventTime?
    private var loaded: EventTime?
    private var running: Task<Void, Never>?

    static let pauseSeconds: Int64 = 10
    static let lifetimeSeconds: Int64 = 86_400

    init(_ source: any KeySource, now: @escaping @Sendable () -> EventTime) {
        self.source = source
        self.now = now
    }

    var isLoaded: Bool { keys != nil }

    /// The keys, if one of them has that id; a fetch is waited for if it could make a difference.
    ///
    /// - Throws: ``AuthenticationFailure``.
    func keys(having id: String) async throws(AuthenticationFailure) -> VerificationKeys {
        if let keys, keys.has(id) {
            // A day has passed: the call need not wait for what it does not need.
            if isOld, mayFetch { startFetch() }
            return keys
        }
        await load()
        guard let keys else { throw .keysUnavailable }
        guard keys.has(id) else { throw .invalidToken }
        return keys
    }

    /// Fetches the keys, or waits for the fetch that is under way; does nothing within the pause.
    func load() async {
        if running == nil, mayFetch { startFetch() }
        await running?.value
    }

    private var isOld: Bool {
        guard let loaded else { return true }
        return now().microseconds - loaded.microseconds >= Self.lifetimeSeconds * 1_000_000
    }

    private var mayFetch: Bool {
        guard running == nil else { return false }
        guard let lastFetch else { return true }
        return now().microseconds - lastFetch.microseconds >= Self.pauseSeconds * 1_000_000
    }

    private func startFetch() {
        lastFetch = now()
        running = Task {
            let fetched: VerificationKeys? =
                if let bytes = try? await source.keySet() {
                    await VerificationKeys(keySet: bytes)
                } else { nil }
            finish(fetched)
        }
    }

    private func finish(_ fetched: VerificationKeys?) {
        if let fetched {
            keys = fetched
            loaded = now()
        }
        running = nil
    }
}
