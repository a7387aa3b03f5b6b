/// Byte arrays as how much each shares with the one before it, and the rest.
///
/// See `Encodings.md`, section "Delta Strings".
enum DeltaByteArrayEncoder {
    /// Appends the arrays in `range`; the first one of a page shares nothing.
    static func encode(_ values: ByteArrays, _ range: Range<Int>, to output: OutputBuffer) {
        values.withMemory { bytes, offsets in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * range.count) { lengths in
                let prefixes = UnsafeMutableBufferPointer(rebasing: lengths[..<range.count])
                let rests = UnsafeMutableBufferPointer(rebasing: lengths[range.count...])
                var previous = 0..<0
                var size = 0
                for (index, number) in range.enumerated() {
                    let array = offsets[number]..<offsets[number + 1]
                    let shared = sharedPrefix(bytes, previous, array)
                    prefixes[index] = Int32(truncatingIfNeeded: shared)
                    rests[index] = Int32(truncatingIfNeeded: array.count &- shared)
                    size &+= array.count &- shared
                    previous = array
                }
                DeltaEncoder.encode(UnsafeBufferPointer(prefixes), to: output)
                DeltaEncoder.encode(UnsafeBufferPointer(rests), to: output)
                let room = output.room(size)
                var written = 0
                for (index, number) in range.enumerated() {
                    let count = Int(rests[index])
                    let start = offsets[number + 1] &- count
                    UnsafeMutableRawBufferPointer(rebasing: room[written..<written &+ count])
                        .copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: bytes[start..<start &+ count]))
                    written &+= count
                }
                output.grow(by: size)
            }
        }
    }

    /// How many bytes both begin with.
    @inline(__always)
    private static func sharedPrefix(
        _ bytes: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>
    ) -> Int {
        let limit = min(left.count, right.count)
        var shared = 0
        while shared &+ 8 <= limit {
            func word(_ range: Range<Int>) -> UInt64 {
                bytes.loadUnaligned(
                    fromByteOffset: range.lowerBound &+ shared, as: UInt64.self
                ).littleEndian
            }
            let difference = word(left) ^ word(right)
            if difference != 0 { return shared &+ difference.trailingZeroBitCount / 8 }
            shared &+= 8
        }
        while shared < limit,
            bytes[left.lowerBound &+ shared] == bytes[right.lowerBound &+ shared]
        {
            shared &+= 1
        }
        return shared
    }
}
