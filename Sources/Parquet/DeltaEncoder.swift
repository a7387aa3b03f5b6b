/// Integers as differences, bit-packed in blocks of 128 with four widths each.
///
/// See `Encodings.md`, section "Delta Encoding".
enum DeltaEncoder {
    static let blockSize = 128
    static let miniblocks = 4

    static func encode<Value: FixedWidthInteger & SignedInteger>(
        _ values: UnsafeBufferPointer<Value>,
        to output: OutputBuffer
    ) {
        output.append(varint: UInt64(blockSize))
        output.append(varint: UInt64(miniblocks))
        output.append(varint: UInt64(values.count))
        output.append(zigzag: Int64(values.first ?? 0))
        guard var previous = values.first else { return }
        withUnsafeTemporaryAllocation(of: Value.self, capacity: blockSize) { deltas in
            withUnsafeTemporaryAllocation(of: Value.Magnitude.self, capacity: blockSize) { rest in
                var start = 1
                while start < values.count {
                    let count = min(blockSize, values.count - start)
                    var minimum = Value.max
                    for index in 0..<count {
                        let value = values[start &+ index]
                        let delta = value &- previous
                        deltas[index] = delta
                        minimum = min(minimum, delta)
                        previous = value
                    }
                    for index in 0..<count {
                        rest[index] = Value.Magnitude(
                            truncatingIfNeeded: deltas[index] &- minimum
                        )
                    }
                    for index in count..<blockSize { rest[index] = 0 }
                    output.append(zigzag: Int64(minimum))
                    pack(UnsafeBufferPointer(rest), to: output)
                    start += count
                }
            }
        }
    }

    /// The widths and the values of one block; values that are not needed are zeros, which take no
    /// bits in a miniblock of their own.
    private static func pack<Magnitude: FixedWidthInteger & UnsignedInteger>(
        _ block: UnsafeBufferPointer<Magnitude>,
        to output: OutputBuffer
    ) {
        let size = blockSize / miniblocks
        let widths = output.count
        for _ in 0..<miniblocks { output.append(0) }
        for miniblock in 0..<miniblocks {
            let values = UnsafeBufferPointer(
                rebasing: block[miniblock * size..<(miniblock + 1) * size]
            )
            var bits: Magnitude = 0
            for value in values { bits |= value }
            let width = Magnitude.bitWidth - bits.leadingZeroBitCount
            output.set(UInt8(width), at: widths + miniblock)
            BitPacking.pack(values, count: size, width: width, to: output)
        }
    }
}
