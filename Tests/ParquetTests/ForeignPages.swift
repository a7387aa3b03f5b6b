@testable import Parquet

/// The pages of one column chunk, in encodings that ``ParquetWriter`` does not use.
struct ForeignPages {
    var column: ParquetColumn
    var rows: Int
    /// By its number; the pages are compressed so.
    var codec: Int32 = 0
    private(set) var bytes: [UInt8] = []

    init(_ column: ParquetColumn, rows: Int) {
        self.column = column
        self.rows = rows
    }

    mutating func append(
        _ kind: PageHeader.Kind,
        values: Int,
        _ encoding: Encoding,
        _ body: [UInt8],
        uncompressedSize: Int? = nil
    ) {
        bytes += PageHeader(
            kind: kind,
            uncompressedSize: uncompressedSize ?? body.count,
            compressedSize: body.count,
            values: values,
            encoding: encoding.rawValue
        ).bytes()
        bytes += body
    }

    /// A data page of version 2, whose levels have no length before them.
    mutating func appendVersion2(
        values: Int,
        missing: Int,
        _ encoding: Encoding,
        levels: [UInt8],
        _ body: [UInt8]
    ) {
        bytes += ThriftWriter.bytes { header in
            header.int32(1, 3)
            header.int32(2, Int32(levels.count + body.count))
            header.int32(3, Int32(levels.count + body.count))
            header.structure(8) { page in
                page.int32(1, Int32(values))
                page.int32(2, Int32(missing))
                page.int32(3, Int32(values))
                page.int32(4, encoding.rawValue)
                page.int32(5, Int32(levels.count))
                page.int32(6, 0)
                page.bool(7, false)
            }
        }
        bytes += levels + body
    }

    func read(_ damaged: [UInt8]? = nil) throws(ParquetError) -> ColumnData {
        var metadata = ColumnMetadata()
        metadata.codec = codec
        metadata.values = rows
        var reader = ColumnChunkReader(
            column: column,
            metadata: metadata,
            limits: ParquetLimits(maximumRowGroupRows: 1 << 14, maximumBytes: 1 << 22),
            bytes: damaged ?? bytes
        )
        return try reader.read()
    }
}

/// What the encoders append.
func encoded(_ body: (OutputBuffer) -> Void) -> [UInt8] {
    let output = OutputBuffer()
    body(output)
    return Array(output.bytes)
}

func deltas(_ values: [Int32]) -> [UInt8] {
    encoded { output in values.withUnsafeBufferPointer { DeltaEncoder.encode($0, to: output) } }
}

func runs(_ values: [UInt32], width: Int) -> [UInt8] {
    encoded { output in
        values.withUnsafeBufferPointer { HybridEncoder.encode($0, width: width, to: output) }
    }
}

func length(_ length: Int) -> [UInt8] {
    encoded { $0.append(length: length) }
}

func plain(_ texts: [String]) -> [UInt8] {
    encoded { output in
        let arrays = ByteArrays(texts.map { Array($0.utf8) })
        PlainEncoder.encode(arrays, at: 0..<arrays.count, to: output)
    }
}
