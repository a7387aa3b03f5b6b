/// A response whose body is still to be read.
package struct HTTPResponse: Sendable {
    package let head: ResponseHead
    package let body: HTTPBody

    package init(status: Int, headers: [String: String] = [:], body: HTTPBody = HTTPBody([])) {
        head = ResponseHead(status: status, headers: headers)
        self.body = body
    }

    package var status: Int { head.status }
    package var headers: [String: String] { head.headers }

    /// The body as a whole.
    ///
    /// - Throws: ``HTTPBodyTooLong`` where it is longer than `limit` bytes, or what
    ///   ``HTTPBody/next()`` throws.
    package func bytes(upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await body.next() {
            guard bytes.count + chunk.count <= limit else { throw HTTPBodyTooLong() }
            chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
