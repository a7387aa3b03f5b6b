internal import BedrockMetering
internal import Foundation
internal import Parquet

/// A Parquet day file, read by columns.
struct ParquetDay {
    private let file: DayFile
    private let reader: ParquetReader

    /// - Throws: ``PipelineError`` where it cannot be read or is no file of its day.
    init(_ file: DayFile) throws(PipelineError) {
        self.file = file
        let descriptor = try FileDescriptor(opening: file.object.path, flags: O_RDONLY)
        do {
            let size = try descriptor.size()
            reader = try ParquetReader(size: size) { try descriptor.read(from: $0, count: $1) }
        } catch {
            throw Self.error(error, of: file)
        }
        guard reader.metadata[Self.dayKey] == "\(file.day)" else { throw file.damage }
    }

    var rowGroups: Int { reader.rowGroupRows.count }

    /// The columns of `fields` of a row group, counted from 0; the others are empty.
    ///
    /// - Throws: ``PipelineError`` where the file cannot be read or is damaged.
    func columns(
        _ fields: [UsageSchema.Field], ofRowGroup rowGroup: Int
    ) throws(PipelineError) -> UsageColumns {
        var columns = UsageColumns()
        columns.count = reader.rowGroupRows[rowGroup]
        do {
            for field in fields where field != .eventType {
                let name = UsageSchema.column(field).name
                guard let data = try reader.read(rowGroup: rowGroup, columns: [name]).first,
                    columns.set(field, to: data)
                else { throw file.damage }
            }
        } catch {
            throw Self.error(error, of: file)
        }
        return columns
    }

    private static func error(_ error: any Error, of file: DayFile) -> PipelineError {
        if let error = error as? PipelineError { return error }
        guard let error = error as? ParquetError else { return file.damage }
        return PipelineError(
            code: .damagedLake, location: file.object.path, reason: "\(error)"
        )
    }

    // MARK: What a file looks like

    /// The key of the file's own note of its day.
    private static let dayKey = "bedrock_metering.day"
    private static let eventType = Array("bedrock_token_usage".utf8)

    private static let schema = ParquetSchema(
        UsageSchema.columns.map { column in
            ParquetColumn(
                column.name, column.type == .string ? .string : .int64,
                isOptional: column.field == .request
            )
        }
    )

    /// A writer of the file of `day`, which hands its bytes to `output`.
    static func writer(
        of day: UsageDay, output: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws -> ParquetWriter {
        let options = ParquetWriterOptions(
            codecs: [
                UsageSchema.column(.timestamp).name: .gzipWithoutRepeats,
                UsageSchema.column(.request).name: .gzipWithoutRepeats,
            ],
            metadata: [dayKey: "\(day)"], createdBy: "bedrock-metering version 1.0.0"
        )
        return try ParquetWriter(schema: schema, options: options, output: output)
    }

    /// The columns of a row group as the file holds them.
    static func data(of columns: consuming UsageColumns) -> [ColumnData] {
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

extension UsageColumns {
    /// Sets a column; returns false where it is not as its rows need it.
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
