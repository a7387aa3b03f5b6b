/// Why a line that claims to be usage was not taken as a record.
///
/// The text never shows what the line holds; at most it names a column of ``UsageSchema``.
@nonexhaustive
public enum RejectionReason: Error, Sendable, Hashable {
    /// It speaks of Bedrock usage but is not a JSON object.
    case notJSONObject
    case malformedJSON
    case nestedTooDeep
    case invalidUTF8
    /// Not text, but for a few bytes: it may have been a usage line before it was damaged.
    case notText
    case loneSurrogate
    case duplicateKey(UsageSchema.Field)
    case missing(UsageSchema.Field)
    case null(UsageSchema.Field)
    case wrongType(UsageSchema.Field)
    case empty(UsageSchema.Field)
    /// Longer than ``DecodingLimits/maximumNameSize``.
    case nameTooLong(UsageSchema.Field)
    case negative(UsageSchema.Field)
    case fractional(UsageSchema.Field)
    /// A count, or the sum of the parts of a missing total, does not fit 63 bits.
    case overflow(UsageSchema.Field)
    case unreadableTimestamp
    /// Outside the years 2020 to 2050, which the table covers.
    case timestampOutOfRange
    /// Longer than ``DecodingLimits/maximumLineSize``.
    case lineTooLong
    /// A container runtime has cut a line into pieces, and the object lacks the last of them.
    case unfinishedLine
    /// Data where Lambda and Firehose put payloads is not Base64, or not of sound gzip.
    case unreadablePayload
    /// A field says what it should in another spelling.
    case misspelt(UsageSchema.Field)
    /// Usage lies inside text or a document that could not be taken apart.
    case notUnwrapped
    /// Usage lies under a key that its object has more than once.
    case repeatedWrapper
}

extension RejectionReason: CustomStringConvertible {
    public var description: String {
        func name(_ field: UsageSchema.Field) -> String { UsageSchema.column(field).name }
        return switch self {
        case .notJSONObject: "not a JSON object"
        case .malformedJSON: "malformed JSON"
        case .nestedTooDeep: "JSON nested too deep"
        case .invalidUTF8: "invalid UTF-8"
        case .notText: "not text"
        case .loneSurrogate: "lone surrogate in a string"
        case .duplicateKey(let field): "duplicate key \(name(field))"
        case .missing(let field): "\(name(field)) is missing"
        case .null(let field): "\(name(field)) is null"
        case .wrongType(let field): "\(name(field)) has the wrong type"
        case .empty(let field): "\(name(field)) is empty"
        case .nameTooLong(let field): "\(name(field)) is over the size limit of names"
        case .negative(let field): "\(name(field)) is negative"
        case .fractional(let field): "\(name(field)) is not a whole number"
        case .overflow(let field): "\(name(field)) does not fit 63 bits"
        case .unreadableTimestamp: "timestamp is unreadable"
        case .timestampOutOfRange: "timestamp is outside 2020 to 2050"
        case .lineTooLong: "line is over the size limit"
        case .unfinishedLine: "line was cut into pieces, and its end is missing"
        case .unreadablePayload: "Base64 payload is unreadable"
        case .misspelt(let field): "\(name(field)) is spelt in another way"
        case .notUnwrapped: "holds usage that could not be unwrapped"
        case .repeatedWrapper: "holds usage under a key that is repeated"
        }
    }
}
