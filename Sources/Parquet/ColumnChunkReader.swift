import Gzip

/// Reads the pages of one column of one row group (`README.md` of the format, section "Data
/// Pages").
struct ColumnChunkReader {
    private let column: ParquetColumn
    private let metadata: ColumnMetadata
    private let limits: ParquetLimits
    private let bytes: [UInt8]
    private var values: ValueCollector
    /// Whether each row so far has a value.
    private var presence: [Bool] = []
    private var rows = 0
    private var codec = PageCompression.Codec.none

    init(
        column: ParquetColumn,
        metadata: ColumnMetadata,
        limits: ParquetLimits,
        bytes: [UInt8]
    ) {
        self.column = column
        self.metadata = metadata
        self.limits = limits
        self.bytes = bytes
        values = ValueCollector(
            type: column.type.physical, rows: metadata.values, limits: limits)
    }

    mutating func read() throws(ParquetError) -> ColumnData {
        codec = try PageCompression.Codec(number: metadata.codec)
        var position = 0
        while rows < metadata.values {
            guard position < bytes.count else { throw .damaged("a column lacks pages") }
            var thrift = ThriftReader(bytes, in: position..<bytes.count)
            let header = try PageHeader(from: &thrift)
            position = thrift.position
            guard header.compressedSize <= bytes.count - position else {
                throw .damaged("a page is larger than its column")
            }
            let body = position..<position + header.compressedSize
            position = body.upperBound
            if let checksum = header.checksum {
                let sum = bytes.withUnsafeBytes {
                    CRC32.of(UnsafeRawBufferPointer(rebasing: $0[body]))
                }
                guard sum == checksum else { throw .damaged("a page's checksum is wrong") }
            }
            try readPage(header, body)
        }
        let isWhole = presence.allSatisfy { $0 }
        return ColumnData(values.finished(), presence: isWhole ? nil : presence)
    }

    private mutating func readPage(
        _ header: PageHeader,
        _ body: Range<Int>
    ) throws(ParquetError) {
        switch header.kind {
        case .index: return
        case .dictionary:
            guard rows == 0 else { throw .damaged("a dictionary follows its rows") }
            let isPlain = [Encoding.plain, .plainDictionary].contains {
                $0.rawValue == header.encoding
            }
            guard isPlain else {
                throw .unsupported("dictionaries of encoding \(header.encoding)")
            }
            try values.setDictionary(try inflated(header, body), count: header.values)
        case .data:
            try checkRows(header)
            var reader = try inflated(header, body)
            var present = header.values
            if column.isOptional {
                guard header.levelEncoding == Encoding.rle.rawValue else {
                    throw .unsupported("levels of the deprecated encoding BIT_PACKED")
                }
                let size = try reader.length()
                let levels = ByteReader(reader.bytes, in: try reader.take(size))
                present = try readLevels(levels, count: header.values)
            }
            try readValues(reader, count: present, header)
        case .dataV2:
            try checkRows(header)
            var reader = ByteReader(bytes, in: body)
            guard header.repetitionLevelsSize == 0 else {
                throw .damaged("a flat column has repetition levels")
            }
            let levels = ByteReader(bytes, in: try reader.take(header.definitionLevelsSize))
            var present = header.values
            if column.isOptional { present = try readLevels(levels, count: header.values) }
            // Levels lie before what is compressed, and count as the page's uncompressed bytes.
            var rest = header
            rest.uncompressedSize -= header.definitionLevelsSize
            guard rest.uncompressedSize >= 0 else { throw .damaged("a page is too small") }
            try readValues(try inflated(rest, reader.range), count: present, header)
        }
        if header.kind != .dictionary { rows += header.values }
    }

    private func checkRows(_ header: PageHeader) throws(ParquetError) {
        guard header.values <= metadata.values - rows else {
            throw .damaged("the pages of a column have more rows than it")
        }
    }

    private func inflated(
        _ header: PageHeader,
        _ body: Range<Int>
    ) throws(ParquetError) -> ByteReader {
        guard codec != .none, header.isCompressed else {
            guard body.count == header.uncompressedSize else {
                throw .damaged("a page has another size than it says")
            }
            return ByteReader(bytes, in: body)
        }
        // Pages of version 2 without values may leave out their empty member.
        if body.isEmpty && header.uncompressedSize == 0 { return ByteReader([]) }
        return ByteReader(
            try PageCompression.inflate(
                bytes, in: body, of: codec, to: header.uncompressedSize, limits: limits)
        )
    }

    /// Reads which rows have a value; returns how many.
    private mutating func readLevels(
        _ reader: ByteReader,
        count: Int
    ) throws(ParquetError) -> Int {
        var present = 0
        for level in try HybridDecoder.decode(reader, width: 1, count: count) {
            presence.append(level == 1)
            present += Int(level)
        }
        return present
    }

    private mutating func readValues(
        _ reader: ByteReader,
        count: Int,
        _ header: PageHeader
    ) throws(ParquetError) {
        guard let encoding = Encoding(rawValue: header.encoding) else {
            throw .unsupported("encoding \(header.encoding)")
        }
        // Pages without values need not have the header that their encoding begins with.
        guard count > 0 else { return }
        try values.append(reader, count: count, encoding: encoding)
    }
}
