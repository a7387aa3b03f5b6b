internal import NIOCore

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
}
