/// Reads structures in Thrift's compact protocol, from bytes that nobody vouches for.
///
/// Nothing is taken for as large as it says: a list has at most as many elements as bytes follow,
/// and structures nest to ``maximumDepth`` only. See `thrift-compact-protocol.md`.
struct ThriftReader {
    private var reader: ByteReader

    static let maximumDepth = 16

    init(_ bytes: [UInt8], in range: Range<Int>) {
        reader = ByteReader(bytes, in: range)
    }

    /// The offset of the next byte.
    var position: Int { reader.position }

    /// The type of the next field, and its number in `field`; nil at the end of the structure.
    mutating func next(_ field: inout Int) throws(ParquetError) -> ThriftType? {
        let header = try reader.byte()
        guard let type = ThriftType(rawValue: header & 0xf) else {
            throw .damaged("a field has no known type")
        }
        if type == .stop { return nil }
        if header >> 4 > 0 {
            field += Int(header >> 4)
        } else {
            guard let number = Int16(exactly: try reader.zigzag()) else {
                throw .damaged("a field's number is too large")
            }
            field = Int(number)
        }
        return type
    }

    mutating func bool(_ type: ThriftType) throws(ParquetError) -> Bool {
        guard type == .yes || type == .no else { throw Self.unexpected(type) }
        return type == .yes
    }

    mutating func int32(_ type: ThriftType) throws(ParquetError) -> Int32 {
        guard type == .int32 else { throw Self.unexpected(type) }
        guard let value = Int32(exactly: try reader.zigzag()) else {
            throw .damaged("an integer is too large")
        }
        return value
    }

    mutating func int64(_ type: ThriftType) throws(ParquetError) -> Int {
        guard type == .int64 else { throw Self.unexpected(type) }
        return Int(try reader.zigzag())
    }

    /// An integer of either size that counts something, so is not negative.
    mutating func count(_ type: ThriftType) throws(ParquetError) -> Int {
        let value = type == .int32 ? Int(try int32(type)) : try int64(type)
        guard value >= 0 else { throw .damaged("a count is negative") }
        return value
    }

    mutating func binary(_ type: ThriftType) throws(ParquetError) -> [UInt8] {
        guard type == .binary else { throw Self.unexpected(type) }
        let count = try reader.count(limit: reader.remaining)
        return Array(reader.bytes[try reader.take(count)])
    }

    mutating func string(_ type: ThriftType) throws(ParquetError) -> String {
        String(decoding: try binary(type), as: UTF8.self)
    }

    /// The structure of a field or a list's element, which is to be read with ``next(_:)``.
    func structure(_ type: ThriftType) throws(ParquetError) {
        guard type == .structure else { throw Self.unexpected(type) }
    }

    /// How many elements a list has, which must be read next; all are of the type given.
    mutating func list(
        _ type: ThriftType,
        of expected: ThriftType
    ) throws(ParquetError) -> Int {
        guard type == .list else { throw Self.unexpected(type) }
        let (element, count) = try listHeader()
        guard element == expected || count == 0 else { throw Self.unexpected(element) }
        return count
    }

    /// Passes over a value.
    mutating func skip(_ type: ThriftType) throws(ParquetError) {
        try skip(type, isElement: false, depth: 0)
    }

    private mutating func skip(
        _ type: ThriftType,
        isElement: Bool,
        depth: Int
    ) throws(ParquetError) {
        guard depth < Self.maximumDepth else { throw .damaged("structures nest too deep") }
        switch type {
        case .stop: throw Self.unexpected(type)
        // A boolean is a byte of its own only in lists and maps.
        case .yes, .no: if isElement { _ = try reader.byte() }
        case .int8: _ = try reader.byte()
        case .int16, .int32, .int64: _ = try reader.varint()
        case .double: _ = try reader.take(8)
        case .uuid: _ = try reader.take(16)
        case .binary: _ = try reader.take(try reader.count(limit: reader.remaining))
        case .list, .set:
            let (element, count) = try listHeader()
            for _ in 0..<count { try skip(element, isElement: true, depth: depth + 1) }
        case .map:
            let count = try reader.count(limit: reader.remaining / 2)
            guard count > 0 else { return }
            let types = try reader.byte()
            guard let key = ThriftType(rawValue: types >> 4),
                let value = ThriftType(rawValue: types & 0xf)
            else { throw .damaged("a map has no known type") }
            for _ in 0..<count {
                try skip(key, isElement: true, depth: depth + 1)
                try skip(value, isElement: true, depth: depth + 1)
            }
        case .structure:
            var field = 0
            while let type = try next(&field) {
                try skip(type, isElement: false, depth: depth + 1)
            }
        }
    }

    private mutating func listHeader() throws(ParquetError) -> (ThriftType, Int) {
        let header = try reader.byte()
        guard let type = ThriftType(rawValue: header & 0xf) else {
            throw .damaged("a list has no known type")
        }
        let short = Int(header >> 4)
        let count = short < 15 ? short : try reader.count(limit: reader.remaining)
        guard count <= reader.remaining else { throw .damaged("a list is cut off") }
        return (type, count)
    }

    private static func unexpected(_ type: ThriftType) -> ParquetError {
        .damaged("a field has an unexpected type, \(type)")
    }
}
