package import Foundation

/// Signs requests by Signature Version 4 with headers; see "AWS Signature Version 4 for API requests"
/// in the IAM user guide.
package struct SignatureV4: Sendable {
    package var credentials: AWSCredentials
    package var region: String
    /// The name of the service in the scope, such as `s3` or `glue`.
    package var service: String

    package init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// Adds the headers that sign the request: `X-Amz-Date`, `X-Amz-Security-Token` where there is a
    /// session token, `x-amz-content-sha256` for S3, and `Authorization`.
    package func sign(_ request: inout HTTPRequest, at date: Date) {
        let stamp = Self.stamp(of: date)
        request.headers["x-amz-date"] = stamp
        request.headers["x-amz-security-token"] = credentials.sessionToken
        let payload = request.payload.signedHash
        if service == "s3" { request.headers["x-amz-content-sha256"] = payload }
        var signed = request.headers
        signed["host"] = request.endpoint.authority
        let names = signed.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let canonical = [
            request.method,
            canonicalPath(of: request),
            Self.canonicalQuery(of: request),
            names.map { "\($0):\(Self.trimmed(signed[$0] ?? ""))\n" }.joined(),
            names.joined(separator: ";"),
            payload,
        ].joined(separator: "\n")
        let day = String(stamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = [
            Self.algorithm, stamp, scope, SHA256Hash(of: canonical.utf8).hexadecimal,
        ].joined(separator: "\n")
        let key = [region, service, "aws4_request"].reduce(
            SHA256Hash(of: day, keyedBy: Array("AWS4\(credentials.secretAccessKey)".utf8))
        ) { SHA256Hash(of: $1, keyedBy: $0.bytes) }
        let signature = SHA256Hash(of: text, keyedBy: key.bytes).hexadecimal
        request.headers["authorization"] =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
    }

    /// S3 keys are encoded once, the paths of other services twice.
    private func canonicalPath(of request: HTTPRequest) -> String {
        let once = request.encodedPath
        return service == "s3" ? once : URIEncoding.encoded(once, keepsSlashes: true)
    }

    private static func canonicalQuery(of request: HTTPRequest) -> String {
        request.query
            .map { (URIEncoding.encoded($0.name), URIEncoding.encoded($0.value)) }
            .sorted {
                $0.0 == $1.0
                    ? $0.1.utf8.lexicographicallyPrecedes($1.1.utf8)
                    : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
            }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    /// `20251207T012345Z`.
    private static func stamp(of date: Date) -> String {
        let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ number: Int32, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1, 2)
            + padded(parts.tm_mday, 2) + "T" + padded(parts.tm_hour, 2)
            + padded(parts.tm_min, 2) + padded(parts.tm_sec, 2) + "Z"
    }
}
