/// A service on or near this machine that hands out credentials: it answers at once or not at all.
struct MetadataService: Sendable {
    let endpoint: Endpoint
    let transport: any HTTPTransport
    let retries: RetryPolicy

    /// Why there is no answer.
    enum Failure: Error, CustomStringConvertible {
        case unreachable(Endpoint)
        case status(Int, Endpoint)

        var description: String {
            switch self {
            case .unreachable(let endpoint): "nothing answers at \(endpoint.origin)"
            case .status(let status, let endpoint):
                "\(endpoint.origin) answers with HTTP status \(status)"
            }
        }

        fileprivate var isThrottling: Bool {
            if case .status(429, _) = self { true } else { false }
        }

        /// Whether the same request may succeed a moment later.
        fileprivate var mayBeChance: Bool {
            switch self {
            case .unreachable: true
            case .status(let status, _): status == 429 || status >= 500
            }
        }
    }

    private static let timeout = Duration.seconds(2)
    private static let attempts = 3
    private static let limit = 64 << 10

    /// Sends a request, again where it brings no answer, too many requests came or the server is at
    /// fault.
    ///
    /// - Returns: the body of a response with status 200.
    func send(
        _ method: String, _ path: String, query: [HTTPRequest.QueryItem] = [],
        headers: [String: String] = [:]
    ) async throws -> [UInt8] {
        let request = HTTPRequest(method, endpoint, path: path, query: query, headers: headers)
        var attempt = 1
        while true {
            do {
                return try await answer(to: request)
            } catch let failure as Failure {
                guard failure.mayBeChance,
                    attempt < min(Self.attempts, retries.maximumAttempts)
                else { throw failure }
                try await retries.sleep(
                    retries.delay(
                        afterFailure: attempt, isThrottling: failure.isThrottling,
                        retryAfter: nil))
                attempt += 1
            }
        }
    }

    private func answer(to request: HTTPRequest) async throws -> [UInt8] {
        do {
            let response = try await transport.send(request, timeout: Self.timeout)
            guard response.status == 200 else {
                throw Failure.status(response.status, endpoint)
            }
            return try await Deadline.within(Self.timeout) {
                try await response.bytes(upTo: Self.limit)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            try Task.checkCancellation()
            throw Failure.unreachable(endpoint)
        }
    }
}
