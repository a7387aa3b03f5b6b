/// Reads what ``HybridEncoder`` writes, and whatever else the encoding allows.
///
/// See `Encodings.md`, section "Run Length Encoding / Bit-Packing Hybrid".
enum HybridDecoder {
    /// The first `count` integers of `width` bits.
    ///
    /// - Precondition: `count` is one that the caller is ready to pay for.
    static func decode(
        _ reader: ByteReader,
        width: Int,
        count: Int
    ) throws(ParquetError) -> [UInt32] {
        guard width <= 32 else { throw .damaged("integers of \(width) bits") }
        var reader = reader
        var values: [UInt32] = []
        while values.count < count {
            let header = try reader.varint()
            guard header >> 1 <= UInt64(Int32.max) else { throw .damaged("a run is too long") }
            let length = Int(header >> 1)
            let missing = count - values.count
            if header & 1 == 0 {
                var value: UInt32 = 0
                for index in 0..<(width + 7) / 8 {
                    value |= UInt32(try reader.byte()) << UInt32(index * 8)
                }
                guard width == 32 || value >> UInt32(width) == 0 else {
                    throw .damaged("a run's value is too large")
                }
                values.append(contentsOf: repeatElement(value, count: min(length, missing)))
            } else {
                let taken = min(length * 8, missing)
                // Some writers leave out the end of the last group.
                let needed = (taken * width + 7) / 8
                guard needed <= reader.remaining else { throw .damaged("a run is cut off") }
                let range = try reader.take(min(length * width, reader.remaining))
                unpack(reader.bytes, range, width: width, count: taken, to: &values)
            }
        }
        return values
    }

    private static func unpack(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        width: Int,
        count: Int,
        to values: inout [UInt32]
    ) {
        guard width > 0 else {
            values.append(contentsOf: repeatElement(0, count: count))
            return
        }
        values.reserveCapacity(values.count + count)
        let span = bytes.span.bytes
        var bit = range.lowerBound * 8
        for _ in 0..<count {
            values.append(
                UInt32(
                    truncatingIfNeeded: BitPacking.value(
                        in: span, atBit: bit, width: width, end: range.upperBound)
                )
            )
            bit &+= width
        }
    }
}
