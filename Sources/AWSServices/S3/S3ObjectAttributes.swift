package import Foundation

/// What S3 tells of an object.
package struct S3ObjectAttributes: Sendable, Hashable {
    package var key: String
    /// Bytes.
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
