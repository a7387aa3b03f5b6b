package import Foundation

/// Signs requests by Signature Version 4 with headers; see "AWS Signature Version 4 for API requests"
/// in the IAM user guide.
package struct SignatureV4: Sendable {
    package var credentials: AWSCredentials
    package var region: String
    /// The name of the service in the scope, such as `s3` or `glue`.
    package var service: String
    /// Whether signatures cover the bodies of requests. Where not, the signer leaves them out for S3
    /// through TLS alone, as nothing else would protect them on the way. The room's own clients cover
    /// all: they know the hash of what they send, and a service then refuses what was damaged before.
    package var coversPayload = true

    package init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// Adds the headers that sign the request: `Host`, `X-Amz-Date`, `X-Amz-Security-Token` where there
    /// is a session token, `x-amz-content-sha256` for S3, and `Authorization`.
    ///
    /// A request that has been signed before is signed anew.
    ///
    /// - Parameter date: the time at the service, which accepts minutes of difference from its own.
    package func sign(_ request: inout HTTPRequest, at date: Date) {
        let time = SigningTime(date)
        let payload =
            service == "s3" && request.endpoint.isSecure && !coversPayload
            ? "UNSIGNED-PAYLOAD" : request.payload.signedHash
        request.headers["authorization"] = nil
        request.headers["host"] = request.endpoint.authority
        request.headers["x-amz-date"] = time.text
        request.headers["x-amz-security-token"] = credentials.sessionToken
        if service == "s3" { request.headers["x-amz-content-sha256"] = payload }
        let canonical = CanonicalRequest(
            request, payload: payload,
            path: service == "s3" ? .asSent : .normalizedAndEncodedAgain
        )
        let scope = "\(time.day)/\(region)/\(service)/aws4_request"
        let text = [
            Self.algorithm, time.text, scope, SHA256Hash(of: canonical.text.utf8).hexadecimal,
        ].joined(separator: "\n")
        let signature = SHA256Hash(of: text, keyedBy: key(on: time.day).bytes).hexadecimal
        request.headers["authorization"] =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonical.headerNames), Signature=\(signature)"
    }

    /// The key of a day. Four hashes of short texts cost some microseconds, so that keeping keys, which
    /// are secrets, in memory would gain nothing.
    private func key(on day: String) -> SHA256Hash {
        [region, service, "aws4_request"].reduce(
            SHA256Hash(of: day, keyedBy: Array("AWS4\(credentials.secretAccessKey)".utf8))
        ) { SHA256Hash(of: $1, keyedBy: $0.bytes) }
    }
}

/// The time of a signature, in UTC.
private struct SigningTime {
    /// Such as `20251207T012345Z`.
    let text: String
    /// Such as `20251207`.
    var day: String { String(text.prefix(8)) }

    init(_ date: Date) {
        var time = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ number: Int32, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        text =
            padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1, 2)
            + padded(parts.tm_mday, 2) + "T" + padded(parts.tm_hour, 2)
            + padded(parts.tm_min, 2) + padded(parts.tm_sec, 2) + "Z"
    }
}
