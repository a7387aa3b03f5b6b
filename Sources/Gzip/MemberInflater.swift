import CZlib

/// Inflates the members of one gzip stream, one after another (RFC 1952, section 2.2).
///
/// Zero bytes after a member are padding, as in gzip(1); any other byte there must begin a member.
final class MemberInflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var insideMember = true
    /// Bytes inflated so far, of all members.
    private(set) var produced = 0

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for "gzip header and trailer only".
        let status = inflateInit2_(
            stream,
            15 + 16,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "zlib could not allocate its state")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether the input may end here.
    var mayEnd: Bool { !insideMember }

    /// Inflates from `input` into `output`, as far as both go; returns the bytes used and written,
    /// or nil where the bytes are no sound member.
    func step(
        from input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int)? {
        if !insideMember {
            let padding = input.prefix { $0 == 0 }.count
            guard padding < input.count else { return (padding, 0) }
            guard inflateReset(stream) == Z_OK else { return nil }
            insideMember = true
            return (padding, 0)
        }
        let offered = min(input.count, Int(UInt32.max))
        let room = min(output.count, Int(UInt32.max))
        // zlib's next_in is not const in older headers; it is never written through.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = UInt32(offered)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let status = inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: insideMember = false
        default: return nil
        }
        let inflated = room - Int(stream.pointee.avail_out)
        produced += inflated
        return (offered - Int(stream.pointee.avail_in), inflated)
    }
}
