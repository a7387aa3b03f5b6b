/// What tells one version of a source object from another without opening it.
package struct ObjectVersion: Sendable, Hashable {
    /// Bytes, as stored.
    package var size: Int64
    /// Since 1970-01-01T00:00:00Z; nil where the store keeps no such time.
    package var modifiedNanoseconds: Int64?
    /// What else the store knows a version by: an ETag in S3, the inode on a file system.
    package var tag: String

    /// The version of a file that is not there and is not meant to be.
    package static let nothing = ObjectVersion(size: 0, modifiedNanoseconds: nil, tag: "")

    package init(size: Int64, modifiedNanoseconds: Int64?, tag: String) {
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.tag = tag
    }
}
