/// Where an object is, or below what others lie: a path of the file system, or a key in a bucket of S3.
///
/// Locations are equal where their bytes are: two forms of one Korean name are two keys.
package struct ObjectLocation: Sendable {
    /// Nil on a file system.
    package let bucket: String?
    /// The path, or the key as it is, which may be empty.
    package let path: String

    package init(path: String) {
        bucket = nil
        self.path = path
    }

    package init(key: String, in bucket: String) {
        self.bucket = bucket
        path = key
    }

    /// Takes a location as commands have it: `s3://bucket/key`, with the key as it is and nothing
    /// decoded in it; everything else is a path.
    ///
    /// - Throws: ``PipelineError`` with `usage` where it is meant to be in S3 and names no bucket.
    package init(_ text: String) throws(PipelineError) {
        guard text.prefix(3).lowercased() == "s3:" else {
            self.init(path: text)
            return
        }
        let parts = text.utf8.dropFirst(Self.scheme.utf8.count)
            .split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.starts(with: Self.scheme.utf8), let bucket = parts.first, !bucket.isEmpty
        else {
            throw PipelineError(
                code: .usage, location: text, reason: "is no location in S3 like s3://bucket/prefix"
            )
        }
        guard Self.isBucketName(bucket) else {
            throw PipelineError(
                code: .usage, location: text,
                reason: "names no bucket, which has 3 to 63 letters, digits, dots and hyphens, "
                    + "begins and ends with a letter or a digit, and is no IP address"
            )
        }
        self.init(
            key: parts.count == 2 ? String(Substring(parts[1])) : "",
            in: String(Substring(bucket))
        )
    }

    /// The location that messages name so.
    package init(named name: String) {
        self = (try? ObjectLocation(name)) ?? ObjectLocation(path: name)
    }

    static let scheme = "s3://"

    /// Amazon S3 User Guide, "General purpose bucket naming rules", with what older buckets may have.
    private static func isBucketName(_ name: Substring.UTF8View) -> Bool {
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        }
        guard (3...255).contains(name.count), let first = name.first, let last = name.last else {
            return false
        }
        let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isAddress = parts.count == 4 && parts.allSatisfy { UInt8(String(Substring($0))) != nil }
        return isLetterOrDigit(first) && isLetterOrDigit(last) && !isAddress
            && name.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
    }

    /// What lies below it under `name`.
    package func appending(_ name: String) -> ObjectLocation {
        guard let bucket else { return ObjectLocation(path: "\(path)/\(name)") }
        return ObjectLocation(key: path.isEmpty ? name : "\(path)/\(name)", in: bucket)
    }

    /// The rest of a location that lies below this one; nil where it does not.
    package func name(of other: ObjectLocation) -> String? {
        guard bucket == other.bucket else { return nil }
        let prefix = folderPath
        guard other.path.utf8.starts(with: prefix.utf8) else { return nil }
        return String(Substring(other.path.utf8.dropFirst(prefix.utf8.count)))
    }

    /// The one name of what may have several, as paths with links do.
    package var resolved: ObjectLocation {
        bucket == nil ? ObjectLocation(path: Folder.resolved(path)) : self
    }

    /// The path with a slash at its end, as everything below it begins.
    package var folderPath: String {
        path.utf8.last == UInt8(ascii: "/") || (bucket != nil && path.isEmpty) ? path : path + "/"
    }
}

extension ObjectLocation: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.bucket == right.bucket && left.path.utf8.elementsEqual(right.path.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var path = path
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension ObjectLocation: CustomStringConvertible {
    /// As messages name it, and commands take it.
    package var description: String { bucket.map { "\(Self.scheme)\($0)/\(path)" } ?? path }
}

/// One object of a store: a file, or an object in S3.
package struct StoredObject: Sendable {
    package let location: ObjectLocation
    /// The version that its store's listing told; nil where it has to be asked for.
    package var listed: ObjectVersion?
    /// Whether it lies in an archive of S3, as far as a listing told.
    package var isArchived = false

    package init(location: ObjectLocation, listed: ObjectVersion? = nil, isArchived: Bool = false) {
        self.location = location
        self.listed = listed
        self.isArchived = isArchived
    }

    /// What messages name it by.
    package var name: String { location.description }
}

extension StoredObject: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.location == right.location }

    package func hash(into hasher: inout Hasher) { hasher.combine(location) }
}
