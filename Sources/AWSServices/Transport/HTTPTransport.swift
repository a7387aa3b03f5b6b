internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Sends requests.
package protocol HTTPTransport: Sendable {
    /// Sends a request once, and returns as soon as the response's headers are there.
    ///
    /// - Parameter timeout: how long the whole exchange may take.
    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse
}

/// A response whose body is still to be read.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// By names in lower case; of a name that stands more than once, the values joined by commas.
    package let headers: [String: String]
    package let body: HTTPBody

    /// The body as a whole.
    ///
    /// - Throws: an error where it is longer than `limit` bytes or ends early.
    package func bytes(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await body.next() {
            chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
            guard bytes.count <= limit else { throw HTTPBodyTooLong(limit: limit) }
        }
        return bytes
    }
}

package struct HTTPBodyTooLong: Error {
    package let limit: Int
}

/// A part of a response's body.
package struct BodyChunk: Sendable {
    let buffer: ByteBuffer

    package var count: Int { buffer.readableBytes }

    package func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeReadableBytes(body)
    }
}

/// A response's body, chunk by chunk. One task at a time reads it.
package final class HTTPBody: @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    init(_ body: HTTPClientResponse.Body) {
        iterator = body.makeAsyncIterator()
    }

    /// The next chunk, which came or comes from the network; nil at the end.
    package func next() async throws -> BodyChunk? {
        try await iterator.next().map { BodyChunk(buffer: $0) }
    }
}

/// The connections of the whole process, kept until it ends.
package struct SharedTransport: HTTPTransport {
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.timeout.connect = .seconds(5)
        configuration.httpVersion = .http1Only
        return HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    package init() {}

    package func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        var sent = HTTPClientRequest(url: request.url)
        sent.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { sent.headers.add(name: name, value: value) }
        switch request.payload {
        case .none: break
        case .bytes(let bytes): sent.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let path, let range, _):
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(range.lowerBound))
            let data = try file.read(upToCount: range.count) ?? Data()
            sent.body = .bytes(ByteBuffer(bytes: data))
        }
        let (seconds, attoseconds) = timeout.components
        let response = try await Self.client.execute(
            sent,
            timeout: .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        )
        var headers: [String: String] = [:]
        for (name, value) in response.headers {
            headers[name.lowercased()] =
                headers[name.lowercased()].map { "\($0),\(value)" } ?? value
        }
        return HTTPResponse(
            status: Int(response.status.code), headers: headers, body: HTTPBody(response.body)
        )
    }
}
