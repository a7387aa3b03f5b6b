/// The token of a request: three parts, of which the first two are JSON objects.
struct BearerToken: Sendable {
    /// As it came, in ASCII.
    let text: String
    /// The key that its issuer says it was signed with.
    let keyID: String
    /// What it says, which nobody has verified yet.
    let claims: JSONValue

    /// What a token may have, in bytes.
    static let maximumSize = 8 << 10

    /// Takes the token from the values of all headers `Authorization` of a request.
    ///
    /// - Throws: ``AuthenticationFailure/invalidToken``.
    init(authorization values: [String]) throws(AuthenticationFailure) {
        // Two headers could be read as two different callers.
        guard values.count == 1, let value = values.first else { throw .invalidToken }
        let scheme = String(Substring(value.utf8.prefix(7)))
        guard scheme.lowercased() == "bearer " else { throw .invalidToken }
        try self.init(String(Substring(value.utf8.dropFirst(7))))
    }

    /// Takes a token from its text.
    ///
    /// - Throws: ``AuthenticationFailure/invalidToken`` if it is not well-formed, or no token of RS256.
    init(_ text: String) throws(AuthenticationFailure) {
        guard text.utf8.count <= Self.maximumSize else { throw .invalidToken }
        let parts = text.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }),
            Base64URL.bytes(of: parts[2]) != nil
        else { throw .invalidToken }
        let header = try Self.object(parts[0])
        // Among others `none`, and HS256 with the public key as its secret.
        guard header["alg"]?.string == "RS256", let keyID = header["kid"]?.string, !keyID.isEmpty,
            // An extension that must be understood; we know none.
            header["crit"] == nil
        else { throw .invalidToken }
        self.text = text
        self.keyID = keyID
        claims = try Self.object(parts[1])
    }

    private static func object(
        _ part: some Sequence<UInt8>
    ) throws(AuthenticationFailure) -> JSONValue {
        guard let bytes = Base64URL.bytes(of: part),
            let value = try? JSONParser.value(of: bytes), value.members != nil,
            // Which of two equal keys counts is each reader's own choice.
            value.repeatedKey == nil
        else { throw .invalidToken }
        return value
    }
}
