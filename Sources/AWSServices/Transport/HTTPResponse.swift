internal import NIOCore

/// A response whose body is still to be read.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// By names in lower case; of a name that stands more than once, the values joined by commas.
    package let headers: [String: String]
    package let body: HTTPBody

    package init(status: Int, headers: [String: String] = [:], body: HTTPBody = HTTPBody([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as a whole.
    ///
    /// - Throws: ``HTTPBodyTooLong`` where it is longer than `limit` bytes, or what
    ///   ``HTTPBody/next()`` throws.
    package func bytes(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await body.next() {
            guard bytes.count + chunk.count <= limit else { throw HTTPBodyTooLong(limit: limit) }
            chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

/// A body that is longer than the caller holds in memory.
package struct HTTPBodyTooLong: Error {
    /// Bytes.
    package let limit: Int
}

/// A part of a response's body.
package struct BodyChunk: Sendable {
    private let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    package init(_ bytes: [UInt8]) {
        buffer = ByteBuffer(bytes: bytes)
    }

    /// Bytes.
    package var count: Int { buffer.readableBytes }

    package func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeReadableBytes(body)
    }

    /// The first `count` bytes of it, without a copy.
    func prefix(_ count: Int) -> BodyChunk {
        BodyChunk(buffer.getSlice(at: buffer.readerIndex, length: count) ?? buffer)
    }
}

/// A response's body, chunk by chunk. One task at a time reads it; what is not read when nobody holds
/// it any more is given up, with its connection.
package final class HTTPBody: @unchecked Sendable {
    private let read: () async throws -> BodyChunk?

    /// A body from wherever `read` has it; nil is its end.
    package init(_ read: @escaping () async throws -> BodyChunk?) {
        self.read = read
    }

    /// A body that is here already.
    package convenience init(_ bytes: [UInt8]) {
        var rest = bytes.isEmpty ? nil : BodyChunk(bytes)
        self.init {
            defer { rest = nil }
            return rest
        }
    }

    /// The next chunk, which came or comes from the network; nil at the end.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` where the task is cancelled.
    package func next() async throws -> BodyChunk? {
        try await read()
    }
}
