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
