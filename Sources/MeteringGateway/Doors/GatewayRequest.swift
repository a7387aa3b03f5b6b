/// A request, through whichever door it came.
package struct GatewayRequest: Sendable {
    package let method: String
    /// Without the query, as it was sent.
    package let path: String
    /// Names in lower case, in the order they came in.
    package let headers: [(name: String, value: String)]
    /// Whether the one who asks is still there.
    package let client: ClientPresence
    /// The body, up to so many bytes; nil if it is longer.
    package let body: @Sendable (_ limit: Int) async throws -> [UInt8]?

    package init(
        method: String, path: String, headers: [(name: String, value: String)],
        client: ClientPresence = ClientPresence(),
        body: @escaping @Sendable (_ limit: Int) async throws -> [UInt8]?
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.client = client
        self.body = body
    }

    /// All values of a header, by its name in lower case.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name == name }.map(\.value)
    }
}

/// What is answered.
package struct GatewayResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Server-sent events, as they come.
        case events(AsyncStream<[UInt8]>)
    }

    package var status: Int
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: Body

    init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ status: Int, _ text: String) -> GatewayResponse {
        GatewayResponse(
            status: status, headers: [("content-type", "application/json; charset=utf-8")],
            body: .bytes(Array(text.utf8)))
    }
}
