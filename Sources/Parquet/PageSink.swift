import Gzip

/// Takes whole pages, compresses them, and hands their bytes on.
final class PageSink {
    typealias Output = (UnsafeRawBufferPointer) throws -> Void

    private let output: Output
    /// How pages are compressed from now on.
    var codec = ParquetWriterOptions.Codec.none
    /// By their levels.
    private var compressors: [Int: GzipCompressor] = [:]
    private lazy var literals = RepeatCompressor()
    /// Bytes handed on so far.
    private(set) var offset = 0
    /// What the bytes handed on are without compression.
    private(set) var uncompressedOffset = 0

    init(output: @escaping Output) {
        self.output = output
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
        let compressed = compressed(body)
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

    private func compressed(_ body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        switch codec {
        case .none: return body
        case .gzip(let level):
            let compressor = compressors[level] ?? GzipCompressor(level: level)
            compressors[level] = compressor
            return compressor.member(of: body)
        case .gzipWithoutRepeats:
            literals.removeAll()
            literals.append(body, repeating: [])
            return literals.bytes
        }
    }
}
