import AWSServices
import Foundation
import Synchronization

/// Answers requests by a script, without a network, and keeps them.
final class ScriptedTransport: HTTPTransport {
    enum Step: Sendable {
        case answer(Int, [String: String] = [:], String = "")
        /// The body comes byte by byte, each after 10 ms.
        case dripping(Int, [String: String] = [:], String)
        /// The body breaks after so much of it.
        case breaking(
            Int, [String: String] = [:], String, TransportError = .broken(reason: "reset"))
        case failure(TransportError)
        case cancellation
    }

    private let state: Mutex<(steps: [Step], requests: [HTTPRequest], timeouts: [Duration])>

    /// - Parameter steps: one for each request; the last one is for all that follow.
    init(_ steps: [Step]) {
        state = Mutex((steps, [], []))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var timeouts: [Duration] { state.withLock { $0.timeouts } }

    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        let step = state.withLock { state in
            state.requests.append(request)
            state.timeouts.append(timeout)
            return state.steps.count > 1 ? state.steps.removeFirst() : state.steps[0]
        }
        switch step {
        case .answer(let status, let headers, let body):
            return HTTPResponse(status: status, headers: headers, body: HTTPBody(Array(body.utf8)))
        case .dripping(let status, let headers, let body):
            var rest = Array(body.utf8)[...]
            return HTTPResponse(
                status: status, headers: headers,
                body: HTTPBody {
                    try await Task.sleep(for: .milliseconds(10))
                    return rest.popFirst().map { BodyChunk([$0]) }
                })
        case .breaking(let status, let headers, let body, let error):
            var rest = Array(body.utf8)
            return HTTPResponse(
                status: status, headers: headers,
                body: HTTPBody {
                    guard !rest.isEmpty else { throw error }
                    defer { rest = [] }
                    return BodyChunk(rest)
                })
        case .failure(let error): throw error
        case .cancellation: throw CancellationError()
        }
    }
}

/// Makes answers up, and counts the requests.
final class MadeUpTransport: HTTPTransport {
    private let count = Mutex(0)
    private let answer: @Sendable (_ request: HTTPRequest, _ before: Int) -> HTTPResponse

    /// - Parameter answer: given the request and how many came before.
    init(_ answer: @escaping @Sendable (_ request: HTTPRequest, _ before: Int) -> HTTPResponse) {
        self.answer = answer
    }

    var requests: Int { count.withLock { $0 } }

    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        answer(
            request,
            count.withLock { count in
                defer { count += 1 }
                return count
            })
    }
}

extension HTTPResponse {
    static func ok(_ body: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: HTTPBody(Array(body.utf8)))
    }
}

/// A clock that stands still but for sleeping, which it keeps a list of.
final class ScriptedTime: Sendable {
    /// Sunday, 7 December 2025, 12:00 UTC.
    static let start = Date(timeIntervalSince1970: 1_765_108_800)

    private let state = Mutex((now: start, naps: [Duration]()))

    var naps: [Duration] { state.withLock { $0.naps } }
    var now: Date { state.withLock { $0.now } }

    func pass(_ duration: Duration) {
        state.withLock { $0.now.addTimeInterval(duration / .seconds(1)) }
    }

    /// The standard policy by this clock.
    func policy(random: Double = 1) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.now = { self.now }
        policy.sleep = { duration in
            try Task.checkCancellation()
            self.state.withLock { $0.naps.append(duration) }
            self.pass(duration)
        }
        policy.random = { random }
        policy.uptime = { .seconds(self.now.timeIntervalSince(Self.start)) }
        return policy
    }
}

extension AWSEnvironment {
    static let testCredentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    /// An environment of a script, by a clock of its own.
    static func scripted(
        _ transport: any HTTPTransport, _ time: ScriptedTime,
        credentials: (any CredentialsProvider)? = StaticCredentials(testCredentials)
    ) -> AWSEnvironment {
        var environment = AWSEnvironment(
            region: "us-east-1", credentials: credentials, transport: transport)
        environment.retries = time.policy()
        return environment
    }
}
