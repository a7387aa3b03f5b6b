import BedrockMetering
import Foundation
import JWTKit

@testable import MeteringGateway

/// Makes tokens as an issuer does, and as it never would. The keys were made for these tests and guard
/// nothing.
struct TokenForge {
    static let issuer = "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_AbCdEfGhI"
    static let audience = "1a2b3c"
    static let now = EventTime(microseconds: 1_765_070_625_000_000)
    static let nowSeconds = now.microseconds / 1_000_000

    static let settings = AuthenticationSettings(issuer: issuer, audience: [audience])

    /// The key set that holds the issuer's key, by its id, and one too small to be taken.
    static let keySet = """
        {"keys": [
          {"kid": "small", "alg": "RS256", "kty": "RSA", "use": "sig", "e": "AQAB", "n": "uUSFx__PcxTIpn9qMxeMKuwYm4oq5h7Az3TBszChttYEYLk2ptxah_LbhJdMQWgJIO1tG5Y1KF9scNNVP7Fni8jNx_eY7-sdiO0bEhgvIgBEUyDEeKpNmm9xPYWxgSge_iW52qVBUPVDBjPpCF136G8Wf7BHPFUFdwd7IXJKcgM"},
          {"kid": "k1", "alg": "RS256", "kty": "RSA", "use": "sig", "e": "AQAB", "n": "zYAeM565c6gk8NCgONyYnA1Wkf1Tz57c16-989F1etVkK-nmsh26QTVpkk5ESUodIeF5Y-XBV2bRUdEZgqiKSR0AzcXXWuO9xI9Y427ncdtG_yngo2cxvxNAjclj8flNgLY7MRpVa_yKQulFxNfOBqstwlYmPZhVA3voeecKoc8wOnWAFiCqcfyYm4PxaEAECVbgfRDhQGdHPHaZDyfsmY-cPTQQ7P2V8LW7E_PquvjhwjqhXzlnIywQnSMylzIgCoChzmpUXZoQaTREv2SuMWp7mFYlsuqQzJdFuYVpHjX01QxIU6bqnkD9c5N7kt4PNAE5C2GA2jzXgq4tpzFbZw"},
          {"kid": "enc", "alg": "RSA-OAEP", "kty": "RSA", "use": "enc", "e": "AQAB", "n": "zYAeM565c6gk8NCgONyYnA1Wkf1Tz57c16-989F1etVkK-nmsh26QTVpkk5ESUodIeF5Y-XBV2bRUdEZgqiKSR0AzcXXWuO9xI9Y427ncdtG_yngo2cxvxNAjclj8flNgLY7MRpVa_yKQulFxNfOBqstwlYmPZhVA3voeecKoc8wOnWAFiCqcfyYm4PxaEAECVbgfRDhQGdHPHaZDyfsmY-cPTQQ7P2V8LW7E_PquvjhwjqhXzlnIywQnSMylzIgCoChzmpUXZoQaTREv2SuMWp7mFYlsuqQzJdFuYVpHjX01QxIU6bqnkD9c5N7kt4PNAE5C2GA2jzXgq4tpzFbZw"},
          {"kid": "ec", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}
        """
    /// The same with the other key.
    static let otherKeySet = """
        {"keys": [{"kid": "k2", "alg": "RS256", "kty": "RSA", "use": "sig", "e": "AQAB", "n": "u7-CROY-d0SRzkJqQObLRAosdOAc84NTBP7HJM8aZjd-K80DgemNEkd6ImaItKQsGAXh4s0UWuZ5EsAvrfXlz2CxubA-jxnTz9Bi_LvNs01q9mrPyt07X0dCRTwLEA72HHO81Lxx-OhgkuJdvF8Csbsqgzme3bgxJmDiWgro2VR4OsXhLZ9pbXqleC2cAwxcG4r3au9f9si9zJbBaNNjBPCNKykW7cPrsGdKf2G6xh3Ort_zY0gURSvLF1_8l9DlBzkgA2nWZwIxwOR-PcZu323VaDWm2E73ocNGZ93Q7XOBMObtw9BnbOXg0H22bV10hl7Puv1VJ6YARRXXoC6BFw"}]}
        """

    static let header = #"{"kid": "k1", "alg": "RS256"}"#

    /// Claims of a good token, of which some are replaced by JSON, or left out by nil.
    static func claims(_ changes: [String: String?] = [:]) -> String {
        var members: [String: String?] = [
            "iss": "\"\(issuer)\"", "aud": "\"\(audience)\"", "token_use": "\"id\"",
            "exp": "\(nowSeconds + 3600)", "iat": "\(nowSeconds)", "sub": "\"u-1\"",
            "custom:tenant_id": "\"acme\"", "auth_time": "\(nowSeconds)",
        ]
        for (name, value) in changes { members[name] = .some(value) }
        let pairs = members.sorted { $0.key < $1.key }.compactMap { name, value in
            value.map { "\"\(name)\": \($0)" }
        }
        return "{" + pairs.joined(separator: ", ") + "}"
    }

    /// A token with a header and claims as they are, signed with RS256.
    static func token(
        header: String = header, claims: String = claims(), key: String = key
    ) async throws -> String {
        let signer = try await JWTKeyCollection()
            .add(rsa: try Insecure.RSA.PrivateKey(pem: key), digestAlgorithm: .sha256).getKey()
        let text = "\(encoded(Array(header.utf8))).\(encoded(Array(claims.utf8)))"
        return "\(text).\(encoded(try signer.sign(Array(text.utf8))))"
    }

    /// A token whose secret is what everybody may know: the issuer's public key.
    static func symmetricToken() async throws -> String {
        let secret = try Insecure.RSA.PrivateKey(pem: key).publicKey.pemRepresentation
        let signer = try await JWTKeyCollection()
            .add(hmac: HMACKey(from: Array(secret.utf8)), digestAlgorithm: .sha256).getKey()
        let header = encoded(Array(#"{"kid": "k1", "alg": "HS256"}"#.utf8))
        let text = "\(header).\(encoded(Array(claims().utf8)))"
        return "\(text).\(encoded(try signer.sign(Array(text.utf8))))"
    }

    static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    static let key = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAzYAeM565c6gk8NCgONyYnA1Wkf1Tz57c16+989F1etVkK+nm
        sh26QTVpkk5ESUodIeF5Y+XBV2bRUdEZgqiKSR0AzcXXWuO9xI9Y427ncdtG/yng
        o2cxvxNAjclj8flNgLY7MRpVa/yKQulFxNfOBqstwlYmPZhVA3voeecKoc8wOnWA
        FiCqcfyYm4PxaEAECVbgfRDhQGdHPHaZDyfsmY+cPTQQ7P2V8LW7E/Pquvjhwjqh
        XzlnIywQnSMylzIgCoChzmpUXZoQaTREv2SuMWp7mFYlsuqQzJdFuYVpHjX01QxI
        U6bqnkD9c5N7kt4PNAE5C2GA2jzXgq4tpzFbZwIDAQABAoIBAD7RXqoV54fIyv4I
        MCohmM7/Lsryvud1HvoZwT2idkCFsZjQ59Hjz3c2fh6YqTwkGTKtq39TkN4IUo0p
        l5w+rAL8iC3ev92LR4up7Bid4scFqja+1OnuViEcH/wXp2Mk+8GQMxjn/VvEt3kL
        uOWauGKGejbxQcBLbBVkD6UP8MqUMDTuXAZmj8Fzy0L69AjdYYnv94JB1GQQtmKJ
        Eku9pWueVpy01XjEQRkXkesvNabH4fsKB2yoaxnbAnNPlcpItTWkzKierAo/JeFC
        OHaC1rA3DtHu9YTL3v4froLTHnnkcMWk2iqXeC4pYb4NGqe8SJD57mjxo1JQq57p
        NxWasPkCgYEA8bPSFBAdrdjw8uxAQbbipVCKT9DoCVfOQt/O3JK8XeEoZYEmZde2
        LRPgwkJnCsHWngBZ+R9tuRr/dEUsLpTKVq+KN8dGjP4sKwrJi5HkPJpHvI9utg1v
        ctvFstLvUzB6pJl2L4weLVIJyk8lTVVCaaEUxSBSLZHOm/s62bnc11kCgYEA2agU
        QEqzr+grgGMEpjhGnNC9XZzdmeOWUka4qEQrZOSBVI8rVN78dwKvtZzX5MwWv3E+
        l9hxwOcEztCh+q0iRWSFVR+GAyBj21UZmhwp6TDieC11xWgc9efJ0MSp8JOf3oi8
        Sb3IRwyfRRc4IyagYJxkgljJ/4ArwlRYN9XsML8CgYEA0SjEbfo4RL4MXJuXS4bB
        AT/+QO3OLm+enX5h27zbZv42YAhwOwd9reqawGCIHOX7HEW/lnbdE6dKUsqdXj4C
        DxvfJz+6TL6TaDfwi2gXs13rIECbFM3xmNqYbZRd6IZ2S0RF4wWFA8EPmdP9urtC
        Onhbqe67TpXzzkWM+ub9NhkCgYATTxvs0DO8qUYir6Yb8OYix0nlYiMuocgWKHv9
        QX7wBm2KyOC5OMcA79YSsIVeoNRry2oYInWE/Xmpt0yHZpChw1coxBEpedgh/xy0
        VUdKjrGoo6/NAX2AOz3mLWw+EXqfTVYW3KVF2FLQ2Ex8odKcf4NTJPlWl1JKfR0O
        ZwX7FQKBgGVrYlJl4xd0Rohhp7wI3TKdpPX6IYX5NlIIEF8PFNFP9eIBjw5naJ4s
        yt3Vy0/qJJgQhUundL17gDg8YsQIEqwXQTdDUs6fRg7dyErONvz2/d3j+dJz8xmJ
        wRLBbgOAg8R+JUVDtirMqfFC+Vqngu6r0aKFgS2w5FHFjwugBKOs
        -----END RSA PRIVATE KEY-----
        """
    static let otherKey = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAu7+CROY+d0SRzkJqQObLRAosdOAc84NTBP7HJM8aZjd+K80D
        gemNEkd6ImaItKQsGAXh4s0UWuZ5EsAvrfXlz2CxubA+jxnTz9Bi/LvNs01q9mrP
        yt07X0dCRTwLEA72HHO81Lxx+OhgkuJdvF8Csbsqgzme3bgxJmDiWgro2VR4OsXh
        LZ9pbXqleC2cAwxcG4r3au9f9si9zJbBaNNjBPCNKykW7cPrsGdKf2G6xh3Ort/z
        Y0gURSvLF1/8l9DlBzkgA2nWZwIxwOR+PcZu323VaDWm2E73ocNGZ93Q7XOBMObt
        w9BnbOXg0H22bV10hl7Puv1VJ6YARRXXoC6BFwIDAQABAoIBAAjDXjANM80XcRRY
        rngqCgnIsORow4S64qGBAGSt041XR9q6E9DHHjO2DLO5IK2XI2/2DsWNxmLWOdzP
        zREIa+vbbJka6nNEr0mktzPcYN7QVjJCWs/Hmg3kXxSMwkum3VgHaHnEZb4f2FRW
        WJ+XnMy/dxavQOEX5FEtp+93NMgbICONzzo5jT4YFONk+IGyn2Tb0zLGrqUb2MeH
        wtaKRsHXkBTU7XEhfjiE0rNajb7vMG2F+Xok173lGTGBxbUmHHOQ86l5H99nNgpa
        obYVM8BYtPO664VVNaD+i5A/dKTqHCaxNux4fJGp2jCpN1kEQGaRjDnHI1gJCIFR
        /gLzbhECgYEA4K9HEt6WM/LXgPwbGZKHk8ZN2ypWgjY17zbk3rGFuWWu0XHVkVd8
        z5DHFKSVh9Q/II6LyYcMZ4XKpfDQE3o9qr9As2iVpt8xZzYT2SSqv1yLSdw9sdEJ
        chwyJWaZjcQVGSp261lJVSM6pcH1h8vfBsM3ODSqHQGoV3NDDpMpNXECgYEA1epW
        gAKZkz2JKJeSQB7Yk1FKqcfTR0hwR9nhIThval8GzdZku/TtGc6hOpPeWLZ5hWE+
        Dj4Hi84sWmx/GVwKdk750FvsAOGCXYgo5hewIseM9RkJfzN2nO7Wdw8oTPf+hptW
        Dl9v4bGZPZIrLM/hvfJgz3/U/M7E8VzC46QNOwcCgYASvGsH1sndsR1pYxx7aG2n
        0/yADyrBlvWuafxx2YnWKPWH/58YjJwazu7a+NKDTh6pf1mGx50wMMbySX+AcEwe
        Je6mR01bafc7rRXAoL8gT/5JfXUjk9Pe0R0ZY1HgsX406Aacn4hu8g4c7mykE0sY
        zESZikK5Qn8gM7texsTD8QKBgBlnbgRfyqtAyJQog/bXcvLz2YEWORIjGSp/Rowy
        bpDcXit9xZLIwIurDVyuiN5SNVZQuRTp6u2Ae6X1cpapZpisQmCrOfjUzy2aaPkC
        YSmQNz44TfdsPi7e8ltLUobpgLGtquekD95mwAMe47+7pFxxd2vNC5dGWv8q+/4a
        0nNrAoGBAIQY3m8sxZ/mnaARUsc8pbP1qpEVE+SOwrDGcMFz35hjszZlNs79yqjs
        gfkLMLSvfW9EtUHhz/LOYYPN4OErzn12f0HS9EaQjxTmP/rs7uYx8cEusqiu5TN7
        GoqDynGlg5NxYy6R4aYsY6wC0y9NpbrED7OiGIAmlKYiv/axSwCp
        -----END RSA PRIVATE KEY-----
        """
}
