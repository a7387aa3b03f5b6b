import CZlib

/// What zlib itself makes of a gzip member, or of a zlib stream: the floor that speed is measured by, and what ``Inflater`` is
/// compared with.
package final class ZlibInflater {
    private let stream: UnsafeMutablePointer<z_stream>

    package init(ofZlibStream isZlibStream: Bool = false) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for "gzip header and trailer only".
        let status = inflateInit2_(
            stream, isZlibStream ? 15 : 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib could not allocate its state")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Inflates from `input` into `output`, as far as both go, or to the end of the member; returns the
    /// bytes used and written, or nil where the bytes are no sound member.
    package func step(
        from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int, isAtEnd: Bool)? {
        // next_in is not const in older headers; it is never written through.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        let status = inflate(stream, Z_NO_FLUSH)
        guard [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(status) else { return nil }
        return (
            input.count - Int(stream.pointee.avail_in),
            output.count - Int(stream.pointee.avail_out), status == Z_STREAM_END
        )
    }
}
