/// Reads bytes from front to back, never past an end.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    /// - Precondition: `range` lies in `bytes`.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    init(_ bytes: [UInt8]) {
        self.init(bytes, in: 0..<bytes.count)
    }

    var remaining: Int { end - position }

    var range: Range<Int> { position..<end }

    mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < end else { throw .damaged("a value is cut off") }
        defer { position += 1 }
        return bytes[position]
    }

    /// Where the next `count` bytes lie, which are passed over.
    mutating func take(_ count: Int) throws(ParquetError) -> Range<Int> {
        guard count >= 0, count <= remaining else { throw .damaged("a value is cut off") }
        defer { position += count }
        return position..<position + count
    }

    /// Reads on at an offset that was passed over by other means.
    mutating func skip(to offset: Int) {
        precondition(offset >= position && offset <= end)
        position = offset
    }

    /// ULEB128 of at most 64 bits.
    mutating func varint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw .damaged("an integer is too long") }
            value |= UInt64(byte & 0x7f) << shift
            guard byte >= 0x80 else { return value }
            shift += 7
        }
    }

    /// ULEB128 that counts something, at most `limit`.
    mutating func count(limit: Int) throws(ParquetError) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw .damaged("a count is too large") }
        return Int(value)
    }

    mutating func zigzag() throws(ParquetError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1)))
    }

    /// Four bytes, the least significant first, that give a length.
    mutating func length() throws(ParquetError) -> Int {
        let range = try take(4)
        return range.reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    }
}
