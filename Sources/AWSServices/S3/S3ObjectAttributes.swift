package import Foundation

/// What S3 tells of an object.
package struct S3ObjectAttributes: Sendable, Hashable {
    package var key: String
    /// Bytes.
    package var size: Int64
    /// With its quotes, as it stands in headers.
    package var etag: String
    package var modified: Date?
    /// What was stored with it, by names in lower case without `x-amz-meta-`; empty in listings.
    package var metadata: [String: String] = [:]
}

/// When a request shall take effect.
package enum S3Condition: Sendable, Hashable {
    case none
    /// Only where there is no object of this key.
    case ifAbsent
    /// Only where the object is still that one.
    case ifMatches(etag: String)

    var headers: [String: String] {
        switch self {
        case .none: [:]
        case .ifAbsent: ["if-none-match": "*"]
        case .ifMatches(let etag): ["if-match": etag]
        }
    }
}

/// What an object shall hold.
package enum S3Upload: Sendable {
    case bytes([UInt8])
    /// A file of `size` bytes with a SHA-256 of 64 hexadecimal digits in lower case.
    case file(path: String, size: Int64, sha256: String)

    /// Bytes.
    var size: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let size, _): size
        }
    }
}
