import AWSServices
import Foundation
import Synchronization
import Testing

/// Signatures that a service refuses though the key is right.
@Suite struct SkewAndExpiryTests {
    private let time = ScriptedTime()

    private func send(_ client: AWSClient, _ method: String = "GET") async throws {
        _ = try await client.receive(
            HTTPRequest(method, client.endpoint, path: "/b/k"), "GetObject")
    }

    @Test(arguments: [
        ("RequestTimeTooSkewed", 403), ("RequestExpired", 400), ("InvalidSignatureException", 400),
        ("SignatureDoesNotMatch", 403),
    ])
    func `a clock that is off is corrected by the service's`(
        code: String, status: Int
    ) async throws {
        let refusal = ScriptedTransport.Step.answer(
            status, ["date": "Sun, 07 Dec 2025 14:00:00 GMT"], "<Code>\(code)</Code>")
        let transport = ScriptedTransport([refusal, .answer(200)])
        let client = AWSClient(.scripted(transport, time), service: "s3")

        try await send(client)
        try await send(client)

        #expect(
            transport.requests.map { $0.headers["x-amz-date"] }
                == ["20251207T120000Z", "20251207T140000Z", "20251207T140000Z"])
        #expect(time.naps == [.zero])
    }

    /// A service whose clock is two hours ahead, and which answers when two requests are there.
    private final class Pair: HTTPTransport {
        private let state = Mutex(
            (dates: [String](), waiting: [CheckedContinuation<Void, Never>]()))

        var dates: [String] { state.withLock { $0.dates } }

        func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
            let date = request.headers["x-amz-date"] ?? ""
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    state.dates.append(date)
                    state.waiting.append(continuation)
                    guard state.dates.count >= 2 else {
                        return [] as [CheckedContinuation<Void, Never>]
                    }
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for continuation in ready { continuation.resume() }
            }
            guard date.hasPrefix("20251207T14") else {
                return HTTPResponse(
                    status: 403, headers: ["date": "Sun, 07 Dec 2025 14:00:00 GMT"],
                    body: HTTPBody(Array("<Code>RequestTimeTooSkewed</Code>".utf8)))
            }
            return HTTPResponse(status: 200)
        }
    }

    @Test func `of two requests at once that are refused, both are signed by the right clock`()
        async throws
    {
        let transport = Pair()
        var environment = AWSEnvironment.scripted(ScriptedTransport([.cancellation]), time)
        environment.transport = transport
        let client = AWSClient(environment, service: "s3")

        async let first: Void = send(client)
        async let second: Void = send(client)
        _ = try await (first, second)

        #expect(
            transport.dates.map { $0.prefix(11) }.sorted() == [
                "20251207T12", "20251207T12", "20251207T14", "20251207T14",
            ])
    }

    @Test func `HEAD tells no code, and the clock is corrected all the same`() async throws {
        let transport = ScriptedTransport([
            .answer(403, ["date": "Sun, 07 Dec 2025 14:00:00 GMT"]), .answer(200),
        ])

        try await send(AWSClient(.scripted(transport, time), service: "s3"), "HEAD")

        #expect(transport.requests.count == 2)
    }

    @Test(arguments: ["Sun, 07 Dec 2025 12:03:00 GMT", "no date", nil])
    func `a clock that is right does not explain a refusal`(date: String?) async throws {
        let headers = date.map { ["date": $0] } ?? [:]
        let transport = ScriptedTransport([
            .answer(403, headers, "<Code>SignatureDoesNotMatch</Code>")
        ])

        await #expect(throws: AWSError.self) {
            try await send(AWSClient(.scripted(transport, time), service: "s3"))
        }

        #expect(transport.requests.count == 1)
    }

    @Test func `a clock is corrected once a request`() async throws {
        let transport = ScriptedTransport([
            .answer(
                403, ["date": "Sun, 07 Dec 2025 14:00:00 GMT"], "<Code>RequestTimeTooSkewed</Code>"),
            .answer(
                403, ["date": "Sun, 07 Dec 2025 18:00:00 GMT"], "<Code>RequestTimeTooSkewed</Code>"),
        ])

        await #expect(throws: AWSError.self) {
            try await send(AWSClient(.scripted(transport, time), service: "s3"))
        }

        #expect(transport.requests.count == 2)
    }

    // MARK: How far a service is believed

    private static func refusal(_ date: String) -> ScriptedTransport.Step {
        .answer(403, ["date": date], "<Code>RequestTimeTooSkewed</Code>")
    }

    @Test(arguments: [
        ("https://s3.example.org", true), ("http://127.0.0.1:9000", true),
        ("http://localhost:9000", true), ("http://[::1]:9000", true),
        ("http://s3.example.org", false), ("http://10.0.0.7:9000", false),
        ("http://127.0.0.1.example.org", false), ("http://localhost.example.org", false),
    ])
    func `a clock is believed where nobody can have forged what it says`(
        endpoint: String, isBelieved: Bool
    ) async throws {
        let transport = ScriptedTransport([
            Self.refusal("Sun, 07 Dec 2025 14:00:00 GMT"), .answer(200),
        ])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.endpoints = ["s3": try #require(Endpoint(url: endpoint))]

        var reason = ""
        do {
            try await send(AWSClient(environment, service: "s3"))
        } catch {
            reason = "\(error)"
        }

        #expect(transport.requests.count == (isBelieved ? 2 : 1))
        #expect(reason.contains("by http") == !isBelieved)
    }

    @Test(arguments: [
        ("Mon, 08 Dec 2025 11:59:00 GMT", true), ("Sat, 06 Dec 2025 12:01:00 GMT", true),
        ("Mon, 08 Dec 2025 12:01:00 GMT", false), ("Sat, 06 Dec 2025 11:59:00 GMT", false),
        ("Fri, 31 Dec 9999 23:59:59 GMT", false), ("Thu, 01 Jan 1970 00:00:00 GMT", false),
    ])
    func `the first answer moves the clock by a day at most`(
        date: String, isBelieved: Bool
    ) async throws {
        let transport = ScriptedTransport([Self.refusal(date), .answer(200)])

        try? await send(AWSClient(.scripted(transport, time), service: "s3"))

        #expect(transport.requests.count == (isBelieved ? 2 : 1))
    }

    @Test(arguments: [
        ("Sun, 07 Dec 2025 13:14:00 GMT", true), ("Sun, 07 Dec 2025 12:46:00 GMT", true),
        ("Sun, 07 Dec 2025 13:16:00 GMT", false), ("Sun, 07 Dec 2025 12:44:00 GMT", false),
        ("Sun, 07 Dec 2025 15:00:00 GMT", false),
    ])
    func `later answers move it by a quarter of an hour from the first one`(
        date: String, isBelieved: Bool
    ) async throws {
        let transport = ScriptedTransport([
            .answer(200, ["date": "Sun, 07 Dec 2025 12:00:00 GMT"]), Self.refusal(date),
            .answer(200),
        ])
        let client = AWSClient(.scripted(transport, time), service: "s3")
        try await send(client)
        time.pass(.seconds(3600))

        try? await send(client)

        #expect(transport.requests.count == (isBelieved ? 3 : 2))
    }

    @Test func `a machine whose clock is set anew is corrected by what the first answer said`()
        async throws
    {
        let transport = ScriptedTransport([
            .answer(200, ["date": "Sun, 07 Dec 2025 12:00:00 GMT"]),
            Self.refusal("Sun, 07 Dec 2025 12:00:00 GMT"), .answer(200),
        ])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.retries.uptime = { .zero }
        let client = AWSClient(environment, service: "s3")
        try await send(client)
        time.pass(.seconds(3 * 3600))

        try await send(client)

        #expect(transport.requests.last?.headers["x-amz-date"] == "20251207T120000Z")
    }

    @Test(arguments: [
        Self.refusal("Sun, 07 Dec 2025 14:00:00 GMT"), .failure(.broken(reason: "reset")),
    ])
    func `a correction that did not help is dropped`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport(
            [Self.refusal("Sun, 07 Dec 2025 14:00:00 GMT"), step, .answer(200)])
        var environment = AWSEnvironment.scripted(transport, time)
        environment.retries.maximumAttempts = 2
        let client = AWSClient(environment, service: "s3")

        await #expect(throws: AWSError.self) { try await send(client) }
        try await send(client)

        #expect(
            transport.requests.map { $0.headers["x-amz-date"] }
                == ["20251207T120000Z", "20251207T140000Z", "20251207T120000Z"])
    }

    @Test func `a correction that led to another error is kept`() async throws {
        let transport = ScriptedTransport([
            Self.refusal("Sun, 07 Dec 2025 14:00:00 GMT"), .answer(404), .answer(200),
        ])
        let client = AWSClient(.scripted(transport, time), service: "s3")

        await #expect(throws: AWSError.self) { try await send(client) }
        try await send(client)

        #expect(transport.requests.last?.headers["x-amz-date"] == "20251207T140000Z")
    }

    @Test func `every attempt is signed anew`() async throws {
        let transport = ScriptedTransport([
            .answer(503, ["retry-after": "61"]), .answer(200),
        ])

        try await send(AWSClient(.scripted(transport, time), service: "s3"))

        #expect(
            transport.requests.map { $0.headers["x-amz-date"] }
                == ["20251207T120000Z", "20251207T120101Z"])
        #expect(Set(transport.requests.map { $0.headers["authorization"] }).count == 2)
    }

    /// Gives the first key until it is told that it has expired.
    private final class Keys: CredentialsProvider {
        let refused = Mutex<[String]>([])

        func credentials() async throws -> AWSCredentials {
            AWSCredentials(accessKeyID: "OLD", secretAccessKey: "x", sessionToken: "y")
        }

        func credentials(inPlaceOf refused: AWSCredentials) async throws -> AWSCredentials {
            self.refused.withLock { $0.append(refused.accessKeyID) }
            return AWSCredentials(accessKeyID: "NEW", secretAccessKey: "x", sessionToken: "z")
        }
    }

    @Test func `expired credentials are asked for anew, once`() async throws {
        let expired = ScriptedTransport.Step.answer(400, [:], "<Code>ExpiredToken</Code>")
        let transport = ScriptedTransport([expired, .answer(200), expired])
        let keys = Keys()
        let client = AWSClient(.scripted(transport, time, credentials: keys), service: "s3")

        try await send(client)
        await #expect(throws: AWSError.self) { try await send(client) }

        #expect(
            transport.requests.map { $0.headers["x-amz-security-token"] } == ["y", "z", "y", "z"])
        #expect(keys.refused.withLock { $0 } == ["OLD", "OLD"])
    }
}
