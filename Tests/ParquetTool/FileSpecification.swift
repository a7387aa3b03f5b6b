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
    /// `none`, `gzip`, or `frequencies` for gzip without repeats.
    var codec: String
    var delta: Bool
    var pageRows: Int
    var pageBytes: Int?
    var dictionaryBytes: Int?
    var rowGroupBytes: Int?
    var metadata: [String: String]

    func schema() throws -> ParquetSchema {
        ParquetSchema(
            try columns.map {
                ParquetColumn($0.name, try $0.parquetType(), isOptional: $0.isOptional)
            }
        )
    }

    private static let codecs: [String: ParquetWriterOptions.Codec] = [
        "none": .none, "gzip": .gzip(level: 6), "frequencies": .gzipWithoutRepeats,
    ]

    func options() throws -> ParquetWriterOptions {
        guard let codec = Self.codecs[codec] else { throw UnknownName(name: codec) }
        var options = ParquetWriterOptions(
            codec: codec,
            layout: delta ? .delta : .plain,
            maximumPageRows: pageRows,
            metadata: metadata
        )
        if let pageBytes { options.maximumPageBytes = pageBytes }
        if let dictionaryBytes { options.maximumDictionaryBytes = dictionaryBytes }
        if let rowGroupBytes { options.maximumRowGroupBytes = rowGroupBytes }
        return options
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
        "nanos": .timestamp(.nanoseconds, isAdjustedToUTC: false),
        "nanos-utc": .timestamp(.nanoseconds, isAdjustedToUTC: true),
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
