/// Sends requests.
package protocol HTTPTransport: Sendable {
    /// Sends a request once, and returns as soon as the response's headers are there.
    ///
    /// - Parameter timeout: how long it may take until then; of what comes later, the transport itself
    ///   bounds the silences alone.
    /// - Throws: ``TransportError``, or `CancellationError` where the task is cancelled.
    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse
}
