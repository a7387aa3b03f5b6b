internal import Gzip

/// An object that cannot be decoded as a whole; none of its records count.
public struct ExportDecodingError: Error, Sendable, Hashable {
    /// What kind of fault it is. There may be more kinds in later versions.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public var description: String { rawValue }

        /// The compressed bytes end inside a member.
        public static let truncated = Code(rawValue: "truncated")
        /// The compressed bytes are damaged.
        public static let corrupt = Code(rawValue: "corrupt")
        /// It is no text in UTF-8, or in UTF-16 with a byte order mark, nor compressed by gzip or zlib.
        public static let notText = Code(rawValue: "notText")
        /// It inflates past ``DecodingLimits``, with all that lies compressed in its text.
        public static let overLimit = Code(rawValue: "overLimit")
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

extension ExportDecodingError: CustomStringConvertible {
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
        default: "cannot be decoded: \(code), at byte \(byteOffset)"
        }
    }

    public var description: String { "\(object): \(reason)" }
}
