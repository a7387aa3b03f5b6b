/// Why a call is not let in.
package enum AuthenticationFailure: Error, Sendable, Equatable {
    /// No token, or one that is not valid. Which of its checks failed is not told to anyone: it would help
    /// to make a better forgery.
    case invalidToken
    /// A valid token that does not say whose it is.
    case tenantMissing
    /// The issuer's keys could not be had yet.
    case keysUnavailable
}
