/// Undoes Snappy's block format, in which Firehose, Athena and Spark compress pages
/// (`format_description.txt` of Snappy; `Compression.md` of Parquet, section "SNAPPY").
///
/// A block is its size, then literals and copies of what came before. Nothing is read or written
/// outside of the memory given, whatever the block says.
enum SnappyDecoder {
    /// The longest copy has 64 bytes and takes at least three.
    static let maximumRatio = 22

    /// Fills `output` with what the block in `input` stands for.
    ///
    /// - Throws: ``ParquetError/damaged(_:)`` unless that is exactly as many bytes as `output` has.
    static func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        var block = Block(input: input, output: output)
        guard try block.size() == output.count else {
            throw .damaged("a page does not inflate to its size")
        }
        while block.position < input.count { try block.element() }
        guard block.filled == output.count else {
            throw .damaged("a page does not inflate to its size")
        }
    }

    private struct Block {
        let input: UnsafeRawBufferPointer
        let output: UnsafeMutableRawBufferPointer
        var position = 0
        var filled = 0

        /// The size that the block begins with: ULEB128 of 32 bits.
        mutating func size() throws(ParquetError) -> Int {
            var size = 0
            for shift in stride(from: 0, to: 35, by: 7) {
                let byte = try number(of: 1)
                size |= (byte & 0x7f) << shift
                if byte < 0x80 {
                    guard size <= Int(UInt32.max) else { break }
                    return size
                }
            }
            throw .damaged("a page of Snappy has no sound size")
        }

        /// One literal or copy, told by the low bits of its first byte.
        mutating func element() throws(ParquetError) {
            let tag = try number(of: 1)
            let upper = tag >> 2
            switch tag & 3 {
            case 0:
                // From 60 on the length stands in one to four bytes of its own.
                try literal(upper < 60 ? upper + 1 : try number(of: upper - 59) + 1)
            case 1: try copy(4 + upper & 7, from: (tag >> 5) << 8 | (try number(of: 1)))
            case 2: try copy(upper + 1, from: try number(of: 2))
            default: try copy(upper + 1, from: try number(of: 4))
            }
        }

        /// `count` bytes, at most four, the least significant first.
        private mutating func number(of count: Int) throws(ParquetError) -> Int {
            guard count <= input.count - position else {
                throw .damaged("a page of Snappy is cut off")
            }
            var number = 0
            for index in 0..<count { number |= Int(input[position + index]) << (8 * index) }
            position += count
            return number
        }

        private mutating func literal(_ length: Int) throws(ParquetError) {
            guard length <= input.count - position else {
                throw .damaged("a page of Snappy is cut off")
            }
            guard length <= output.count - filled else {
                throw .damaged("a page does not inflate to its size")
            }
            UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + length]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: input[position..<position + length]))
            position += length
            filled += length
        }

        /// Repeats what lies `distance` bytes before, which may reach into what it makes.
        private mutating func copy(_ length: Int, from distance: Int) throws(ParquetError) {
            guard distance > 0, distance <= filled else {
                throw .damaged("a page of Snappy repeats what is not there")
            }
            guard length <= output.count - filled else {
                throw .damaged("a page does not inflate to its size")
            }
            if distance >= length {
                let from = filled - distance
                UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + length])
                    .copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: output[from..<from + length]))
            } else {
                for index in filled..<filled + length { output[index] = output[index - distance] }
            }
            filled += length
        }
    }
}
