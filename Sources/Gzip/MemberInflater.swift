import CZlib

/// Inflates the members of one gzip stream, one after another (RFC 1952, sections 2.2 and 2.3), and zlib
/// streams in the place of members (RFC 1950).
///
/// Zero bytes after a member are padding, as in gzip(1); any other byte there must begin a member.
final class MemberInflater {
    private enum Part {
        case header, data, checksum, size, padding
    }

    private var part = Part.header
    private var header = MemberHeader()
    private var inflater = Inflater()
    /// Of what was inflated of this member: the checksum, and the bytes.
    private var checksum: UInt = 0
    private var size = 0
    /// What is left of the last input.
    private var bits: UInt64 = 0
    private var bitCount: UInt64 = 0

    /// Whether the input may end here.
    var mayEnd: Bool { part == .padding && bitCount == 0 }

    /// Inflates from `input` into `output`, as far as both go, or to the end of a member; returns the
    /// bytes used and written, or nil where the bytes are no sound member.
    func step(
        from input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int)? {
        guard let first = input.baseAddress, let start = output.baseAddress else { return (0, 0) }
        var source = BitSource(bits: bits, count: bitCount, next: first, end: first + input.count)
        var place = start
        let status = run(&source, to: &place, end: start + output.count)
        guard status != .unsound else { return nil }
        // What was read and not used may belong to another member.
        if status == .end || place - start == output.count { source.giveBack(to: first) }
        (bits, bitCount) = (source.bits, source.count)
        return (source.next - first, place - start)
    }

    private func run(
        _ source: inout BitSource, to place: inout UnsafeMutableRawPointer,
        end: UnsafeMutableRawPointer
    ) -> Inflater.Status {
        while true {
            switch part {
            case .header:
                while !header.isComplete {
                    guard source.has(8) else { return .interrupted }
                    guard header.take(UInt8(source.take(8))) else { return .unsound }
                }
                checksum = header.isZlib ? 1 : 0
                part = .data
            case .data:
                let start = place
                let status = inflater.inflate(&source, to: &place, end: end)
                size += place - start
                let inflated = UnsafeRawBufferPointer(start: start, count: place - start)
                checksum =
                    header.isZlib
                    ? adler32_z(
                        checksum, start.assumingMemoryBound(to: UInt8.self), inflated.count)
                    : CRC32.adding(inflated, to: checksum)
                guard status == .end else { return status }
                source.align()
                part = .checksum
            case .checksum:
                guard source.has(32) else { return .interrupted }
                // The highest byte of zlib's comes first, and no size comes after it.
                let told = header.isZlib ? source.take(32).byteSwapped : source.take(32)
                guard told == UInt32(checksum) else { return .unsound }
                part = header.isZlib ? .padding : .size
                if header.isZlib { return .end }
            case .size:
                guard source.has(32) else { return .interrupted }
                guard source.take(32) == UInt32(truncatingIfNeeded: size) else { return .unsound }
                part = .padding
                return .end
            case .padding:
                guard source.has(8) else { return .interrupted }
                if source.peek(8) == 0 {
                    source.drop(8)
                } else {
                    header = MemberHeader()
                    inflater.reset()
                    size = 0
                    part = .header
                }
            }
        }
    }
}
