internal import Gzip

/// An object that cannot be decoded as a whole; none of its records count.
public struct DecodingError: Error, Sendable, Hashable {
    public enum Code: Sendable, Hashable {
        /// The compressed bytes end inside a member.
        case truncated
        /// The compressed bytes are damaged.
        case corrupt
        /// It is no text in UTF-8, or in UTF-16 with a byte order mark, nor compressed by gzip or zlib.
        case notText
        /// It inflates past ``DecodingLimits``, with all that lies compressed in its text.
        case overLimit
    }

    public let code: Code
    /// The name that was given for the object.
    public let object: String
    /// Offset in the compressed object, from 0, up to which it was read; for ``Code/notText`` where in its
    /// text the first bytes lie that are none.
    public let byteOffset: Int
    /// What an object that is no text seems to be, such as `a ZIP file`; nil where it begins as text.
    public let likeness: String?

    public init(code: Code, object: String, byteOffset: Int, likeness: String? = nil) {
        self.code = code
        self.object = object
        self.byteOffset = byteOffset
        self.likeness = likeness
    }

    init(_ error: GzipError, object: String) {
        switch error {
        case .truncated(let offset):
            self.init(code: .truncated, object: object, byteOffset: offset)
        case .corrupt(let offset):
            self.init(code: .corrupt, object: object, byteOffset: offset)
        case .overLimit(let offset), .nestedTooDeep(let offset):
            self.init(code: .overLimit, object: object, byteOffset: offset)
        }
    }
}

extension DecodingError: CustomStringConvertible {
    /// What is wrong, without naming the object.
    public var reason: String {
        switch code {
        case .truncated: "compressed data ends too early, at byte \(byteOffset)"
        case .corrupt: "compressed data is damaged at byte \(byteOffset)"
        case .notText:
            if let likeness {
                "no text: it seems to be \(likeness)"
            } else {
                "no text from byte \(byteOffset) on: it may have been damaged on the way"
            }
        case .overLimit: "inflates past the limit at byte \(byteOffset)"
        }
    }

    public var description: String { "\(object): \(reason)" }
}
