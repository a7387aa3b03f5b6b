/// Reads the headers of one message, whose checksums have been found right.
struct EventStreamHeaderReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func headers() throws(EventStreamFault) -> [String: EventStreamMessage.Value] {
        var headers: [String: EventStreamMessage.Value] = [:]
        while !rest.isEmpty {
            let name = try text(size: Int(try integer(1)))
            let value = try value()
            guard headers.updateValue(value, forKey: name) == nil else { throw .repeatedHeader }
        }
        return headers
    }

    private mutating func value() throws(EventStreamFault) -> EventStreamMessage.Value {
        switch try integer(1) {
        case 0: return .bool(true)
        case 1: return .bool(false)
        case 2: return .integer(Int64(Int8(truncatingIfNeeded: try integer(1))))
        case 3: return .integer(Int64(Int16(truncatingIfNeeded: try integer(2))))
        case 4: return .integer(Int64(Int32(truncatingIfNeeded: try integer(4))))
        case 5: return .integer(Int64(bitPattern: try integer(8)))
        case 6: return .bytes(Array(try bytes(Int(try integer(2)))))
        case 7: return .string(try text(size: Int(try integer(2))))
        case 8: return .timestamp(Int64(bitPattern: try integer(8)))
        case 9: return .uuid(Array(try bytes(16)))
        default: throw .headers
        }
    }

    private mutating func bytes(_ count: Int) throws(EventStreamFault) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .headers }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A number in `count` bytes, the highest first.
    private mutating func integer(_ count: Int) throws(EventStreamFault) -> UInt64 {
        try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func text(size: Int) throws(EventStreamFault) -> String {
        guard let text = String(validating: try bytes(size), as: UTF8.self) else { throw .headers }
        return text
    }
}
