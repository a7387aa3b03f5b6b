import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import Testing

@testable import MeteringGateway

@Suite struct GatewayServerTests {
    private static let transport = SharedTransport(silence: .seconds(10))

    /// Serves while `body` runs, which is told the port; then it is told to stop, and ends.
    private static func serving(
        _ service: GatewayService, _ body: (Int) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let end = ScriptedModel.Gate()
        let server = GatewayServer(at: ListenAddress(host: "127.0.0.1", port: 0)) {
            port.yield($0.port)
        } respond: {
            await service.response(to: $0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run { await end.wait() }
            }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(port)
            end.open()
            try await group.waitForAll()
        }
    }

    private static func send(
        _ port: Int, _ method: String = "POST", _ path: String = "/bedrock/chat", body: String = ""
    ) async throws -> (status: Int, headers: [String: String], text: String) {
        let token = try await TokenForge.token()
        let response = try await transport.send(
            HTTPRequest(
                method, Endpoint(isSecure: false, host: "127.0.0.1", port: port), path: path,
                headers: ["authorization": "Bearer \(token)", "content-type": "application/json"],
                payload: body.isEmpty ? .none : .bytes(Array(body.utf8))),
            timeout: .seconds(10))
        let bytes = try await response.bytes(upTo: 1 << 20)
        return (response.status, response.headers, String(decoding: bytes, as: UTF8.self))
    }

    @Test func `calls are answered over HTTP, as a whole and as a stream`() async throws {
        try await Self.serving(GatewayServiceTests.service()) { port in
            let whole = try await Self.send(port, body: #"{"prompt": "Hi"}"#)
            let stream = try await Self.send(port, body: #"{"prompt": "Hi", "stream": true}"#)
            let health = try await Self.send(port, "GET", "/health")

            #expect(whole.status == 200)
            #expect(whole.text == #"{"response": "Hello"}"#)
            #expect(whole.headers["x-request-id"] == "c-1")
            #expect(whole.headers["content-type"] == "application/json; charset=utf-8")
            #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(health.status == 200)
        }
    }

    @Test func `a body that is too long is refused, whether or not it says so`() async throws {
        let service = GatewayServiceTests.service { $0.limits.maxBodyBytes = 100 }
        try await Self.serving(service) { port in
            let body = "{\"prompt\": \"\(String(repeating: "x", count: 100_000))\"}"

            let refused = try await Self.send(port, body: body)
            let taken = try await Self.send(port, body: #"{"prompt": "Hi"}"#)

            #expect(refused.status == 413)
            #expect(taken.status == 200)
        }
    }

    @Test(arguments: [true, false])
    func `a client that hangs up leaves its line, which says so`(streams: Bool) async throws {
        let gate = ScriptedModel.Gate()
        let model = ScriptedModel([
            .event(.text("a")), .gate(gate), .event(.text("b")), .event(.stop(reason: "end_turn")),
            .event(.usage(CallFixtures.usage)),
        ])
        let books = ScriptedBooks()
        let service = GatewayServiceTests.service(model, books)
        try await Self.serving(service) { port in
            let call = Task {
                try await Self.send(port, body: "{\"prompt\": \"Hi\", \"stream\": \(streams)}")
            }
            while model.requests.withLock({ $0.isEmpty }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            call.cancel()
            _ = await call.result
            try await Task.sleep(for: .milliseconds(100))
            gate.open()
            #expect(await service.calls.drain(within: .seconds(10)) == 0)
        }

        let lines = books.entries.withLock { $0 }.compactMap { entry in
            if case .line(let line) = entry { line } else { nil }
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""client_disconnected":true"#) == true)
    }

    @Test func `a call that is under way is answered after the server is told to stop`()
        async throws
    {
        let gate = ScriptedModel.Gate()
        let model = ScriptedModel([
            .gate(gate), .event(.text("a")), .event(.usage(CallFixtures.usage)),
        ])
        var call: Task<Int, any Error>?
        try await Self.serving(GatewayServiceTests.service(model)) { port in
            call = Task { try await Self.send(port, body: #"{"prompt": "Hi"}"#).status }
            while model.requests.withLock({ $0.isEmpty }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            Task {
                try? await Task.sleep(for: .milliseconds(200))
                gate.open()
            }
        }

        let status = try await call?.value
        #expect(status == 200)
    }
}
