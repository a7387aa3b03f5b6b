import Gzip

/// Undoes the compression of pages (`Compression.md`).
enum PageCompression {
    /// Deflate makes at most about 1,032 bytes of one.
    private static let maximumRatio = 1100
    private static let names = [
        "UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW",
    ]

    /// - Throws: ``ParquetError/unsupported(_:)`` unless pages of this codec can be read.
    static func check(_ codec: Int32) throws(ParquetError) {
        guard codec != 0 && codec != 2 else { return }
        guard names.indices.contains(Int(codec)) else {
            throw .unsupported("codec \(codec)")
        }
        throw .unsupported("the codec \(names[Int(codec)])")
    }

    /// The `size` bytes that the bytes of `range` stand for.
    static func inflate(
        _ bytes: [UInt8],
        in range: Range<Int>,
        to size: Int,
        limits: ParquetLimits
    ) throws(ParquetError) -> [UInt8] {
        guard size <= limits.maximumBytes else { throw .overLimit("a page of \(size) bytes") }
        guard size / maximumRatio <= range.count else {
            throw .damaged("a page is too small for what it holds")
        }
        guard bytes[range].starts(with: [0x1f, 0x8b, 0x08]) else {
            throw .damaged("a page is not compressed as it should be")
        }
        var inflated = [UInt8](repeating: 0, count: size)
        do {
            try bytes.withUnsafeBytes { bytes in
                try inflated.withUnsafeMutableBytes { inflated in
                    try fill(inflated, from: UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
        } catch {
            throw .damaged("a page does not inflate to its size")
        }
        return inflated
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
