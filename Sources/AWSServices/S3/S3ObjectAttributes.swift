package import Foundation

/// What S3 tells of an object.
package struct S3ObjectAttributes: Sendable, Hashable {
    /// A pebibyte, twenty times what S3 stores in an object, so that the sizes of thousands add up.
    static let maximumSize: Int64 = 1 << 50
    /// What a key may have, in bytes: S3 takes 1,024, other stores perhaps more.
    static let maximumKeySize = 4 << 10

    package var key: String
    /// Bytes, up to ``maximumSize``.
    package var size: Int64
    /// With its quotes, as it stands in headers.
    package var etag: String
    package var modified: Date?
    /// Whether it lies in an archive, from which it has to be restored before it can be read; told by
    /// listings alone.
    package var isArchived = false
    /// What was stored with it, by names in lower case without `x-amz-meta-`; empty in listings.
    package var metadata: [String: String] = [:]
}
