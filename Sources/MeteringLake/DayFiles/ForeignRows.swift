internal import BedrockMetering
internal import Parquet

/// The rows of another writer's Parquet file, as usage lines.
///
/// They are judged by the decoder that judges every other line, so a row counts exactly as the same line
/// in a log would. Columns are found by their names, in any order, and others are not looked at. A file
/// without the column of event types holds nothing but usage; where there is one, every row says it.
struct ForeignRows {
    private let reader: ParquetReader

    /// Columns without which rows are no usage.
    private static let required: Set<UsageSchema.Field> = [
        .timestamp, .tenant, .user, .model, .inputTokens, .outputTokens,
    ]
    private static let magic = Array("PAR1".utf8)
    /// Bytes of lines that are handed on at once, about.
    private static let pieceSize = 1 << 18

    /// - Throws: ``ParquetError`` or ``PipelineError``.
    init(of copy: ObjectCopy) throws {
        reader = try ParquetReader(size: try copy.size) { offset, count in
            try copy.read(from: offset, count: count)
        }
    }

    /// Whether a file begins as Parquet files do.
    static func isParquet(_ copy: ObjectCopy) throws(PipelineError) -> Bool {
        try copy.read(from: 0, count: magic.count) == magic
    }

    /// The rows of the whole file.
    var count: Int { reader.rowGroupRows.reduce(0, +) }

    /// Hands the lines of all rows to `body`, some at a time, in their order.
    ///
    /// - Throws: ``ParquetError``, also where a column is missing or of no type that lines have, and what
    ///   `body` throws.
    func forEachPiece(_ body: (RawSpan) throws -> Void) throws {
        let types = Dictionary(uniqueKeysWithValues: reader.columns.map { ($0.name, $0.type) })
        for rowGroup in reader.rowGroupRows.indices {
            var columns: [ForeignColumn] = []
            for column in UsageSchema.columns {
                do {
                    let data = try reader.read(rowGroup: rowGroup, columns: [column.name])
                    guard let data = data.first, let type = types[column.name] else { continue }
                    columns.append(ForeignColumn(column.name, data, of: type))
                } catch ParquetError.noSuchColumn where !Self.required.contains(column.field) {
                    continue
                }
            }
            try writeLines(of: &columns, rows: reader.rowGroupRows[rowGroup], to: body)
        }
    }

    private func writeLines(
        of columns: inout [ForeignColumn], rows: Int, to body: (RawSpan) throws -> Void
    ) throws {
        let typeName = UsageSchema.column(.eventType).name
        let isTold = columns.contains { $0.name == typeName }
        let end = Array(
            isTold ? "}\n".utf8 : ",\"\(typeName)\":\"bedrock_token_usage\"}\n".utf8)
        var lines: [UInt8] = []
        lines.reserveCapacity(Self.pieceSize + 4096)
        for _ in 0..<rows {
            for index in columns.indices {
                lines.append(UInt8(ascii: index == 0 ? "{" : ","))
                columns[index].appendNextMember(to: &lines)
            }
            lines += end
            if lines.count >= Self.pieceSize {
                try body(lines.span.bytes)
                lines.removeAll(keepingCapacity: true)
            }
        }
        if !lines.isEmpty { try body(lines.span.bytes) }
    }
}
