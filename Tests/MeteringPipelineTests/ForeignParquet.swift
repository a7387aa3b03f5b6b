import Parquet

/// Usage as another writer's Parquet file, column by column, to be changed before it is written.
struct ForeignParquet {
    struct Column {
        var name: String
        var type: ParquetType
        var data: ColumnData
        var isOptional = false

        init(_ name: String, _ type: ParquetType, _ values: ColumnValues, presence: [Bool]? = nil) {
            self.name = name
            self.type = type
            data = ColumnData(values, presence: presence)
            isOptional = presence != nil
        }

        init(_ name: String, _ texts: [String]) {
            self.init(name, .string, .byteArrays(ByteArrays(texts.map { Array($0.utf8) })))
        }

        init(_ name: String, _ numbers: [Int]) {
            self.init(name, .int64, .int64s(numbers.map { Int64($0) }))
        }
    }

    var columns: [Column]

    /// What Firehose's conversion makes of a table of the first seven columns.
    init(_ calls: [UsageCall]) {
        func texts(_ path: KeyPath<UsageCall, [UInt8]>) -> [String] {
            calls.map { String(decoding: $0[keyPath: path], as: UTF8.self) }
        }
        columns = [
            Column("timestamp", calls.map(\.timestamp)),
            Column("tenant_id", texts(\.tenant)), Column("user_id", texts(\.user)),
            Column("model_id", texts(\.model)), Column("input_tokens", calls.map(\.input)),
            Column("output_tokens", calls.map(\.output)),
            Column("total_tokens", calls.map(\.total)),
        ]
    }

    subscript(_ name: String) -> Column? {
        get { columns.first { $0.name == name } }
        set {
            let index = columns.firstIndex { $0.name == name }
            if let index { columns.remove(at: index) }
            if let newValue { columns.insert(newValue, at: index ?? columns.count) }
        }
    }

    /// The same with something else in it.
    func with(_ change: (inout Self) -> Void) -> Self {
        var file = self
        change(&file)
        return file
    }

    func bytes(_ options: ParquetWriterOptions = ParquetWriterOptions()) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let schema = ParquetSchema(
            columns.map { ParquetColumn($0.name, $0.type, isOptional: $0.isOptional) })
        let writer = try ParquetWriter(schema: schema, options: options) {
            bytes.append(contentsOf: $0)
        }
        try writer.write(columns.map(\.data))
        try writer.finish()
        return bytes
    }
}
