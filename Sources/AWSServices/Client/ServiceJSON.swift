internal import Foundation

/// JSON that services answer with.
enum ServiceJSON {
    /// Arrays and objects inside each other.
    static let maximumDepth = 32
    /// Values in all; a page of a thousand partitions of a table has some hundred for each.
    static let maximumValues = 1 << 19

    /// The value that `json` has; nil where it is no JSON, has not what the type needs, or is larger than any
    /// answer.
    static func value<Value: Decodable>(_ type: Value.Type, of json: [UInt8]) -> Value? {
        guard isWithinLimits(json) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(json))
    }

    /// Whether something that is JSON is no larger than that. Looked at before it is decoded, which is done by
    /// recursion.
    private static func isWithinLimits(_ json: [UInt8]) -> Bool {
        var (depth, values) = (0, 1)
        var (isText, isEscaped) = (false, false)
        for byte in json {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                values += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: continue
            }
            guard depth <= maximumDepth, values <= maximumValues else { return false }
        }
        return true
    }
}
