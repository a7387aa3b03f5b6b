/// The calls of a day as bytes, which any later process of any machine reads back; see
/// ``UsageMerger/save(_:to:)``.
///
/// All numbers have the lowest byte first; those of no fixed size are varints of 7 bits a byte, and such that may be
/// negative are zigzagged, as in Protocol Buffers. A mark and a version, what tells calls apart, the day, the size of
/// the names and the names as ``RecordPacker`` writes them, the number of rows and the rows in the order of day files,
/// the number of calls in conflict and the versions of each, and the CRC-32 of all that.
enum SavedDay {
    static let mark = Array("BMday".utf8)
    static let version: UInt8 = 1
    static let checksumSize = 4

    static func number(of identity: UsageIdentity) -> UInt8 {
        switch identity {
        case .request: 0
        case .record: 1
        }
    }

    /// What the first byte of a row says of it.
    enum Flags {
        /// The kind of the request id, as ``StoredRequest/kind``.
        static let request: UInt8 = 3
        static let mayRecur: UInt8 = 4
        /// The total is not the sum of the parts, and follows.
        static let ownTotal: UInt8 = 8
        static let cacheRead: UInt8 = 16
        static let cacheWrite: UInt8 = 32
        static let all: UInt8 = 63
    }
}

/// Why saved calls cannot be read back.
public struct SavedUsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is. There may be more kinds in later versions.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public var description: String { rawValue }

        /// The bytes are not those that were saved.
        public static let damaged = Code(rawValue: "damaged")
        /// They are of a later version of the library.
        public static let otherVersion = Code(rawValue: "otherVersion")
        /// They are of a merger that tells calls apart in another way.
        public static let otherIdentity = Code(rawValue: "otherIdentity")
    }

    public let code: Code

    public init(code: Code) {
        self.code = code
    }

    public var description: String {
        switch code {
        case .damaged: "not the bytes of a day's calls as they were saved"
        case .otherVersion: "saved by a later version of the library"
        case .otherIdentity: "saved by a merger that tells calls apart in another way"
        default: "saved calls cannot be read: \(code)"
        }
    }
}
