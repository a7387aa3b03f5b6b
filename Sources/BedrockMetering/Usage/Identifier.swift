/// A name from a usage line, equal and ordered by its UTF-8 bytes, as Athena compares strings.
///
/// Swift's `String` calls the composed and the decomposed form of a Korean name equal; here, as in
/// the lake, they are two names. `Kind` keeps tenants, users, models and requests apart.
public struct Identifier<Kind>: Sendable {
    /// The name as it was logged.
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

extension Identifier: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xff as UInt8)
    }
}

extension Identifier: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

extension Identifier: CustomStringConvertible, ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }

    public var description: String { rawValue }
}

/// In JSON, a name is a string.
extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Tells tenants from other identifiers.
public enum TenantKind {}
/// Tells users from other identifiers.
public enum UserKind {}
/// Tells models from other identifiers.
public enum ModelKind {}
/// Tells requests from other identifiers.
public enum RequestKind {}

/// Who is billed.
public typealias TenantID = Identifier<TenantKind>
/// Who, of the tenant's people, made the call.
public typealias UserID = Identifier<UserKind>
/// The Bedrock model or inference profile that was called, as it was logged.
public typealias ModelID = Identifier<ModelKind>
/// Bedrock's id of the call, where the producer logged it.
public typealias RequestID = Identifier<RequestKind>
