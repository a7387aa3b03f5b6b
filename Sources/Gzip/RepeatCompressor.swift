/// Makes gzip members of texts whose repeats are known to whoever wrote them.
///
/// zlib spends most of its time finding repeats; this only writes them down. Bytes depend on the text
/// and its repeats alone. The header holds no time, no name, and "unknown" as the operating
/// system (RFC 1952, section 2.3.1).
package final class RepeatCompressor {
    private var writer = BitWriter()

    package init() {}

    /// The members that were appended, in memory that is valid until the next call.
    package var bytes: UnsafeRawBufferPointer { writer.bytes }

    package func removeAll() {
        writer.removeAll()
    }

    /// Appends one whole member that holds `text`.
    ///
    /// - Parameter repeats: in order, not overlapping each other, every one true.
    package func append(_ text: UnsafeRawBufferPointer, repeating repeats: [Repeat]) {
        precondition(text.count < Int(UInt32.max), "one member holds less than 4 GiB")
        writer.reserve(10)
        for byte in [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] as [UInt8] { writer.write(byte, 8) }
        repeats.withUnsafeBufferPointer { repeats in
            let steps = DeflateSteps(text: text, repeats: repeats)
            var place = DeflateSteps.Place()
            repeat {
                let block = DeflateBlock(steps, from: place)
                place = block.end
                block.write(isLast: steps.isEnd(place), to: &writer)
            } while !steps.isEnd(place)
            precondition(place.nextRepeat == repeats.count, "a repeat lies behind the text")
        }
        writer.reserve(1 + 8)
        writer.alignToByte()
        writer.write(CRC32.of(text), 32)
        writer.write(text.count, 32)
    }
}
