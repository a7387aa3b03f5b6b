import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import Testing

@testable import MeteringGateway

@Suite struct GatewayServiceTests {
    static func service(
        _ model: ScriptedModel = ScriptedModel(saying: ["Hel", "lo"]),
        _ books: ScriptedBooks = ScriptedBooks(),
        _ changes: (inout GatewayConfiguration) -> Void = { _ in }
    ) -> GatewayService {
        GatewayService(
            authenticator: Authenticator(
                TokenForge.settings, source: AuthenticatorTests.Keys(TokenForge.keySet),
                now: { TokenForge.now }),
            calls: CallService(
                CallServiceTests.configuration(changes), model: model, journal: books,
                limits: books, now: { TokenForge.now }),
            makeID: { "c-1" })
    }

    static func request(
        _ method: String = "POST", _ path: String = "/bedrock/chat", body: String = "",
        tenant: String = "acme",
        headers: [(String, String)] = [("content-type", "application/json")],
        isSignedIn: Bool = true
    ) async throws -> GatewayRequest {
        let token = try await TokenForge.token(
            claims: TokenForge.claims(["custom:tenant_id": "\"\(tenant)\""]))
        let authorization = isSignedIn ? [("authorization", "Bearer \(token)")] : []
        let bytes = Array(body.utf8)
        return GatewayRequest(
            method: method, path: path, headers: (headers + authorization).map { ($0.0, $0.1) }
        ) { bytes.count > $0 ? nil : bytes }
    }

    /// The body of an answer as text, streams to their end.
    static func text(_ response: GatewayResponse) async -> String {
        switch response.body {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .events(let events):
            var all: [UInt8] = []
            for await bytes in events { all += bytes }
            return String(decoding: all, as: UTF8.self)
        }
    }

    private static func header(_ name: String, _ response: GatewayResponse) -> String? {
        response.headers.first { $0.name == name }?.value
    }

    @Test(arguments: [
        (#"{"prompt": "Hi"}"#, #"{"response": "Hello"}"#),
        (
            #"{"prompt": "Hi", "usage": true, "unknown": {"x": 1}, "model": null}"#,
            #"{"response": "Hello", "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 22, "cache_read_input_tokens": 4, "cache_write_input_tokens": 3}}"#
        ),
        (
            #"{"prompt": "Hi", "stream": true}"#,
            "data: {\"response\": \"Hel\"}\n\ndata: {\"response\": \"lo\"}\n\ndata: [DONE]\n\n"
        ),
        (
            #"{"prompt": "x", "prompt": "Hi", "stream": true, "usage": true}"#,
            "data: {\"response\": \"Hel\"}\n\ndata: {\"response\": \"lo\"}\n\ndata: {\"usage\": {\"input_tokens\": 10, \"output_tokens\": 5, \"total_tokens\": 22, \"cache_read_input_tokens\": 4, \"cache_write_input_tokens\": 3}}\n\ndata: [DONE]\n\n"
        ),
    ])
    func `a prompt is answered`(body: String, expected: String) async throws {
        let model = ScriptedModel(saying: ["Hel", "lo"])

        let response = await Self.service(model).response(to: try await Self.request(body: body))

        #expect(response.status == 200)
        #expect(await Self.text(response) == expected)
        #expect(Self.header("x-request-id", response) == "c-1")
        #expect(model.requests.withLock { $0.first }?.messages == [.init(.user, ["Hi"])])
    }

    @Test(arguments: [
        ("", "invalid_json"), ("{", "invalid_json"), ("[]", "invalid_json"),
        ("\"Hi\"", "invalid_json"),
        ("{\"prompt\": \"\\ud800\"}", "invalid_json"),
        ("{\"prompt\": \"\\u0000\"}", "invalid_json"),
        (
            "{\"prompt\": \"a\", \"x\": \(String(repeating: "[", count: 32))\(String(repeating: "]", count: 32))}",
            "invalid_json"
        ),
        ("{}", "missing_prompt"), ("{\"prompt\": null}", "missing_prompt"),
        ("{\"prompt\": \"\"}", "missing_prompt"),
        ("{\"prompt\": \" \\n\"}", "invalid_prompt"),
        ("{\"prompt\": [{\"text\": \"a\"}]}", "invalid_prompt"),
        ("{\"prompt\": 1}", "invalid_prompt"),
        ("{\"prompt\": \"a\", \"model\": 1}", "invalid_request"),
        ("{\"prompt\": \"a\", \"max_tokens\": 0}", "invalid_request"),
        ("{\"prompt\": \"a\", \"max_tokens\": 1.5}", "invalid_request"),
        ("{\"prompt\": \"a\", \"max_tokens\": \"5\"}", "invalid_request"),
        ("{\"prompt\": \"a\", \"max_tokens\": 1001}", "invalid_request"),
        ("{\"prompt\": \"a\", \"temperature\": 1.01}", "invalid_request"),
        ("{\"prompt\": \"a\", \"temperature\": -0.1}", "invalid_request"),
        ("{\"prompt\": \"a\", \"stream\": 1}", "invalid_request"),
        ("{\"prompt\": \"a\", \"system\": 1}", "invalid_request"),
        ("{\"prompt\": \"a\", \"model\": \"sonnet\"}", "model_not_found"),
        ("{\"prompt\": \"a\", \"model\": \"h:0\"}", "model_not_found"),
        ("{\"prompt\": \"a\", \"model\": \"opus\"}", "model_forbidden"),
    ])
    func `a request that makes no sense is told why`(body: String, code: String) async throws {
        let model = ScriptedModel([])

        let response = await Self.service(model).response(to: try await Self.request(body: body))

        #expect(await Self.text(response).hasSuffix(#""code": "\#(code)"}"#))
        #expect(response.status == CallError.Code(rawValue: code)?.status)
        #expect(model.requests.withLock { $0.isEmpty })
    }

    @Test func `what is asked for beside the prompt reaches the model`() async throws {
        let model = ScriptedModel(saying: [""])
        let body = #"{"prompt": "Hi", "system": "Be brief", "max_tokens": 7, "temperature": 0.5}"#

        _ = await Self.service(model).response(to: try await Self.request(body: body))

        let sent = try #require(model.requests.withLock { $0.first })
        #expect(sent.system == ["Be brief"])
        #expect(sent.maxTokens == 7)
        #expect(sent.temperature == 0.5)
    }

    @Test func `who is not signed in is asked for a token, whatever the body`() async throws {
        for path in ["/bedrock/chat", "/v1/models", "/v1/usage", "/v1/chat/completions"] {
            let method =
                path.hasSuffix("s") && path != "/v1/chat/completions" || path.hasSuffix("usage")
                ? "GET" : "POST"
            let response = await Self.service().response(
                to: try await Self.request(method, path, isSignedIn: false))

            #expect(response.status == 401)
            #expect(Self.header("www-authenticate", response) == "Bearer")
            #expect(await Self.text(response).contains("invalid_token"))
        }
    }

    @Test(arguments: [
        ("GET", "/bedrock/chat", 405), ("POST", "/health", 405), ("DELETE", "/v1/models", 405),
        ("POST", "/", 404), ("GET", "/metrics", 404), ("POST", "/bedrock/chat/", 404),
        ("POST", "/bedrock/chat?x", 404), ("GET", "/v1/x", 404), ("GET", "/health", 200),
        ("GET", "/ready", 503), ("OPTIONS", "/bedrock/chat", 204), ("OPTIONS", "/x", 204),
    ])
    func `paths and methods are taken as they are`(
        method: String, path: String, status: Int
    ) async throws {
        let response = await Self.service().response(
            to: try await Self.request(method, path, isSignedIn: false))

        #expect(response.status == status)
        #expect(Self.header("x-request-id", response) == "c-1")
    }

    @Test(
        arguments: [
            ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
            ("application/jsonx", 415),
            ("application/json; charset=utf-8", 200), ("Application/JSON", 200), (nil, 200),
        ] as [(String?, Int)])
    func `another type of body is refused`(type: String?, status: Int) async throws {
        let headers = type.map { [("content-type", $0)] } ?? []

        let response = await Self.service().response(
            to: try await Self.request(body: #"{"prompt": "Hi"}"#, headers: headers))

        #expect(response.status == status)
    }

    @Test func `a body over the limit is refused`() async throws {
        let service = Self.service { $0.limits.maxBodyBytes = 20 }

        let response = await service.response(
            to: try await Self.request(body: #"{"prompt": "Hello, world"}"#))

        #expect(response.status == 413)
    }

    @Test func `a tenant that is not known is refused before its body is read`() async throws {
        let response = await Self.service().response(
            to: try await Self.request(body: "{", tenant: "other"))

        #expect(response.status == 403)
        #expect(await Self.text(response).contains("tenant_unknown"))
    }

    @Test(arguments: [true, false])
    func `a call that the model refuses has a status of its own, as a stream too`(
        streams: Bool
    ) async throws {
        let model = ScriptedModel(
            [],
            refusal: ConverseFailure(.throttled, code: "x", status: 429, retryAfter: .seconds(4)))

        let response = await Self.service(model).response(
            to: try await Self.request(body: "{\"prompt\": \"Hi\", \"stream\": \(streams)}"))

        #expect(response.status == 429)
        #expect(Self.header("retry-after", response) == "4")
        #expect(await Self.text(response).contains("upstream_throttled"))
    }

    @Test func `a stream that breaks ends with an error and is not said to be done`() async throws {
        let model = ScriptedModel([
            .event(.text("a")), .failure(ConverseFailure(.failed, code: "x")),
        ])

        let response = await Self.service(model).response(
            to: try await Self.request(body: #"{"prompt": "Hi", "stream": true}"#))
        let text = await Self.text(response)

        #expect(
            text
                == "data: {\"response\": \"a\"}\n\nevent: error\ndata: {\"error\": \"The model did not answer\", \"code\": \"upstream_failed\"}\n\n"
        )
    }

    @Test func `text whose usage is recorded nowhere is not given`() async throws {
        let service = Self.service(
            ScriptedModel(saying: ["secret"]), ScriptedBooks(failing: ["line"]))

        let response = await service.response(
            to: try await Self.request(body: #"{"prompt": "Hi"}"#))

        #expect(response.status == 503)
        #expect(await Self.text(response).contains("usage_unrecorded"))
        #expect(await !Self.text(response).contains("secret"))
    }

    @Test func `a tenant sees its models and its usage`() async throws {
        let service = Self.service()

        let models = await service.response(to: try await Self.request("GET", "/v1/models"))
        let usage = await service.response(to: try await Self.request("GET", "/v1/usage"))

        #expect(
            await Self.text(models)
                == #"{"object": "list", "data": [{"id": "haiku", "object": "model", "created": 0, "owned_by": "bedrock"}]}"#
        )
        #expect(
            await Self.text(usage).hasPrefix(
                #"{"provisional": true, "day": {"date": "2025-12-07", "#))
    }

    @Test(
        arguments: [
            (["https://a.example"], "https://a.example", "https://a.example", "Origin"),
            (["https://a.example"], "https://b.example", nil, "Origin"),
            (["https://a.example"], nil, nil, "Origin"), (["*"], "https://b.example", "*", nil),
            (nil, "https://a.example", nil, nil),
        ] as [([String]?, String?, String?, String?)])
    func `browsers are told which pages may call`(
        origins: [String]?, origin: String?, allowed: String?, vary: String?
    ) async throws {
        let service = Self.service { $0.cors = origins.map { CORSSettings(origins: $0) } }
        let headers = origin.map { [("origin", $0)] } ?? []

        for method in ["OPTIONS", "POST"] {
            let response = await service.response(
                to: try await Self.request(method, headers: headers, isSignedIn: false))

            #expect(Self.header("access-control-allow-origin", response) == allowed)
            #expect(Self.header("vary", response) == vary)
            #expect(
                (Self.header("access-control-allow-methods", response) != nil)
                    == (method == "OPTIONS" && allowed != nil))
        }
    }

    @Test func `a long silence is filled with comments`() async throws {
        let model = ScriptedModel([
            .event(.text("a")), .wait(.milliseconds(300)), .event(.usage(CallFixtures.usage)),
        ])
        let call = try Self.service(model).calls.begin(
            ChatRequest(messages: [.init(.user, ["Hi"])]), id: "c-1",
            of: Caller(tenant: "acme", user: "u"), client: ClientPresence())
        var output = call.output.makeAsyncIterator()
        let first = try #require(await output.next())
        var events = ServerSentEvents(
            call: call, dialect: BedrockChat(),
            asked: DialectRequest(chat: ChatRequest(messages: [])))
        events.silence = .milliseconds(50)

        var text = ""
        for await bytes in events.bytes(after: first, output) {
            text += String(decoding: bytes, as: UTF8.self)
        }

        #expect(text.hasPrefix("data: {\"response\": \"a\"}\n\n: waiting\n\n"))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
    }
}
