package import Parquet

/// Usage rows as Parquet files hold them: the columns of ``UsageSchema``, strings as STRING and
/// bigints as INT64.
package enum UsageParquet {
    /// The key of a file's own note of its day.
    package static let dayKey = "bedrock_metering.day"

    private static let eventType = Array(UsageRecord.eventType.utf8)

    package static let schema = ParquetSchema(
        UsageSchema.columns.map { column in
            ParquetColumn(
                column.name, column.type == .string ? .string : .int64,
                isOptional: column.field == .request
            )
        }
    )

    /// The columns of a row group as the file holds them.
    package static func data(of columns: consuming UsageColumns) -> [ColumnData] {
        UsageSchema.columns.map { column in
            switch column.field {
            case .timestamp: ColumnData(values(columns.timestamps))
            case .tenant: ColumnData(values(columns.tenants))
            case .user: ColumnData(values(columns.users))
            case .model: ColumnData(values(columns.models))
            case .inputTokens: ColumnData(.int64s(columns.inputTokens))
            case .outputTokens: ColumnData(.int64s(columns.outputTokens))
            case .totalTokens: ColumnData(.int64s(columns.totalTokens))
            case .cacheReadTokens: ColumnData(.int64s(columns.cacheReadTokens))
            case .cacheWriteTokens: ColumnData(.int64s(columns.cacheWriteTokens))
            case .request:
                ColumnData(values(columns.requests), presence: columns.requestPresence)
            case .eventType:
                ColumnData(
                    .dictionary(
                        indices: [UInt32](repeating: 0, count: columns.count),
                        entries: ByteArrays([eventType])
                    )
                )
            }
        }
    }

    private static func values(_ column: TextColumn) -> ColumnValues {
        let texts = ByteArrays(bytes: column.bytes, offsets: column.offsets)
        guard let indices = column.indices else { return .byteArrays(texts) }
        return .dictionary(indices: indices, entries: texts)
    }
}

extension ParquetReader {
    /// The columns of `fields` of a row group, counted from 0, with the others empty; nil if a
    /// column is not what rows need.
    ///
    /// - Throws: ``ParquetError``, and what reading the bytes throws.
    package func usage(
        _ fields: [UsageSchema.Field], ofRowGroup rowGroup: Int
    ) throws -> UsageColumns? {
        var columns = UsageColumns()
        columns.count = rowGroupRows[rowGroup]
        for field in fields where field != .eventType {
            let name = UsageSchema.column(field).name
            guard let data = try read(rowGroup: rowGroup, columns: [name]).first,
                columns.set(field, to: data)
            else { return nil }
        }
        return columns
    }
}

extension UsageColumns {
    /// Sets a column; returns false if it is not as its rows need it.
    fileprivate mutating func set(_ field: UsageSchema.Field, to data: ColumnData) -> Bool {
        guard data.rows == count, field == .request || data.presence == nil else { return false }
        switch (field, data.values) {
        case (.inputTokens, .int64s(let values)): inputTokens = values
        case (.outputTokens, .int64s(let values)): outputTokens = values
        case (.totalTokens, .int64s(let values)): totalTokens = values
        case (.cacheReadTokens, .int64s(let values)): cacheReadTokens = values
        case (.cacheWriteTokens, .int64s(let values)): cacheWriteTokens = values
        case (.tenant, let values): return Self.set(&tenants, to: values)
        case (.user, let values): return Self.set(&users, to: values)
        case (.model, let values): return Self.set(&models, to: values)
        case (.timestamp, .byteArrays(let texts)):
            timestamps = TextColumn(bytes: texts.bytes, offsets: texts.offsets)
        case (.request, .byteArrays(let texts)):
            requests = TextColumn(bytes: texts.bytes, offsets: texts.offsets)
            requestPresence = data.presence
        default: return false
        }
        return true
    }

    private static func set(_ column: inout TextColumn, to values: ColumnValues) -> Bool {
        switch values {
        case .byteArrays(let texts):
            column = TextColumn(bytes: texts.bytes, offsets: texts.offsets)
        case .dictionary(let indices, let texts):
            column = TextColumn(bytes: texts.bytes, offsets: texts.offsets, indices: indices)
        default: return false
        }
        return true
    }
}
