internal import AWSServices
package import BedrockMetering

/// Tells who calls, by a request's token.
package struct Authenticator: Sendable {
    private let policy: TokenPolicy
    private let keys: KeyCache
    private let now: @Sendable () -> EventTime

    init(
        _ settings: AuthenticationSettings, source: any KeySource,
        now: @escaping @Sendable () -> EventTime
    ) {
        policy = TokenPolicy(settings)
        keys = KeyCache(source, now: now)
        self.now = now
    }

    /// An authenticator that asks the issuer for its keys.
    ///
    /// - Returns: nil if there is no URL to ask, which a configuration that was read has.
    package init?(
        _ settings: AuthenticationSettings, now: @escaping @Sendable () -> EventTime
    ) {
        var issuer = settings.issuer
        while issuer.hasSuffix("/") { issuer.removeLast() }
        let url = settings.keysURL ?? issuer + "/.well-known/jwks.json"
        guard let source = WebKeySource(url: url) else { return nil }
        self.init(settings, source: source, now: now)
    }

    /// Who calls, by the values of all headers `Authorization` of the request.
    ///
    /// - Throws: ``AuthenticationFailure``.
    package func caller(
        authorization values: [String]
    ) async throws(AuthenticationFailure) -> Caller {
        let token = try BearerToken(authorization: values)
        let keys = try await keys.keys(having: token.keyID)
        guard await keys.hasSigned(token) else { throw .invalidToken }
        return try policy.caller(by: token.claims, now: now())
    }

    /// Whether keys are there, so that tokens can be told to be valid.
    package var isReady: Bool {
        get async { await keys.isLoaded }
    }

    /// Has the keys fetched, unless that was tried a moment ago.
    package func load() async { await keys.load() }
}
