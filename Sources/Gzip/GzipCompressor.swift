import CZlib

/// Makes gzip members whose bytes depend on the input and the level alone: no time, no name, and
/// "unknown" as the operating system (RFC 1952, section 2.3).
package final class GzipCompressor {
    private let stream: UnsafeMutablePointer<z_stream>
    private let header: UnsafeMutablePointer<gz_header>
    private var output = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    package init(level: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        header = .allocate(capacity: 1)
        header.initialize(to: gz_header())
        header.pointee.os = 255
        let status = deflateInit2_(
            stream,
            Int32(level),
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "zlib could not allocate its state")
        if level == 1 {
            // Level 1 looks at four earlier places and is content with eight bytes. On JSON lines,
            // one place, and the longest match there, take an eighth less time for a twentieth more
            // bytes.
            deflateTune(stream, 4, 4, 258, 1)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        header.deallocate()
        output.deallocate()
    }

    /// One whole member that holds `input`.
    package func compress(_ input: UnsafeRawBufferPointer) -> [UInt8] {
        Array(member(of: input))
    }

    /// One whole member that holds `input`, in memory that is valid until the next call.
    package func member(of input: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        precondition(input.count < Int(UInt32.max), "one member holds less than 4 GiB")
        var status = deflateReset(stream)
        precondition(status == Z_OK, "zlib's state is damaged")
        status = deflateSetHeader(stream, header)
        precondition(status == Z_OK, "zlib's state is damaged")
        let bound = Int(deflateBound(stream, UInt(input.count)))
        if output.count < bound {
            output.deallocate()
            output = .allocate(byteCount: bound, alignment: 16)
        }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(bound)
        status = deflate(stream, Z_FINISH)
        precondition(status == Z_STREAM_END, "deflateBound was too small")
        return UnsafeRawBufferPointer(
            rebasing: output[..<(bound - Int(stream.pointee.avail_out))]
        )
    }
}
