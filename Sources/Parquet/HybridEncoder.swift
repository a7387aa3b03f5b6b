/// Runs of equal integers, and groups of eight bit-packed ones between them.
///
/// See `Encodings.md`, section "Run Length Encoding / Bit-Packing Hybrid".
enum HybridEncoder {
    private static let groupSize = 8

    /// How many bits the integers up to `maximum` take.
    static func width(upTo maximum: UInt32) -> Int {
        UInt32.bitWidth - maximum.leadingZeroBitCount
    }

    /// Appends runs that hold `values`, without their length.
    ///
    /// - Precondition: no value has more than `width` bits.
    static func encode(
        _ values: UnsafeBufferPointer<UInt32>,
        width: Int,
        to output: OutputBuffer
    ) {
        // Values from `packed` to `index` wait to be bit-packed; they are whole groups.
        var packed = 0
        var index = 0
        while index < values.count {
            let isWhole = values.count - index >= groupSize
            // A shorter rest goes with the groups before it, if there are any.
            guard isWhole || packed == index else { break }
            let run = runLength(in: values, at: index)
            if run >= groupSize || !isWhole && run == values.count - index {
                pack(UnsafeBufferPointer(rebasing: values[packed..<index]), width, to: output)
                output.append(varint: UInt64(run) << 1)
                var value = values[index]
                for _ in 0..<(width + 7) / 8 {
                    output.append(UInt8(truncatingIfNeeded: value))
                    value >>= 8
                }
                index += run
                packed = index
            } else if isWhole {
                index += groupSize
            } else {
                break
            }
        }
        pack(UnsafeBufferPointer(rebasing: values[packed...]), width, to: output)
    }

    @inline(__always)
    private static func runLength(in values: UnsafeBufferPointer<UInt32>, at start: Int) -> Int {
        let value = values[start]
        var end = start &+ 1
        while end < values.count && values[end] == value { end &+= 1 }
        return end &- start
    }

    private static func pack(
        _ values: UnsafeBufferPointer<UInt32>,
        _ width: Int,
        to output: OutputBuffer
    ) {
        guard !values.isEmpty else { return }
        let groups = (values.count + groupSize - 1) / groupSize
        output.append(varint: UInt64(groups) << 1 | 1)
        BitPacking.pack(values, count: groups * groupSize, width: width, to: output)
    }
}
