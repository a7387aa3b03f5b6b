/// A request to a service.
package struct HTTPRequest: Sendable {
    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: String
    package var endpoint: Endpoint
    /// The path after the endpoint's own, percent-encoded once; it begins with a slash.
    package var path: String
    /// Not encoded; a name may stand more than once.
    package var query: [QueryItem] = []
    /// By names in lower case.
    package var headers: [String: String] = [:]
    package var payload: HTTPPayload

    package init(
        _ method: String, _ endpoint: Endpoint, path: String = "/",
        query: [QueryItem] = [], headers: [String: String] = [:],
        payload: HTTPPayload = .none
    ) {
        self.method = method
        self.endpoint = endpoint
        self.path = path
        self.query = query
        self.headers = headers
        self.payload = payload
    }

    /// Whether it changes nothing, by its method.
    var isRead: Bool { method == "GET" || method == "HEAD" }

    /// Whether it may have changed something although its result cannot be made out.
    ///
    /// - Parameter status: of the response.
    func mayHaveHadEffect(status: Int) -> Bool {
        !isRead && (status < 300 || status >= 500)
    }

    /// The whole path, as it is sent.
    var encodedPath: String { endpoint.basePath + path }

    /// The URL, as it is sent.
    package var url: String {
        let query = query.map {
            "\(URIEncoding.encoded($0.name))=\(URIEncoding.encoded($0.value))"
        }
        let suffix = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        return endpoint.origin + encodedPath + suffix
    }
}

/// The body of a request.
package enum HTTPPayload: Sendable {
    case none
    case bytes([UInt8])
    /// A part of a file, streamed from the disk.
    case file(path: String, range: Range<Int64>, sha256: String)

    /// Bytes.
    var size: Int64 {
        switch self {
        case .none: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let range, _): range.upperBound - range.lowerBound
        }
    }

    /// What the signature covers of the body.
    var signedHash: String {
        switch self {
        case .none: SHA256Hash(of: []).hexadecimal
        case .bytes(let bytes): SHA256Hash(of: bytes).hexadecimal
        case .file(_, _, let sha256): sha256
        }
    }
}
