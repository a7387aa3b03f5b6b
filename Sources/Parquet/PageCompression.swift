import Gzip

/// Undoes the compression of pages (`Compression.md`).
enum PageCompression {
    /// Those that can be read, by their numbers in `parquet.thrift`, `CompressionCodec`.
    enum Codec: Int32 {
        case none = 0
        case snappy = 1
        case gzip = 2

        /// - Throws: ``ParquetError/unsupported(_:)`` unless pages of this codec can be read.
        init(number: Int32) throws(ParquetError) {
            if let codec = Codec(rawValue: number) {
                self = codec
                return
            }
            guard names.indices.contains(Int(number)) else {
                throw .unsupported("codec \(number)")
            }
            throw .unsupported("the codec \(names[Int(number)])")
        }

        /// How many bytes it makes of one at most; of deflate these are about 1,032.
        fileprivate var maximumRatio: Int {
            switch self {
            case .none: 1
            case .snappy: SnappyDecoder.maximumRatio
            case .gzip: 1100
            }
        }
    }

    private static let names = [
        "UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW",
    ]

    /// The `size` bytes that the bytes of `range` stand for.
    static func inflate(
        _ bytes: [UInt8],
        in range: Range<Int>,
        of codec: Codec,
        to size: Int,
        limits: ParquetLimits
    ) throws(ParquetError) -> [UInt8] {
        guard size <= limits.maximumBytes else { throw .overLimit("a page of \(size) bytes") }
        guard size / codec.maximumRatio <= range.count else {
            throw .damaged("a page is too small for what it holds")
        }
        var inflated = [UInt8](repeating: 0, count: size)
        try bytes.withUnsafeBytes { bytes in
            inflated.withUnsafeMutableBytes { inflated in
                Result { () throws(ParquetError) in
                    try decode(
                        UnsafeRawBufferPointer(rebasing: bytes[range]), of: codec, into: inflated)
                }
            }
        }.get()
        return inflated
    }

    private static func decode(
        _ page: UnsafeRawBufferPointer,
        of codec: Codec,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        switch codec {
        case .none: output.copyMemory(from: page)
        case .snappy: try SnappyDecoder.decode(page, into: output)
        case .gzip: try gunzip(page, into: output)
        }
    }

    private static func gunzip(
        _ page: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        guard page.starts(with: [0x1f, 0x8b, 0x08]) else {
            throw .damaged("a page is not compressed as it should be")
        }
        do {
            try fill(output, from: page)
        } catch {
            throw .damaged("a page does not inflate to its size")
        }
    }

    private static func fill(
        _ output: UnsafeMutableRawBufferPointer,
        from input: UnsafeRawBufferPointer
    ) throws {
        let stream = GunzipStream(ofOneLayer: output.count)
        stream.feed(input)
        var filled = 0
        while filled < output.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: output[filled...])
            let count = try stream.read(into: rest, atEnd: true)
            guard count > 0 else { throw ParquetError.damaged("a page is too short") }
            filled += count
        }
        // The trailer is read, and verified, only where there is room for one more byte.
        let more = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
            try stream.read(into: $0, atEnd: true)
        }
        guard more == 0 else { throw ParquetError.damaged("a page is too long") }
    }
}
