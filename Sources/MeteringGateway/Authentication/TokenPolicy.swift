internal import BedrockMetering
internal import Foundation

/// What a token must say, besides being signed by its issuer.
struct TokenPolicy: Sendable {
    let settings: AuthenticationSettings
    private let issuers: [String]

    init(_ settings: AuthenticationSettings) {
        self.settings = settings
        issuers = [settings.issuer] + Self.otherForm(of: settings.issuer)
    }

    /// The second name under which Cognito's pools of new issue tokens:
    /// `https://cognito-idp.R.amazonaws.com/P` is `https://issuer-cognito-idp.R.amazonaws.com/P` as well.
    private static func otherForm(of issuer: String) -> [String] {
        guard
            let match = issuer.wholeMatch(
                of: /https:\/\/(cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/[A-Za-z0-9_-]+)/)
        else { return [] }
        return ["https://issuer-\(match.1)"]
    }

    /// Who calls, by the claims of a token whose signature was verified.
    ///
    /// - Throws: ``AuthenticationFailure``.
    func caller(
        by claims: JSONValue, now: EventTime
    ) throws(AuthenticationFailure) -> Caller {
        guard let issuer = claims["iss"]?.string,
            issuers.contains(where: { $0.utf8.elementsEqual(issuer.utf8) }),
            isForUs(claims["aud"]),
            // An access token is for other services, and names no audience.
            claims["token_use"]?.string == "id",
            isCurrent(claims, now: now)
        else { throw .invalidToken }
        guard let tenant = claims[settings.tenantClaim]?.string, TenantName.isSound(tenant),
            let user = claims[settings.userClaim]?.string, TenantName.isSound(user)
        else { throw .tenantMissing }
        return Caller(tenant: TenantID(tenant), user: UserID(user))
    }

    private func isForUs(_ audience: JSONValue?) -> Bool {
        let names: [String]
        switch audience {
        case .string(let name): names = [name]
        case .array(let elements):
            names = elements.compactMap(\.string)
            guard names.count == elements.count else { return false }
        default: return false
        }
        return names.contains { name in
            settings.audience.contains { $0.utf8.elementsEqual(name.utf8) }
        }
    }

    /// Whether the token holds now, by its own times, which are seconds since 1970.
    private func isCurrent(_ claims: JSONValue, now: EventTime) -> Bool {
        let now = Double(now.microseconds) / 1e6
        let skew = Double(settings.clockSkewSeconds)
        guard let end = claims["exp"]?.double, now < end + skew else { return false }
        for name in ["nbf", "iat"] {
            guard let value = claims[name] else { continue }
            guard let start = value.double, start <= now + skew else { return false }
        }
        return true
    }
}
