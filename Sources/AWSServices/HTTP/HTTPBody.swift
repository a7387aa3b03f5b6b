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

/// A body that is longer than the caller holds in memory.
package struct HTTPBodyTooLong: Error {}
