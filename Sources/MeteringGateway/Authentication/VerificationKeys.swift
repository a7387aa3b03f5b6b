internal import Foundation
internal import JWTKit

/// The public keys of an issuer, by their ids.
struct VerificationKeys: Sendable {
    private let keys: [[UInt8]: JWTKeyCollection]

    /// What a key set may have.
    private static let maximumCount = 100

    /// Takes the keys for RS256 from a JSON Web Key Set (RFC 7517); others in it are passed over.
    ///
    /// - Returns: nil if it is no key set, or has no key that could be used.
    init?(keySet bytes: [UInt8]) async {
        guard let elements = (try? JSONParser.value(of: bytes))?["keys"]?.elements,
            elements.count <= Self.maximumCount
        else { return nil }
        var keys: [[UInt8]: JWTKeyCollection] = [:]
        for element in elements {
            guard element["kty"]?.string == "RSA", element["alg"]?.string ?? "RS256" == "RS256",
                element["use"]?.string ?? "sig" == "sig",
                let id = element["kid"]?.string, !id.isEmpty,
                let modulus = element["n"]?.string, let exponent = element["e"]?.string,
                // JWTKit refuses keys of less than 2048 bits.
                let key = try? Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent)
            else { continue }
            let collection = JWTKeyCollection()
            await collection.add(rsa: key, digestAlgorithm: .sha256)
            keys[Array(id.utf8)] = collection
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    func has(_ id: String) -> Bool { keys[Array(id.utf8)] != nil }

    /// Whether a token was signed by the key that it names, with RS256.
    func hasSigned(_ token: BearerToken) async -> Bool {
        guard let key = keys[Array(token.keyID.utf8)] else { return false }
        return (try? await key.verify(token.text, as: AnyPayload.self)) != nil
    }

    /// What a token says is read and judged elsewhere.
    private struct AnyPayload: JWTPayload {
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}
