internal import Foundation

/// A service on or near this machine that hands out credentials: it answers at once or not at all.
struct MetadataService: Sendable {
    let endpoint: Endpoint
    let transport: any HTTPTransport

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
    }

    private static let timeout = Duration.seconds(2)
    private static let attempts = 2
    private static let limit = 64 << 10

    /// Sends a request, a second time where the first brings no answer or a fault of the server.
    ///
    /// - Returns: the body of a response with status 200.
    func send(
        _ method: String, _ path: String, query: [HTTPRequest.QueryItem] = [],
        headers: [String: String] = [:]
    ) async throws -> [UInt8] {
        var failure = Failure.unreachable(endpoint)
        for _ in 0..<Self.attempts {
            do {
                let request = HTTPRequest(
                    method, endpoint, path: path, query: query, headers: headers)
                let response = try await transport.send(request, timeout: Self.timeout)
                let body = try await response.bytes(upTo: Self.limit)
                if response.status == 200 { return body }
                failure = .status(response.status, endpoint)
                guard response.status >= 500 else { throw failure }
            } catch let error as Failure {
                throw error
            } catch {
                try Task.checkCancellation()
                failure = .unreachable(endpoint)
            }
        }
        throw failure
    }
}
