import BedrockMetering
import Foundation
import Testing

@testable import MeteringGateway

@Suite struct ConfigurationDocumentTests {
    /// What is needed at least.
    static var least: [String: Any] {
        [
            "auth": [
                "issuer": "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_Ab",
                "audience": ["1a2b3c"],
            ],
            "models": ["aliases": ["haiku": "anthropic.claude-3-haiku-20240307-v1:0"]],
            "tenants": ["*": [String: Any]()],
            "usage": ["spool": "/var/lib/meter-gateway/usage"],
        ]
    }

    /// The least document with the value at a path replaced, by its JSON.
    private static func document(_ path: String, _ json: String) throws -> [UInt8] {
        let value = try JSONSerialization.jsonObject(
            with: Data(json.utf8), options: .fragmentsAllowed)
        func setting(_ keys: ArraySlice<String>, in object: [String: Any]) -> [String: Any] {
            var object = object
            guard let key = keys.first else { return object }
            object[key] =
                keys.count == 1
                ? value : setting(keys.dropFirst(), in: object[key] as? [String: Any] ?? [:])
            return object
        }
        let keys = path.split(separator: "/").map(String.init)
        let changed = setting(keys[...], in: least)
        return [UInt8](try JSONSerialization.data(withJSONObject: changed))
    }

    private static func problems(_ bytes: [UInt8]) -> [ConfigurationProblem] {
        do {
            _ = try ConfigurationDocument.configuration(of: bytes)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `what is left out has its standard`() throws {
        let bytes = [UInt8](try JSONSerialization.data(withJSONObject: Self.least))

        let configuration = try ConfigurationDocument.configuration(of: bytes)

        #expect(configuration.listen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(configuration.metricsListen == nil)
        #expect(configuration.authentication.keysURL == nil)
        #expect(configuration.authentication.tenantClaim == "custom:tenant_id")
        #expect(configuration.authentication.userClaim == "sub")
        #expect(configuration.authentication.clockSkewSeconds == 30)
        #expect(configuration.models.defaultAlias == nil)
        #expect(configuration.limits.maxTokens == 1000)
        #expect(configuration.limits.maxBodyBytes == 1_048_576)
        #expect(configuration.limits.callTimeoutSeconds == 300)
        #expect(configuration.limits.concurrentCalls == 1000)
        #expect(configuration.usage.spoolBytes == 1_073_741_824)
        #expect(configuration.limitStore == .memory)
        #expect(configuration.cors == nil)
        #expect(configuration.tenants.rules(of: "acme") == TenantRules())
    }

    @Test func `a whole configuration is read, and is told in lines`() throws {
        let text = """
            {"listen": "0.0.0.0:0",
             "auth": {"issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", "audience": ["a", "b"],
                      "jwks_url": "http://127.0.0.1:5000/keys", "tenant_claim": "t", "user_claim": "u",
                      "clock_skew_seconds": 0},
             "models": {"default": "haiku", "aliases": {"haiku": "h:0", "opus": "arn:aws:bedrock:x"}},
             "tenants": {"*": {"models": ["haiku"], "requests_per_minute": 60, "concurrent_calls": 10,
                               "tokens_per_day": 1000000, "tokens_per_month": null, "time_zone": "Asia/Seoul"},
                         "acme": {"models": null, "tokens_per_day": 5000000, "requests_per_minute": null}},
             "limits": {"max_tokens": 5, "max_body_bytes": 6, "call_timeout_seconds": 7, "concurrent_calls": 8},
             "usage": {"log_group": "/aws/bedrock/metering", "bucket": "s3://b/outbox/", "spool": "s",
                       "spool_bytes": 16384},
             "limit_store": "dynamodb://table-1", "metrics_listen": "[::1]:9090",
             "cors": {"origins": ["https://app.example.com", "*"]}}
            """

        let configuration = try ConfigurationDocument.configuration(of: Array(text.utf8))

        let star = TenantRules(
            models: ["haiku"], requestsPerMinute: 60, concurrentCalls: 10,
            tokensPerDay: 1_000_000, zone: try UsageZone("Asia/Seoul"))
        #expect(configuration.tenants.rules(of: "other") == star)
        #expect(configuration.tenants.rules(of: "*") == star)
        var acme = star
        acme.models = nil
        acme.requestsPerMinute = nil
        acme.tokensPerDay = 5_000_000
        #expect(configuration.tenants.rules(of: "acme") == acme)
        #expect(configuration.limitStore == .dynamoDB(table: "table-1"))
        #expect(configuration.metricsListen == ListenAddress(host: "::1", port: 9090))
        #expect(configuration.authentication.clockSkewSeconds == 0)
        #expect(configuration.limits.concurrentCalls == 8)
        #expect(
            configuration.summary.contains(
                "tenant acme: all models; 10 calls at once; 5000000 tokens a day; days of Asia/Seoul"
            ))
    }

    @Test func `without a star other tenants are not known`() throws {
        let bytes = try Self.document("tenants", #"{"acme": {}}"#)

        let tenants = try ConfigurationDocument.configuration(of: bytes).tenants

        #expect(tenants.rules(of: "acme") != nil)
        #expect(tenants.rules(of: "other") == nil)
        #expect(tenants.rules(of: "*") == nil)
    }

    @Test(arguments: [
        ("unknown", "1", "unknown"), ("auth/issuerr", "1", "auth.issuerr"),
        ("models/x", "1", "models.x"),
        ("tenants/acme/token_per_day", "1", "tenants.acme.token_per_day"),
        ("limits/max_token", "1", "limits.max_token"), ("usage/spools", "\"s\"", "usage.spools"),
        ("cors", #"{"origins": [], "methods": []}"#, "cors.methods"),
        ("listen", "\"8080\"", "listen"), ("listen", "\"a:99999\"", "listen"),
        ("listen", "\"::1:80\"", "listen"), ("listen", "\":80\"", "listen"),
        ("metrics_listen", "9090", "metrics_listen"), ("auth", "1", "auth"),
        ("auth", "null", "auth"),
        ("auth/issuer", "\"http://cognito.example.com\"", "auth.issuer"),
        ("auth/issuer", "\"cognito\"", "auth.issuer"), ("auth/audience", "[]", "auth.audience"),
        ("auth/audience", "\"a\"", "auth.audience"), ("auth/audience", "[1]", "auth.audience"),
        ("auth/jwks_url", "\"http://10.0.0.1/keys\"", "auth.jwks_url"),
        ("auth/tenant_claim", "\"\"", "auth.tenant_claim"),
        ("auth/clock_skew_seconds", "-1", "auth.clock_skew_seconds"),
        ("auth/clock_skew_seconds", "301", "auth.clock_skew_seconds"),
        ("models/default", "\"sonnet\"", "models.default"),
        ("models/aliases", "{}", "models.aliases"),
        ("models/aliases/x", "1", "models.aliases.x"),
        ("models/aliases/x", "\"a b\"", "models.aliases.x"),
        ("tenants", "{}", "tenants"), ("tenants", "[]", "tenants"),
        ("tenants/acme", "1", "tenants.acme"),
        ("tenants/acme/models", "\"haiku\"", "tenants.acme.models"),
        ("tenants/acme/models", "[\"sonnet\"]", "tenants.acme.models"),
        ("tenants/acme/tokens_per_day", "-1", "tenants.acme.tokens_per_day"),
        ("tenants/acme/tokens_per_day", "1.5", "tenants.acme.tokens_per_day"),
        ("tenants/acme/tokens_per_month", "\"9\"", "tenants.acme.tokens_per_month"),
        ("tenants/acme/requests_per_minute", "true", "tenants.acme.requests_per_minute"),
        ("tenants/acme/concurrent_calls", "-0.5", "tenants.acme.concurrent_calls"),
        ("tenants/acme/time_zone", "\"Mars/Olympus\"", "tenants.acme.time_zone"),
        ("limits/max_tokens", "0", "limits.max_tokens"),
        ("limits/max_body_bytes", "0", "limits.max_body_bytes"),
        ("limits/call_timeout_seconds", "0", "limits.call_timeout_seconds"),
        ("limits/concurrent_calls", "-1", "limits.concurrent_calls"),
        ("usage", "{}", "usage"), ("usage", #"{"spool": null}"#, "usage"),
        ("usage/bucket", "\"bucket\"", "usage.bucket"),
        ("usage/log_group", "\"a b\"", "usage.log_group"),
        ("usage/spool", "\"s3://b\"", "usage.spool"),
        ("usage/spool_bytes", "16383", "usage.spool_bytes"),
        ("limit_store", "\"memry\"", "limit_store"),
        ("limit_store", "\"dynamodb://\"", "limit_store"),
        ("limit_store", "\"redis://x/y\"", "limit_store"),
        ("cors", #"{"origins": ["https://a.example/"]}"#, "cors.origins"),
        ("cors", #"{"origins": ["app.example.com"]}"#, "cors.origins"),
        ("cors", "{}", "cors.origins"),
    ])
    func `what is wrong is told by its key`(path: String, json: String, key: String) throws {
        let problems = Self.problems(try Self.document(path, json))

        #expect(problems.map(\.key) == [key], "\(problems)")
    }

    @Test(arguments: [
        ("tenants/acme/tokens_per_day", "0"), ("limits/concurrent_calls", "0"),
        ("limit_store", "\"./limits.sqlite\""), ("limit_store", "\"/var/lib/limits\""),
        ("metrics_listen", "null"), ("cors", "null"), ("limits", "null"),
        ("auth/jwks_url", "\"http://localhost:1/k\""), ("auth/jwks_url", "null"),
        ("usage/bucket", "null"), ("auth/issuer", "\"http://127.0.0.1:5000/pool\""),
    ])
    func `what is sound is taken`(path: String, json: String) throws {
        #expect(Self.problems(try Self.document(path, json)) == [])
    }

    @Test func `all problems are told at once`() throws {
        let problems = Self.problems(Array(#"{"auth": {"audience": 1}, "x": 1, "x": 2}"#.utf8))

        #expect(
            Set(problems.map(\.key)) == [
                "auth.issuer", "auth.audience", "models", "tenants", "usage", "x",
            ])
        #expect(problems.contains { $0.description == "x is there twice" })
    }

    @Test(arguments: ["", "[]", "{", "{} {}", "null"])
    func `what is no JSON object is told as such`(text: String) {
        #expect(Self.problems(Array(text.utf8)).map(\.key) == [""])
    }
}
