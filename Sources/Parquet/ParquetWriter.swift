/// Writes a Parquet file front to back, one row group at a time.
///
/// What is written goes to the output at once, so memory is bounded by the row group that the
/// caller holds, one page, and the footer's lines about the row groups before; with several threads,
/// also by the row group's bytes. What ``ParquetLimits`` let nobody read is not written: rows whose texts
/// are too many for one row group become several, and what does not fit even so is an error. The bytes depend on the rows, how they are grouped, and the options
/// alone, not on the threads. The layout is that of the format's
/// `README.md`, section "File format", with data pages of version 1 and a checksum on every page.
///
/// Encodings are those that Athena and all common readers know: integers are DELTA_BINARY_PACKED and
/// byte arrays DELTA_BYTE_ARRAY, or both PLAIN, as ``ParquetWriterOptions/layout`` says; byte arrays
/// with a dictionary are RLE_DICTIONARY, and PLAIN where the dictionary is too large; booleans and
/// doubles are PLAIN.
package final class ParquetWriter {
    /// Rows that make a sensible row group.
    package static let usualRowGroupRows = 1_000_000

    private let schema: ParquetSchema
    private let options: ParquetWriterOptions
    private let sink: PageSink
    private let page = OutputBuffer()
    private var rowGroups: [RowGroupMetadata] = []
    private var rows = 0
    private var isFinished = false

    private static let magic = Array("PAR1".utf8)

    /// - Parameter output: takes the bytes of the file, in order and in chunks of about a page;
    ///   they are valid during the call only.
    /// - Throws: what `output` throws.
    package init(
        schema: ParquetSchema,
        options: ParquetWriterOptions = ParquetWriterOptions(),
        output: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        self.schema = schema
        self.options = options
        sink = PageSink(output: output)
        try sink.write(Self.magic)
    }

    /// Writes one row group, several where readers would not take it as one, or nothing where there are no
    /// rows.
    ///
    /// - Precondition: there is data for each column of the schema, of the column's type, with the
    ///   same number of rows; required columns have a value in each.
    /// - Throws: ``ParquetError/overLimit(_:)``, and what the output throws. The file is then of
    ///   no use.
    package func write(_ columns: consuming [ColumnData]) throws {
        precondition(!isFinished, "the file is finished")
        precondition(columns.count == schema.columns.count, "one piece of data for each column")
        let rows = columns.first?.rows ?? 0
        for (column, data) in zip(schema.columns, columns) {
            precondition(data.rows == rows, "\(column.name) has another number of rows")
            precondition(
                data.values.physical == column.type.physical,
                "\(column.name) has values of another type"
            )
            precondition(
                column.isOptional || data.values.count == rows,
                "\(column.name) lacks values"
            )
        }
        guard rows > 0 else { return }
        let pieces = RowGroupPieces.ranges(of: columns, options)
        if pieces.count == 1 {
            try write(columns, rows: rows)
        } else {
            try write(columns, in: pieces)
        }
    }

    private func write(_ columns: [ColumnData], in pieces: [Range<Int>]) throws {
        for rows in pieces { try write(columns.map { $0.slice(rows) }, rows: rows.count) }
    }

    private func write(_ columns: consuming [ColumnData], rows: Int) throws {
        var rowGroup = RowGroupMetadata()
        rowGroup.rows = rows
        for chunk in try chunks(of: columns) {
            rowGroup.uncompressedSize += chunk.uncompressedSize
            rowGroup.compressedSize += chunk.compressedSize
            rowGroup.columns.append(chunk)
        }
        rowGroups.append(rowGroup)
        self.rows += rows
    }

    /// Writes the columns one after another.
    private func chunks(of columns: consuming [ColumnData]) throws -> [ColumnMetadata] {
        guard options.threads > 1 else {
            // Each is let go once it is written.
            var waiting: [ColumnData] = columns.reversed()
            columns = []
            return try schema.columns.compactMap { column in
                try waiting.popLast().map { data in
                    try ColumnChunkWriter(column: column, options: options, sink: sink, page: page)
                        .write(data)
                }
            }
        }
        return try ParallelColumns.chunks(of: columns, schema: schema, options: options).map {
            chunk in
            var metadata = chunk.metadata
            metadata.dataPageOffset += sink.offset
            metadata.dictionaryPageOffset? += sink.offset
            for piece in chunk.pieces { try sink.write(piece) }
            return metadata
        }
    }

    /// Writes the footer, after which the file is whole, once a reader has taken it.
    ///
    /// - Throws: ``ParquetError/overLimit(_:)``, and what the output throws.
    package func finish() throws {
        precondition(!isFinished, "the file is finished")
        isFinished = true
        let footer = FileMetadata.footer(
            schema: schema,
            rows: rows,
            rowGroups: rowGroups,
            keyValues: options.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            createdBy: options.createdBy
        )
        guard let size = UInt32(exactly: footer.count), size < Int32.max else {
            throw ParquetError.overLimit("a footer of \(footer.count) bytes")
        }
        let end = footer + withUnsafeBytes(of: size.littleEndian) { Array($0) } + Self.magic
        let start = sink.offset
        let reader = try ParquetReader(size: start + end.count, limits: options.limits) {
            Array(end[$0 - start..<$0 - start + $1])
        }
        try reader.checkRowGroups()
        try sink.write(end)
    }
}
