import AWSServices
import Synchronization

/// Answers calls of models by a script, without a network, and keeps what was asked.
final class StreamTransport: HTTPTransport {
    /// What becomes of one attempt.
    enum Attempt: Sendable {
        case failure(TransportError)
        case answer(Int, [String: String] = [:], String = "")
        /// An event stream in chunks, and how it goes on after them.
        case stream([[UInt8]], End = .end)
    }

    enum End: Sendable {
        case end
        case broken(TransportError)
        /// Nothing comes any more.
        case silence
    }

    private let state: Mutex<(attempts: [Attempt], requests: [HTTPRequest])>

    init(_ attempts: [Attempt]) {
        state = Mutex((attempts, []))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        let attempt = state.withLock { state in
            state.requests.append(request)
            return state.attempts.count > 1 ? state.attempts.removeFirst() : state.attempts[0]
        }
        switch attempt {
        case .failure(let error): throw error
        case .answer(let status, let headers, let body):
            return HTTPResponse(
                status: status, headers: ["x-amzn-requestid": "R"].merging(headers) { $1 },
                body: HTTPBody(Array(body.utf8)))
        case .stream(let chunks, let end):
            var rest = chunks[...]
            return HTTPResponse(
                status: 200,
                headers: [
                    "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": "R",
                ],
                body: HTTPBody {
                    if let chunk = rest.popFirst() { return BodyChunk(chunk) }
                    switch end {
                    case .end: return nil
                    case .broken(let error): throw error
                    case .silence:
                        try await Task.sleep(for: .seconds(3600))
                        return nil
                    }
                })
        }
    }
}
