internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The connections of the whole process, kept until it ends.
///
/// Connections are made directly: `HTTP_PROXY` and `HTTPS_PROXY` have no effect.
package struct SharedTransport: HTTPTransport {
    private static let standard = connections(silence: .seconds(60))

    private let client: HTTPClient

    package init() {
        client = Self.standard
    }

    /// Connections of their own, never closed, which bear `silence` from a server.
    ///
    /// - Parameters:
    ///   - limit: how many of them there may be to one host; what is sent beyond waits for one.
    ///   - reads: what is made room for when something is to be read, in bytes.
    package init(
        silence: Duration, connections limit: Int = 64,
        reads: ClosedRange<Int> = SharedTransport.largeReads
    ) {
        client = Self.connections(silence: silence, limit: limit, reads: reads)
    }

    /// For bodies of many megabytes.
    package static let largeReads = 64 << 10...1 << 20
    /// For many streams at a time, each of them slow.
    package static let smallReads = 2 << 10...32 << 10

    private static func connections(
        silence: Duration, limit: Int = 64, reads: ClosedRange<Int> = largeReads
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(5)
        configuration.timeout.read = TimeAmount(silence)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limit
        // Less than servers bear, so that requests seldom meet a connection that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(15)
        configuration.connectionPool.retryConnectionEstablishment = false
        // A chunk of a body costs a turn of the reading task, whatever its size; with these sizes a
        // chunk has about 600 KB where the network is fast.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: min(16 << 10, reads.lowerBound), initial: reads.lowerBound,
                    maximum: reads.upperBound))
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        var sent = HTTPClientRequest(url: request.url)
        sent.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { sent.headers.add(name: name, value: value) }
        switch request.payload {
        case .none: break
        case .bytes(let bytes): sent.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(_, let range, _) where range.isEmpty: sent.body = .bytes(ByteBuffer())
        case .file(let path, let range, _):
            sent.body = .stream(
                FileBody(path: path, range: range), length: .known(Int64(range.count)))
        }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(sent, timeout: TimeAmount(timeout))
        } catch {
            throw Self.error(error)
        }
        var headers: [String: String] = [:]
        for (name, value) in response.headers {
            let name = name.lowercased()
            headers[name] = headers[name].map { "\($0),\(value)" } ?? value
        }
        var iterator = response.body.makeAsyncIterator()
        let body = HTTPBody {
            do {
                return try await iterator.next().map { BodyChunk($0) }
            } catch {
                throw Self.error(error)
            }
        }
        return HTTPResponse(status: Int(response.status.code), headers: headers, body: body)
    }

    /// What an error of the connections means to the request.
    private static func error(_ error: any Error) -> any Error {
        if error is TransportError || error is CancellationError { return error }
        guard let failure = error as? HTTPClientError else {
            let reason = reason(error)
            return isOfConnecting(error)
                ? TransportError.notConnected(reason: reason) : .broken(reason: reason)
        }
        switch failure {
        case .cancelled where Task.isCancelled: return CancellationError()
        case .deadlineExceeded, .readTimeout, .writeTimeout: return TransportError.timedOut
        case .tlsHandshakeTimeout: return TransportError.notConnected(reason: failedHandshake)
        case .connectTimeout, .getConnectionFromPoolTimeout:
            return TransportError.notConnected(reason: failure.shortDescription)
        case .invalidURL, .emptyHost, .emptyScheme, .bodyLengthMismatch:
            return TransportError.unsendable(reason: failure.shortDescription)
        // Names or values of headers that cannot be sent; the cases tell them, the type does not.
        case let failure where failure.shortDescription.hasPrefix("Invalid header"):
            return TransportError.unsendable(reason: failure.shortDescription)
        default:
            return TransportError.broken(reason: failure.shortDescription)
        }
    }

    /// Whether there was no connection yet, so that nothing of the request can have been sent.
    private static func isOfConnecting(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        // A connection in use may end with most codes that making one does; the words tell of which.
        case let error as IOError:
            [ECONNREFUSED, EADDRNOTAVAIL].contains(error.errnoCode)
                || ["connect(", "finishing a non-blocking connect"].contains {
                    error.description.hasPrefix($0)
                }
        default: isOfHandshake(error)
        }
    }

    /// Errors of TLS are told by their names, as the room does not import the library that throws them.
    private static func isOfHandshake(_ error: any Error) -> Bool {
        guard String(reflecting: type(of: error)).hasPrefix("NIOSSL.") else { return false }
        let name = String(describing: error)
        return [
            "handshakeFailed", "noCertificateToValidate", "unableToValidateCertificate",
            "cannotFindPeerIP", "cannotMatchULabel", "NIOSSLExtraError",
        ].contains { name.hasPrefix($0) }
    }

    private static let failedHandshake =
        "the TLS handshake failed: it does not speak TLS, or has no certificate that is trusted here"

    /// A few words that hold nothing of what was sent or received.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) } ?? "the host has no address"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is HTTPParserError: "the response is not sound HTTP"
        case ChannelError.connectTimeout: "the connection took too long"
        case _ where isOfHandshake(error): failedHandshake
        default: "the connection was closed"
        }
    }
}
