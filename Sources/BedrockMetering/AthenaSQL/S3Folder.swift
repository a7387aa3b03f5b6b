/// A folder in S3, as statements for Athena name it: `s3://bucket/prefix/`.
package struct S3Folder: Sendable, Hashable, CustomStringConvertible {
    /// The location, which ends in a slash.
    package let location: String

    /// The folder that `text` names, with or without the slash at its end, or nil where it names
    /// none: it must begin with `s3://` and a bucket, and hold no control character and no empty part.
    package init?(_ text: String) {
        let scheme = "s3://"
        guard text.hasPrefix(scheme) else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            return nil
        }
        var path = text.unicodeScalars.dropFirst(scheme.count)
        if path.last == "/" { path.removeLast() }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        location = scheme + String(path) + "/"
    }

    private init(location: String) {
        self.location = location
    }

    /// The folder `name` in this one.
    func folder(_ name: String) -> S3Folder {
        S3Folder(location: location + name + "/")
    }

    /// Whether one of the two holds the other, or they are the same.
    func overlaps(_ other: S3Folder) -> Bool {
        location.utf8.starts(with: other.location.utf8)
            || other.location.utf8.starts(with: location.utf8)
    }

    package var description: String { location }
}
