/// Sends requests.
package protocol HTTPTransport: Sendable {
    /// Sends a request once, and returns as soon as the response's headers are there.
    ///
    /// - Parameter timeout: how long it may take until then; what comes later of the body is bounded by
    ///   the transport's own limit on silence.
    /// - Throws: ``TransportError``, or `CancellationError` where the task is cancelled.
    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse
}

/// Why no response came, or not all of it.
package enum TransportError: Error, Sendable, Hashable {
    /// No connection: nothing of the request was sent.
    case notConnected(reason: String)
    /// The connection broke, or what came was not HTTP; the request may have been served.
    case broken(reason: String)
    /// Nothing came in time; the request may have been served.
    case timedOut
    /// The file to send is not what it was when the request was made.
    case unreadableFile(path: String, reason: String)
    /// The request cannot be sent at all, as a header holds what HTTP has no form for.
    case unsendable(reason: String)
}
