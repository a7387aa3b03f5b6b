import Parquet

/// A file in JSON: its columns, and its rows as arrays of texts; see ``Cells`` for those.
struct FileSpecification: Decodable {
    struct Column: Decodable {
        var name: String
        var type: String
        var isOptional: Bool
        var isDictionary: Bool
    }

    struct UnknownName: Error {
        var name: String
    }

    var columns: [Column]
    var rowGroups: [[[String?]]]
    var gzip: Bool
    var delta: Bool
    var pageRows: Int
    var metadata: [String: String]

    func schema() throws -> ParquetSchema {
        ParquetSchema(
            try columns.map {
                ParquetColumn($0.name, try $0.parquetType(), isOptional: $0.isOptional)
            }
        )
    }

    func options() -> ParquetWriterOptions {
        ParquetWriterOptions(
            codec: gzip ? .gzip(level: 6) : .none,
            layout: delta ? .delta : .plain,
            maximumPageRows: pageRows,
            metadata: metadata
        )
    }
}

extension FileSpecification.Column {
    private static let types: [String: ParquetType] = [
        "boolean": .boolean, "int32": .int32, "int64": .int64, "double": .double,
        "bytes": .bytes, "string": .string, "date": .date,
        "millis": .timestamp(.milliseconds, isAdjustedToUTC: false),
        "micros": .timestamp(.microseconds, isAdjustedToUTC: false),
        "millis-utc": .timestamp(.milliseconds, isAdjustedToUTC: true),
        "micros-utc": .timestamp(.microseconds, isAdjustedToUTC: true),
    ]

    func parquetType() throws -> ParquetType {
        guard let type = Self.types[type] else {
            throw FileSpecification.UnknownName(name: type)
        }
        return type
    }

    func data(_ cells: [String?]) throws -> ColumnData {
        let values = try Cells.values(cells.compactMap { $0 }, of: try parquetType(), isDictionary)
        return ColumnData(values, presence: isOptional ? cells.map { $0 != nil } : nil)
    }
}
