internal import Gzip

/// An object that cannot be decoded as a whole; none of its records count.
public struct DecodingError: Error, Sendable, Hashable {
    public enum Code: Sendable, Hashable {
        /// The gzip stream ends inside a member.
        case truncated
        /// The gzip stream is damaged.
        case corrupt
        /// It is neither text nor gzip.
        case notText
        /// It inflates past ``DecodingLimits``.
        case overLimit
    }

    public let code: Code
    /// The name that was given for the object.
    public let object: String
    /// Offset in the compressed object, from 0, up to which it was read.
    public let byteOffset: Int

    public init(code: Code, object: String, byteOffset: Int) {
        self.code = code
        self.object = object
        self.byteOffset = byteOffset
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
        case .truncated: "gzip data ends too early, at byte \(byteOffset)"
        case .corrupt: "gzip data is damaged at byte \(byteOffset)"
        case .notText: "neither text nor gzip"
        case .overLimit: "inflates past the limit at byte \(byteOffset)"
        }
    }

    public var description: String { "\(object): \(reason)" }
}
