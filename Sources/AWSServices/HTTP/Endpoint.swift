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

    /// Takes an endpoint from its URL; nil where that is no `http` or `https` URL, or one with a user,
    /// a query or a fragment.
    package init?(url text: String) {
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            url.user == nil, url.password == nil, url.query == nil, url.fragment == nil,
            (1...65535).contains(url.port ?? 1),
            host.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        guard let path = Self.encoded(url.percentEncodedPath) else { return nil }
        let isIPv6 = host.contains(":") && !host.hasPrefix("[")
        self.init(
            isSecure: scheme == "https", host: (isIPv6 ? "[\(host)]" : host).lowercased(),
            port: url.port, basePath: path
        )
    }

    /// The path encoded as signatures have it, whichever of the equal forms a URL uses; nil where it
    /// is not UTF-8.
    private static func encoded(_ path: String) -> String? {
        var encoded: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = segment.removingPercentEncoding else { return nil }
            encoded.append(URIEncoding.encoded(text))
        }
        while encoded.last?.isEmpty == true { encoded.removeLast() }
        return encoded.joined(separator: "/")
    }

    /// The value of the header `Host`.
    package var authority: String {
        guard let port, port != (isSecure ? 443 : 80) else { return host }
        return "\(host):\(port)"
    }

    /// Whether it is this machine.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { UInt8($0) != nil && $0.first != "+" }
    }

    /// The URL without a path.
    package var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
