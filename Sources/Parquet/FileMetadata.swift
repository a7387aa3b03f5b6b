/// What the footer of a file says (`parquet.thrift`, `FileMetaData`).
struct FileMetadata {
    var schema: [SchemaElement] = []
    var rows = 0
    var rowGroups: [RowGroupMetadata] = []
    var keyValues: [(key: String, value: String)] = []
    var createdBy: String?
    var isEncrypted = false
}

/// `parquet.thrift`, `RowGroup`.
struct RowGroupMetadata {
    var columns: [ColumnMetadata] = []
    var rows = 0
    var uncompressedSize = 0
    var compressedSize = 0
}

/// `parquet.thrift`, `ColumnChunk` and `ColumnMetaData`.
struct ColumnMetadata {
    var type: Int32 = -1
    var encodings: [Encoding] = []
    var path: [String] = []
    var codec: Int32 = -1
    var values = 0
    var uncompressedSize = 0
    var compressedSize = 0
    var dataPageOffset = 0
    var dictionaryPageOffset: Int?
    var statistics: ColumnStatistics?
    var dataPages = 0
    var isEncrypted = false
    var isInAnotherFile = false
}

/// `parquet.thrift`, `SchemaElement`.
struct SchemaElement {
    var type: Int32?
    /// REQUIRED, OPTIONAL and REPEATED, from 0.
    var repetition: Int32?
    var name = ""
    var children = 0
    var convertedType: Int32?
    var logicalType: LogicalType?
}

/// `parquet.thrift`, `LogicalType`.
enum LogicalType {
    case string
    case date
    case timestamp(unit: ParquetType.TimeUnit, isAdjustedToUTC: Bool)
    case integer(isSigned: Bool)
    /// One that has no place in ``ParquetType``, by its number.
    case other(Int)
}

/// `parquet.thrift`, `Encoding`.
enum Encoding: Int32 {
    case plain = 0
    case plainDictionary = 2
    case rle = 3
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9
}
