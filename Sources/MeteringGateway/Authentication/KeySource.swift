internal import AWSServices

/// Where the keys of an issuer come from.
protocol KeySource: Sendable {
    /// A JSON Web Key Set.
    func keySet() async throws -> [UInt8]
}

/// The key set at a URL, asked for without credentials and within bounds.
struct WebKeySource: KeySource {
    struct Refusal: Error {}

    let endpoint: Endpoint
    let transport: any HTTPTransport

    static let patience = Duration.seconds(5)
    /// Bytes.
    static let maximumSize = 256 << 10

    /// Connections of their own, as no key server is as slow as a model; kept as long as the process.
    private static let connections = SharedTransport(silence: patience)

    /// - Returns: nil if `url` is none of https or http.
    init?(url: String, transport: any HTTPTransport = Self.connections) {
        guard let endpoint = Endpoint(url: url) else { return nil }
        self.endpoint = endpoint
        self.transport = transport
    }

    func keySet() async throws -> [UInt8] {
        var base = endpoint
        base.basePath = ""
        let request = HTTPRequest(
            "GET", base, path: endpoint.basePath.isEmpty ? "/" : endpoint.basePath,
            headers: ["accept": "application/json"])
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                let response = try await transport.send(request, timeout: Self.patience)
                guard response.status == 200 else { throw Refusal() }
                return try await response.bytes(upTo: Self.maximumSize)
            }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw Refusal()
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw Refusal() }
            return bytes
        }
    }
}
