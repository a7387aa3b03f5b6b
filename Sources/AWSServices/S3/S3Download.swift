/// An object that is being read. One task at a time reads it.
package final class S3Download: Sendable {
    /// Its key, size, ETag and metadata.
    package let attributes: S3ObjectAttributes
    private let body: HTTPBody

    init(_ attributes: S3ObjectAttributes, body: HTTPBody) {
        self.attributes = attributes
        self.body = body
    }

    /// The next chunk; nil at the end, when all of it has come and is what was stored.
    package func next() async throws -> BodyChunk? {
        try await body.next()
    }
}
