/// Reads Parquet files, whoever wrote them, as far as their columns are flat.
///
/// The footer is read at once, and then only the columns and row groups that are asked for, each
/// with one read. Nothing is taken on trust: sizes must fit the file, and what they unpack to must
/// fit ``ParquetLimits``; checksums are verified where there are any.
package struct ParquetReader {
    /// Gives `count` bytes from `offset` on, counted from 0; both lie in the file.
    package typealias Read = (_ offset: Int, _ count: Int) throws -> [UInt8]

    /// What the footer says about the file, by key.
    package let metadata: [String: String]
    /// The program that wrote the file, as it calls itself.
    package let createdBy: String?
    /// The rows of each row group.
    package let rowGroupRows: [Int]

    private let schema: FileSchema
    private let rowGroups: [RowGroupMetadata]
    private let limits: ParquetLimits
    private let readBytes: Read
    /// Where the footer begins, before which the pages lie.
    private let endOfPages: Int

    private static let magic = Array("PAR1".utf8)
    private static let encryptedMagic = Array("PARE".utf8)
    /// Of the length of the footer and the magic number after it.
    private static let tailSize = 8

    /// - Parameter size: the bytes of the file.
    /// - Throws: ``ParquetError``, and what `read` throws.
    package init(
        size: Int,
        limits: ParquetLimits = ParquetLimits(),
        read: @escaping Read
    ) throws {
        self.limits = limits
        readBytes = read
        guard size >= Self.magic.count + Self.tailSize else {
            throw ParquetError.damaged("it is too short")
        }
        let tail = try Self.bytes(size - Self.tailSize, Self.tailSize, from: read)
        guard tail[4...] != Self.encryptedMagic[...] else {
            throw ParquetError.unsupported("encryption")
        }
        guard tail[4...] == Self.magic[...] else {
            throw ParquetError.damaged("it does not end as a Parquet file does")
        }
        var reader = ByteReader(tail)
        let footerSize = try reader.length()
        guard footerSize <= size - Self.tailSize - Self.magic.count else {
            throw ParquetError.damaged("the footer is larger than the file")
        }
        guard footerSize <= limits.maximumFooterBytes else {
            throw ParquetError.overLimit("a footer of \(footerSize) bytes")
        }
        endOfPages = size - Self.tailSize - footerSize
        let footer = try Self.bytes(endOfPages, footerSize, from: read)
        let file = try FileMetadata(footer: footer, in: 0..<footerSize)
        guard !file.isEncrypted else { throw ParquetError.unsupported("encryption") }
        schema = try FileSchema(file.schema)
        rowGroups = file.rowGroups
        rowGroupRows = file.rowGroups.map(\.rows)
        metadata = Dictionary(file.keyValues.map { ($0.key, $0.value) }) { first, _ in first }
        createdBy = file.createdBy
        var rows = 0
        for rowGroup in rowGroups {
            guard rowGroup.columns.count == schema.leaves else {
                throw ParquetError.damaged("a row group has another number of columns")
            }
            let sum = rows.addingReportingOverflow(rowGroup.rows)
            guard !sum.overflow else { throw ParquetError.damaged("a row group is too large") }
            rows = sum.partialValue
        }
        guard rows == file.rows else {
            throw ParquetError.damaged("the row groups have another number of rows than the file")
        }
    }

    /// The columns that can be read, in the order of the file.
    package var columns: [ParquetColumn] { schema.columns.map(\.column) }

    /// Reads columns of one row group, in the order asked for; all columns, if none is named.
    ///
    /// - Precondition: there is such a row group, counted from 0.
    /// - Throws: ``ParquetError``, and what reading the bytes throws.
    package func read(rowGroup: Int, columns names: [String]? = nil) throws -> [ColumnData] {
        let rowGroup = rowGroups[rowGroup]
        try checkRows(of: rowGroup)
        return try chosen(names).map { column in
            let metadata = rowGroup.columns[column.leaf]
            let range = try range(of: metadata, column.column, rows: rowGroup.rows)
            let bytes = try Self.bytes(range.lowerBound, range.count, from: readBytes)
            var reader = ColumnChunkReader(
                column: column.column, metadata: metadata, limits: limits, bytes: bytes)
            return try reader.read()
        }
    }

    /// Where the bytes of columns of one row group lie in the file, which is all that reading them reads.
    ///
    /// - Precondition: there is such a row group, counted from 0.
    /// - Throws: ``ParquetError``.
    package func byteRanges(
        rowGroup: Int,
        columns names: [String]
    ) throws(ParquetError) -> [Range<Int>] {
        let rowGroup = rowGroups[rowGroup]
        return try chosen(names).map { column throws(ParquetError) in
            try range(of: rowGroup.columns[column.leaf], column.column, rows: rowGroup.rows)
        }
    }

    /// Makes sure that no row group is too large, and that each column chunk has its place in the file, as
    /// far as the footer tells.
    ///
    /// - Throws: ``ParquetError``.
    package func checkRowGroups() throws(ParquetError) {
        for rowGroup in rowGroups {
            try checkRows(of: rowGroup)
            for column in try chosen(nil) {
                _ = try range(
                    of: rowGroup.columns[column.leaf], column.column, rows: rowGroup.rows)
            }
        }
    }

    private func checkRows(of rowGroup: RowGroupMetadata) throws(ParquetError) {
        guard rowGroup.rows <= limits.maximumRowGroupRows else {
            throw .overLimit("a row group of \(rowGroup.rows) rows")
        }
    }

    private func chosen(_ names: [String]?) throws(ParquetError) -> [FileSchema.Column] {
        guard let names else {
            if let first = schema.unsupported.first { throw first.error }
            return schema.columns
        }
        var chosen: [FileSchema.Column] = []
        for name in names {
            if let column = schema.columns.first(where: { $0.column.name == name }) {
                chosen.append(column)
            } else if let column = schema.unsupported.first(where: { $0.name == name }) {
                throw column.error
            } else {
                throw .noSuchColumn(name)
            }
        }
        return chosen
    }

    /// Where the pages of a column chunk lie.
    private func range(
        of metadata: ColumnMetadata,
        _ column: ParquetColumn,
        rows: Int
    ) throws(ParquetError) -> Range<Int> {
        guard !metadata.isEncrypted else { throw .unsupported("encryption") }
        guard !metadata.isInAnotherFile else {
            throw .unsupported("columns that lie in another file, as \"\(column.name)\" does")
        }
        guard metadata.type == column.type.physical.rawValue else {
            throw .damaged("a column chunk has another type than its column")
        }
        guard metadata.path == [column.name] else {
            throw .damaged("a column chunk has another name than its column")
        }
        guard metadata.values == rows else {
            throw .damaged("a column has another number of rows than its row group")
        }
        // Without rows there may be no pages, and no place for them either.
        guard rows > 0 else { return 0..<0 }
        // Some writers give 0 where there is no dictionary.
        var start = metadata.dataPageOffset
        if let dictionary = metadata.dictionaryPageOffset, dictionary > 0 {
            start = min(start, dictionary)
        }
        guard start >= Self.magic.count, start <= endOfPages,
            metadata.compressedSize <= endOfPages - start
        else { throw .damaged("a column chunk lies outside of the file") }
        guard metadata.compressedSize <= limits.maximumBytes else {
            throw .overLimit("a column chunk of \(metadata.compressedSize) bytes")
        }
        return start..<start + metadata.compressedSize
    }

    private static func bytes(_ offset: Int, _ count: Int, from read: Read) throws -> [UInt8] {
        guard count > 0 else { return [] }
        let bytes = try read(offset, count)
        guard bytes.count == count else {
            throw ParquetError.damaged("it ends before its end")
        }
        return bytes
    }
}
