/// The one text that a signature stands for; see "Create a signed AWS API request" in the IAM user
/// guide.
struct CanonicalRequest {
    /// What becomes of a path before it is signed.
    enum PathForm {
        /// Nothing: a key of S3 may hold empty and dotted segments.
        case asSent
        /// Dotted and empty segments are resolved (RFC 3986, section 5.2.4), and what is
        /// percent-encoded already is encoded again.
        case normalizedAndEncodedAgain
    }

    let text: String
    /// The names of the signed headers, with semicolons between.
    let headerNames: String

    /// Headers that what lies between us and the service may change, or that hold for one connection
    /// alone.
    private static let unsigned: Set<String> = [
        "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
        "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// - Parameter payload: the hash of the body, or what stands for it.
    init(_ request: HTTPRequest, payload: String, path: PathForm) {
        let headers = request.headers.filter { !Self.unsigned.contains($0.key) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        headerNames = headers.map(\.key).joined(separator: ";")
        text = [
            request.method,
            Self.path(of: request, path),
            Self.query(of: request),
            headers.map { "\($0.key):\(Self.trimmed($0.value))\n" }.joined(),
            headerNames,
            payload,
        ].joined(separator: "\n")
    }

    private static func path(of request: HTTPRequest, _ form: PathForm) -> String {
        let path = request.encodedPath.isEmpty ? "/" : request.encodedPath
        switch form {
        case .asSent: return path
        case .normalizedAndEncodedAgain:
            return URIEncoding.encoded(normalized(path), keepsSlashes: true)
        }
    }

    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        return "/" + segments.joined(separator: "/")
            + (path.hasSuffix("/") && !segments.isEmpty ? "/" : "")
    }

    private static func query(of request: HTTPRequest) -> String {
        request.query
            .map { (URIEncoding.encoded($0.name), URIEncoding.encoded($0.value)) }
            .sorted {
                $0.0 == $1.0
                    ? $0.1.utf8.lexicographicallyPrecedes($1.1.utf8)
                    : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
            }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Without white space around, and with one space for each run of it.
    private static func trimmed(_ value: String) -> String {
        value.utf8.split { $0 == 0x20 || (0x09...0x0d).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
