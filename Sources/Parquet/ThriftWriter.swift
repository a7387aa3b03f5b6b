/// The types of Thrift's compact protocol, as field headers and lists name them.
///
/// See `thrift-compact-protocol.md`, sections "Struct" and "List and Set".
enum ThriftType: UInt8 {
    case stop = 0
    case yes = 1
    case no = 2
    case int8 = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
    case uuid = 13
}

/// Writes one structure in Thrift's compact protocol.
///
/// Fields must be written in the order of their numbers, so that the bytes are always the same.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var lastField = 0

    /// The bytes of a structure with the fields that `body` writes.
    static func bytes(_ body: (inout ThriftWriter) -> Void) -> [UInt8] {
        var writer = ThriftWriter()
        writer.element(body)
        return writer.bytes
    }

    mutating func bool(_ field: Int, _ value: Bool) {
        header(field, value ? .yes : .no)
    }

    mutating func int16(_ field: Int, _ value: Int16) {
        header(field, .int16)
        zigzag(Int64(value))
    }

    mutating func int32(_ field: Int, _ value: Int32) {
        header(field, .int32)
        zigzag(Int64(value))
    }

    mutating func int64(_ field: Int, _ value: Int) {
        header(field, .int64)
        zigzag(Int64(value))
    }

    mutating func binary(_ field: Int, _ value: some Collection<UInt8>) {
        header(field, .binary)
        binaryElement(value)
    }

    mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
        header(field, .structure)
        element(body)
    }

    /// The header of a list, which `count` elements must follow.
    mutating func list(_ field: Int, of type: ThriftType, count: Int) {
        header(field, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xf0 | type.rawValue)
            varint(UInt64(count))
        }
    }

    /// A structure as the element of a list.
    mutating func element(_ body: (inout ThriftWriter) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        bytes.append(ThriftType.stop.rawValue)
        lastField = outer
    }

    mutating func binaryElement(_ value: some Collection<UInt8>) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func int32Element(_ value: Int32) {
        zigzag(Int64(value))
    }

    private mutating func header(_ field: Int, _ type: ThriftType) {
        let step = field - lastField
        precondition(step > 0, "fields are written in the order of their numbers")
        if step <= 15 {
            bytes.append(UInt8(step) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            zigzag(Int64(field))
        }
        lastField = field
    }

    private mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
