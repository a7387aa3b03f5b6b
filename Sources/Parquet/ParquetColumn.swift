/// One column: its name, what it holds, and whether a row may lack it.
package struct ParquetColumn: Sendable, Hashable {
    package var name: String
    package var type: ParquetType
    /// OPTIONAL rather than REQUIRED.
    package var isOptional: Bool

    package init(_ name: String, _ type: ParquetType, isOptional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
    }
}

/// What a column holds: a physical type, and the logical type that says how to read it.
///
/// See `LogicalTypes.md`, sections "STRING", "DATE" and "TIMESTAMP".
package enum ParquetType: Sendable, Hashable {
    case boolean
    case int32
    case int64
    case double
    /// BYTE_ARRAY without a logical type.
    case bytes
    /// BYTE_ARRAY that holds UTF-8.
    case string
    /// INT32 that counts days since 1970-01-01.
    case date
    /// INT64 that counts units since 1970-01-01 00:00, of UTC or of an unnamed local time.
    case timestamp(TimeUnit, isAdjustedToUTC: Bool)
    /// INT96 that holds a time, read as nanoseconds since 1970-01-01 00:00; it is not written.
    case int96Time

    /// By their numbers in `parquet.thrift`, `TimeUnit`.
    package enum TimeUnit: Int, Sendable, Hashable {
        case milliseconds = 1
        case microseconds = 2
        case nanoseconds = 3
    }

    var physical: PhysicalType {
        switch self {
        case .boolean: .boolean
        case .int32, .date: .int32
        case .int64, .timestamp: .int64
        case .int96Time: .int96
        case .double: .double
        case .bytes, .string: .byteArray
        }
    }
}

/// How the values of a column lie in a file (`parquet.thrift`, `Type`).
enum PhysicalType: Int32 {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case int96 = 3
    case float = 4
    case double = 5
    case byteArray = 6
    case fixedLengthByteArray = 7

    var name: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
        }
    }
}
