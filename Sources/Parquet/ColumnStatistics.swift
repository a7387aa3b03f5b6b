/// The least and the greatest value of a column chunk, and how many are missing.
///
/// Values are as PLAIN writes them, but byte arrays without their length; they are ordered as their
/// type defines, byte arrays by their unsigned bytes (`parquet.thrift`, `ColumnOrder`).
struct ColumnStatistics {
    var nullCount = 0
    var minimum: [UInt8]?
    var maximum: [UInt8]?

    /// Byte arrays longer than this are not worth their place in the footer.
    static let maximumSize = 64

    init() {}

    init(of values: ColumnValues, nullCount: Int) {
        self.nullCount = nullCount
        switch values {
        case .booleans(let values):
            guard !values.isEmpty else { return }
            minimum = [values.contains(false) ? 0 : 1]
            maximum = [values.contains(true) ? 1 : 0]
        case .int32s(let values): set(Self.extremes(of: values))
        case .int64s(let values): set(Self.extremes(of: values))
        case .doubles(let values): set(values)
        case .byteArrays(let values): set(values)
        case .dictionary(_, let entries):
            // Entries that no row names were left out before.
            set(entries)
        }
    }

    private static func extremes<Value: FixedWidthInteger>(
        of values: [Value]
    ) -> (Value, Value)? {
        guard var least = values.first else { return nil }
        var greatest = least
        for value in values {
            least = min(least, value)
            greatest = max(greatest, value)
        }
        return (least, greatest)
    }

    private mutating func set<Value: FixedWidthInteger>(_ extremes: (Value, Value)?) {
        guard let (least, greatest) = extremes else { return }
        minimum = withUnsafeBytes(of: least.littleEndian) { Array($0) }
        maximum = withUnsafeBytes(of: greatest.littleEndian) { Array($0) }
    }

    /// NaN has no place in the order, so a chunk that holds one says nothing. Zeros have two forms,
    /// of which the outer one is given.
    private mutating func set(_ values: [Double]) {
        guard var least = values.first else { return }
        var greatest = least
        for value in values {
            guard !value.isNaN else { return }
            if value < least { least = value }
            if value > greatest { greatest = value }
        }
        if least == 0 { least = -0.0 }
        if greatest == 0 { greatest = 0.0 }
        minimum = withUnsafeBytes(of: least.bitPattern.littleEndian) { Array($0) }
        maximum = withUnsafeBytes(of: greatest.bitPattern.littleEndian) { Array($0) }
    }

    private mutating func set(_ values: ByteArrays) {
        guard values.count > 0 else { return }
        let (least, greatest) = values.withMemory { bytes, offsets in
            var least = 0
            var greatest = 0
            for index in 1..<max(1, values.count) {
                if Self.precedes(index, least, bytes, offsets) {
                    least = index
                } else if Self.precedes(greatest, index, bytes, offsets) {
                    greatest = index
                }
            }
            return (least, greatest)
        }
        guard values[least].count <= Self.maximumSize, values[greatest].count <= Self.maximumSize
        else { return }
        minimum = Array(values[least])
        maximum = Array(values[greatest])
    }

    @inline(__always)
    private static func precedes(
        _ left: Int,
        _ right: Int,
        _ bytes: UnsafeRawBufferPointer,
        _ offsets: UnsafeBufferPointer<Int>
    ) -> Bool {
        var first = offsets[left]
        var second = offsets[right]
        let end = first + min(offsets[left + 1] - first, offsets[right + 1] - second)
        while first &+ 8 <= end {
            func word(_ offset: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            let (one, other) = (word(first), word(second))
            if one != other { return one < other }
            first &+= 8
            second &+= 8
        }
        while first < end {
            if bytes[first] != bytes[second] { return bytes[first] < bytes[second] }
            first += 1
            second += 1
        }
        return offsets[left + 1] - offsets[left] < offsets[right + 1] - offsets[right]
    }
}
