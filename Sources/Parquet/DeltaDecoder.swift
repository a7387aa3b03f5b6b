/// Reads what ``DeltaEncoder`` writes, with any block size that the encoding allows.
///
/// See `Encodings.md`, section "Delta Encoding".
enum DeltaDecoder {
    private static let maximumBlockSize = 1 << 16

    /// Reads `count` integers, and leaves `reader` behind them.
    static func decode<Value: FixedWidthInteger & SignedInteger>(
        _ reader: inout ByteReader,
        count: Int,
        as type: Value.Type
    ) throws(ParquetError) -> [Value] {
        var values: [Value] = []
        try decode(&reader, count: count, to: &values)
        return values
    }

    /// Reads `count` integers behind those that are there, and leaves `reader` behind them.
    static func decode<Value: FixedWidthInteger & SignedInteger>(
        _ reader: inout ByteReader,
        count: Int,
        to values: inout [Value]
    ) throws(ParquetError) {
        let blockSize = try reader.count(limit: maximumBlockSize)
        let miniblocks = try reader.count(limit: maximumBlockSize)
        guard blockSize > 0, blockSize % 128 == 0, miniblocks > 0,
            blockSize % miniblocks == 0, blockSize / miniblocks % 32 == 0
        else { throw .damaged("blocks of \(blockSize) integers in \(miniblocks) parts") }
        guard try reader.varint() == UInt64(count) else {
            throw .damaged("a page has another number of integers than it says")
        }
        guard let first = Value(exactly: try reader.zigzag()) else {
            throw .damaged("an integer is too large")
        }
        guard count > 0 else { return }
        let size = blockSize / miniblocks
        let end = values.count + count
        values.append(first)
        var previous = first
        while values.count < end {
            let minimum = Value(truncatingIfNeeded: try reader.zigzag())
            let widths = try reader.take(miniblocks)
            for place in widths where values.count < end {
                let width = Int(reader.bytes[place])
                // Writers must not use more bits than the type has, but some do: they subtract INT32 in
                // 64 bits. Cut off, their differences are the right ones.
                guard width <= Int64.bitWidth else { throw .damaged("integers of \(width) bits") }
                let range = try reader.take(size / 8 * width)
                let span = reader.bytes.span.bytes
                var bit = range.lowerBound * 8
                for _ in 0..<min(size, end - values.count) {
                    let rest =
                        width == 0
                        ? 0
                        : BitPacking.value(
                            in: span, atBit: bit, width: width, end: range.upperBound)
                    previous = previous &+ minimum &+ Value(truncatingIfNeeded: rest)
                    values.append(previous)
                    bit &+= width
                }
            }
        }
    }
}
