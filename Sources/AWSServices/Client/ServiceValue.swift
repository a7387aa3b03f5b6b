/// Numbers and ids of JSON, checked where they are decoded.
protocol ServiceBounds {
    static var range: ClosedRange<Int64> { get }
}

/// A number within bounds.
struct ServiceInteger<Bounds: ServiceBounds>: Decodable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try container.decode(Int64.self)
        guard Bounds.range.contains(value) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a number out of its bounds")
        }
    }
}

/// Bytes that a statement has read: up to a pebibyte, so that the sum of many statements is a number too.
enum ByteBounds: ServiceBounds {
    static let range: ClosedRange<Int64> = 0...1 << 50
}

/// Milliseconds since 1970 that lie before the year 10000.
enum MillisecondBounds: ServiceBounds {
    static let range: ClosedRange<Int64> = 0...253_402_300_799_999
}

/// Days that something is kept: up to a century.
enum DayBounds: ServiceBounds {
    static let range: ClosedRange<Int64> = 1...36_525
}

/// The id of something, which is sent back to ask for that.
struct ServiceID: Decodable {
    let value: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try container.decode(String.self)
        guard !value.isEmpty, ServiceText.isToken(value) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no id")
        }
    }
}

/// Tokens of one call: a trillion is more than any has, and sums of millions of them are numbers too.
enum TokenBounds: ServiceBounds {
    static let range: ClosedRange<Int64> = 0...1 << 40
}
