import BedrockMetering
import Foundation
import Synchronization
import Testing

@testable import MeteringGateway

@Suite struct AuthenticatorTests {
    /// A source of keys that counts how often it is asked.
    final class Keys: KeySource {
        struct Down: Error {}

        let set: Mutex<String?>
        let count = Mutex(0)

        init(_ set: String?) {
            self.set = Mutex(set)
        }

        func keySet() async throws -> [UInt8] {
            count.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(20))
            guard let text = set.withLock({ $0 }) else { throw Down() }
            return Array(text.utf8)
        }
    }

    private static func authenticator(
        _ keys: Keys = Keys(TokenForge.keySet),
        _ settings: AuthenticationSettings = TokenForge.settings,
        now: @escaping @Sendable () -> EventTime = { TokenForge.now }
    ) -> Authenticator {
        Authenticator(settings, source: keys, now: now)
    }

    @Test func `a good token tells tenant and user`() async throws {
        let token = try await TokenForge.token()

        let caller = try await Self.authenticator().caller(authorization: ["Bearer \(token)"])

        #expect(caller == Caller(tenant: "acme", user: "u-1"))
    }

    @Test(
        arguments: [
            [
                "iss":
                    "\"https://issuer-cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_AbCdEfGhI\""
            ],
            ["aud": "[\"other\", \"1a2b3c\"]"], ["iat": nil],
            ["nbf": "\(TokenForge.nowSeconds + 30)"],
            ["exp": "\(TokenForge.nowSeconds - 29)"], ["iat": "\(TokenForge.nowSeconds + 30)"],
            ["custom:tenant_id": "\"고객 (株) *\""], ["exp": "1.9e9"],
            ["custom:tenant_id": "\"\(String(repeating: "t", count: 256))\""],
        ] as [[String: String?]])
    func `what a token may say is taken`(changes: [String: String?]) async throws {
        let token = try await TokenForge.token(claims: TokenForge.claims(changes))

        _ = try await Self.authenticator().caller(authorization: ["bearer \(token)"])
    }

    @Test(
        arguments: [
            ["iss": "\"https://evil.example.com\""], ["iss": nil],
            ["iss": "[\"\(TokenForge.issuer)\"]"],
            ["iss": "\"\(TokenForge.issuer)/\""],
            [
                "iss":
                    "\"https://issuer-cognito-idp.eu-west-1.amazonaws.com/ap-northeast-2_AbCdEfGhI\""
            ],
            [
                "iss":
                    "\"https://issuer-cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_Other\""
            ],
            ["aud": "\"other\""], ["aud": nil], ["aud": "[\"other\"]"], ["aud": "[]"], ["aud": "1"],
            ["aud": "[\"1a2b3c\", 1]"], ["token_use": "\"access\""], ["token_use": nil],
            ["exp": nil], ["exp": "\(TokenForge.nowSeconds - 30)"], ["exp": "\"9999999999\""],
            ["exp": "null"], ["exp": "1e999"], ["nbf": "\(TokenForge.nowSeconds + 31)"],
            ["iat": "\(TokenForge.nowSeconds + 31)"], ["iat": "\"now\""],
        ] as [[String: String?]])
    func `a token that is not for us now is refused`(changes: [String: String?]) async throws {
        let token = try await TokenForge.token(claims: TokenForge.claims(changes))

        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await Self.authenticator().caller(authorization: ["Bearer \(token)"])
        }
    }

    @Test(
        arguments: [
            ["custom:tenant_id": nil], ["custom:tenant_id": "\"\""], ["custom:tenant_id": "1"],
            ["custom:tenant_id": "null"], ["custom:tenant_id": "[\"acme\"]"],
            ["custom:tenant_id": "\"a\\nb\""], ["custom:tenant_id": "\"a\\u0085b\""],
            ["custom:tenant_id": "\"\(String(repeating: "t", count: 257))\""],
            ["custom:tenant_id": nil, "custom": "{\"tenant_id\": \"acme\"}"], ["sub": nil],
            ["sub": "\"\""],
        ] as [[String: String?]])
    func `a token that names no tenant or user is told so`(changes: [String: String?]) async throws
    {
        let token = try await TokenForge.token(claims: TokenForge.claims(changes))

        await #expect(throws: AuthenticationFailure.tenantMissing) {
            try await Self.authenticator().caller(authorization: ["Bearer \(token)"])
        }
    }

    @Test(arguments: [
        #"{"kid": "k1", "alg": "none"}"#, #"{"kid": "k1", "alg": "RS384"}"#,
        #"{"kid": "k1", "alg": "rs256"}"#, #"{"kid": "k1", "alg": "PS256"}"#, #"{"kid": "k1"}"#,
        #"{"alg": "RS256"}"#, #"{"kid": "", "alg": "RS256"}"#, #"{"kid": 1, "alg": "RS256"}"#,
        #"{"kid": "other", "alg": "RS256"}"#, #"{"kid": "small", "alg": "RS256"}"#,
        #"{"kid": "enc", "alg": "RS256"}"#, #"{"kid": "ec", "alg": "RS256"}"#,
        #"{"kid": "k1", "alg": "RS256", "crit": ["b64"], "b64": false}"#,
        #"{"kid": "k1", "alg": "RS256", "alg": "RS256"}"#,
        #"{"kid": "k1", "alg": "none", "alg": "RS256"}"#,
        #"["RS256"]"#, "", "{", #"{"kid": "k1", "alg": "RS256"} "x""#,
    ])
    func `a token with another header is refused`(header: String) async throws {
        let token = try await TokenForge.token(header: header)

        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await Self.authenticator().caller(authorization: ["Bearer \(token)"])
        }
    }

    @Test(arguments: [
        #"{"iss": "a", "iss": "b"}"#, #"[]"#, "", "null", "{\"a\": \"\\ud800\"}",
        "{\"a\": {\"b\": 1, \"b\": 2}}",
    ])
    func `claims that readers could take differently are refused`(claims: String) async throws {
        let token = try await TokenForge.token(claims: claims)

        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await Self.authenticator().caller(authorization: ["Bearer \(token)"])
        }
    }

    /// What becomes of the parts of a good token on its way.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let header: @Sendable (_ parts: [String]) -> String

        init(_ name: String, _ header: @escaping @Sendable (_ parts: [String]) -> String) {
            testDescription = name
            self.header = header
        }
    }

    static let changes = [
        Change("a dot at the end") { "Bearer \($0[0]).\($0[1]).\($0[2])." },
        Change("a dot before") { "Bearer .\($0[0]).\($0[1]).\($0[2])" },
        Change("padding") { "Bearer \($0[0]).\($0[1]).\($0[2])==" },
        Change("a blank at the end") { "Bearer \($0[0]).\($0[1]).\($0[2]) " },
        Change("two blanks") { "Bearer  \($0[0]).\($0[1]).\($0[2])" },
        Change("a tab") { "Bearer\t\($0[0]).\($0[1]).\($0[2])" },
        Change("no scheme") { "\($0[0]).\($0[1]).\($0[2])" },
        Change("another scheme") { "Basic \($0[0]).\($0[1]).\($0[2])" },
        Change("a scheme alone") { _ in "Bearer" },
        Change("nothing") { _ in "" },
        Change("no signature") { "Bearer \($0[0]).\($0[1])" },
        Change("an empty signature") { "Bearer \($0[0]).\($0[1])." },
        Change("claims cut short") { "Bearer \($0[0]).\($0[1].dropLast(4)).\($0[2])" },
        Change("a signature cut short") { "Bearer \($0[0]).\($0[1]).\($0[2].dropLast(4))" },
        Change("another alphabet") { "Bearer \($0[0]).\($0[1]).+/\($0[2].dropFirst(2))" },
        Change("parts in another order") { "Bearer \($0[1]).\($0[0]).\($0[2])" },
        Change("five parts") { "Bearer \($0[0]).\($0[1]).\($0[2]).\($0[1]).\($0[2])" },
        Change("9 KiB") {
            "Bearer \($0[0]).\($0[1]).\($0[2])" + String(repeating: "A", count: 9 << 10)
        },
    ]

    @Test(arguments: changes)
    func `a token that was changed is refused`(change: Change) async throws {
        let parts = try await TokenForge.token().components(separatedBy: ".")

        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await Self.authenticator().caller(authorization: [change.header(parts)])
        }
    }

    @Test func `no header and two headers are refused`() async throws {
        let value = "Bearer \(try await TokenForge.token())"

        for values in [[], [value, value]] {
            await #expect(throws: AuthenticationFailure.invalidToken) {
                try await Self.authenticator().caller(authorization: values)
            }
        }
    }

    @Test func `tokens of other keys, and of the public key as a secret, are refused`() async throws
    {
        for token in [
            try await TokenForge.token(key: TokenForge.otherKey),
            try await TokenForge.symmetricToken(),
        ] {
            await #expect(throws: AuthenticationFailure.invalidToken) {
                try await Self.authenticator().caller(authorization: ["Bearer \(token)"])
            }
        }
    }

    @Test func `keys that cannot be had are told, and come when they can`() async throws {
        let keys = Keys(nil)
        let seconds = Mutex<Int64>(0)
        let authenticator = Self.authenticator(keys) {
            EventTime(
                microseconds: TokenForge.now.microseconds + seconds.withLock { $0 } * 1_000_000)
        }
        let values = ["Bearer \(try await TokenForge.token())"]

        await #expect(throws: AuthenticationFailure.keysUnavailable) {
            try await authenticator.caller(authorization: values)
        }
        #expect(await !authenticator.isReady)
        keys.set.withLock { $0 = TokenForge.keySet }
        seconds.withLock { $0 = 10 }

        _ = try await authenticator.caller(authorization: values)
        #expect(await authenticator.isReady)
    }

    @Test func `many tokens of unknown keys cause one fetch in ten seconds`() async throws {
        let keys = Keys(TokenForge.keySet)
        let seconds = Mutex<Int64>(0)
        let authenticator = Self.authenticator(keys) {
            EventTime(
                microseconds: TokenForge.now.microseconds + seconds.withLock { $0 } * 1_000_000)
        }
        let garbage = try await TokenForge.token(header: #"{"kid": "x", "alg": "RS256"}"#)
        func flood() async {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        await #expect(throws: AuthenticationFailure.invalidToken) {
                            try await authenticator.caller(authorization: ["Bearer \(garbage)"])
                        }
                    }
                }
            }
        }

        await flood()
        #expect(keys.count.withLock { $0 } == 1)
        seconds.withLock { $0 = 9 }
        await flood()
        #expect(keys.count.withLock { $0 } == 1)
        seconds.withLock { $0 = 10 }
        await flood()
        #expect(keys.count.withLock { $0 } == 2)
    }

    @Test func `a new key is fetched, and old ones stay while the issuer is down`() async throws {
        let keys = Keys(TokenForge.keySet)
        let seconds = Mutex<Int64>(0)
        let authenticator = Self.authenticator(keys) {
            EventTime(
                microseconds: TokenForge.now.microseconds + seconds.withLock { $0 } * 1_000_000)
        }
        let old = ["Bearer \(try await TokenForge.token())"]
        let new = [
            "Bearer "
                + (try await TokenForge.token(
                    header: #"{"kid": "k2", "alg": "RS256"}"#, key: TokenForge.otherKey))
        ]
        _ = try await authenticator.caller(authorization: old)
        keys.set.withLock { $0 = nil }
        seconds.withLock { $0 = 20 }
        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await authenticator.caller(authorization: new)
        }
        _ = try await authenticator.caller(authorization: old)

        keys.set.withLock { $0 = TokenForge.otherKeySet }
        seconds.withLock { $0 = 30 }
        _ = try await authenticator.caller(authorization: new)
        await #expect(throws: AuthenticationFailure.invalidToken) {
            try await authenticator.caller(authorization: old)
        }
    }

    @Test(arguments: [
        "", "{}", "{\"keys\": []}", "{\"keys\": {}}", "<html>", "{\"keys\": [{\"kid\": \"k1\"}]}",
    ])
    func `an answer that is no key set is as none`(set: String) async throws {
        let values = ["Bearer \(try await TokenForge.token())"]

        await #expect(throws: AuthenticationFailure.keysUnavailable) {
            try await Self.authenticator(Keys(set)).caller(authorization: values)
        }
    }

    @Test(arguments: [
        "", "YQ", "YWI", "YWJj", "-_8",
    ])
    func `base64 of tokens is read`(text: String) throws {
        let bytes = try #require(Base64URL.bytes(of: text.utf8))

        #expect(TokenForge.encoded(bytes) == text)
    }

    @Test(arguments: ["Y", "YR", "YQ==", "YW J", "YWJjY", "Y+", "Y/", "é", "YWJ\n"])
    func `base64 that could be written otherwise is refused`(text: String) {
        #expect(Base64URL.bytes(of: text.utf8) == nil)
    }
}
