import AWSServices
import Synchronization

/// The network with somebody in between, who sees each request and may do as the test likes.
struct WatchedTransport: HTTPTransport {
    typealias Send = @Sendable (HTTPRequest) async throws -> HTTPResponse

    private let handle: @Sendable (HTTPRequest, Send) async throws -> HTTPResponse

    init(_ handle: @escaping @Sendable (HTTPRequest, Send) async throws -> HTTPResponse) {
        self.handle = handle
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        try await handle(request) { try await SharedTransport().send($0, timeout: timeout) }
    }
}

/// Says yes the first so many times that it is asked.
final class FirstTimes: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    func take() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}

extension HTTPRequest {
    var storesADay: Bool { method == "PUT" && path.contains("bedrock-usage-") }
}
