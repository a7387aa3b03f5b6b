import Gzip

/// Takes whole pages, compresses them, and hands their bytes on.
final class PageSink {
    typealias Output = (UnsafeRawBufferPointer) throws -> Void

    private let output: Output
    private let compressor: GzipCompressor?
    /// Bytes handed on so far.
    private(set) var offset = 0
    /// What the bytes handed on are without compression.
    private(set) var uncompressedOffset = 0

    init(codec: ParquetWriterOptions.Codec, output: @escaping Output) {
        self.output = output
        switch codec {
        case .none: compressor = nil
        case .gzip(let level): compressor = GzipCompressor(level: level)
        }
    }

    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try output($0) }
        offset += bytes.count
        uncompressedOffset += bytes.count
    }

    /// - Throws: ``ParquetError/overLimit(_:)``, and what the output throws.
    func writePage(
        _ kind: PageHeader.Kind,
        values: Int,
        encoding: Encoding,
        _ body: UnsafeRawBufferPointer
    ) throws {
        guard body.count < Int(Int32.max) else {
            throw ParquetError.overLimit("a page of \(body.count) bytes")
        }
        let compressed = compressor?.member(of: body) ?? body
        let header = PageHeader(
            kind: kind,
            uncompressedSize: body.count,
            compressedSize: compressed.count,
            checksum: CRC32.of(compressed),
            values: values,
            encoding: encoding.rawValue
        ).bytes()
        try write(header)
        try output(compressed)
        offset += compressed.count
        uncompressedOffset += body.count
    }
}
