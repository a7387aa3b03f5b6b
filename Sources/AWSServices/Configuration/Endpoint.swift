internal import Foundation

/// Where a service answers: scheme, host and port, with a path that comes before all others.
package struct Endpoint: Sendable, Hashable {
    /// Whether it is reached through TLS.
    package var isSecure: Bool
    /// A name or an IP address; one of IPv6 in brackets.
    package var host: String
    /// Nil for the scheme's own.
    package var port: Int?
    /// Percent-encoded; empty, or with a slash at its beginning and none at its end.
    package var basePath: String

    package init(isSecure: Bool = true, host: String, port: Int? = nil, basePath: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.basePath = basePath
    }

    /// Takes an endpoint from its URL; nil where that is no `http` or `https` URL.
    package init?(url text: String) {
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.scheme == "https" || url.scheme == "http"
        else { return nil }
        var path = url.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        self.init(isSecure: url.scheme == "https", host: host, port: url.port, basePath: path)
    }

    /// The value of the header `Host`.
    package var authority: String {
        guard let port, port != (isSecure ? 443 : 80) else { return host }
        return "\(host):\(port)"
    }

    /// The URL without a path.
    package var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
