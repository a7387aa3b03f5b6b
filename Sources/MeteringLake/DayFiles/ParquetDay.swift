package import BedrockMetering
package import Parquet

/// A Parquet day file, read by columns.
package struct ParquetDay {
    private let file: DayFile
    private let reader: ParquetReader

    /// - Throws: ``PipelineError`` where it cannot be read or is no file of its day.
    package init(_ copy: DayCopy) throws(PipelineError) {
        file = copy.file
        do {
            reader = try ParquetReader(size: try copy.bytes.size) { offset, count in
                try copy.bytes.read(from: offset, count: count)
            }
        } catch {
            throw Self.error(error, of: file)
        }
        guard reader.metadata[UsageParquet.dayKey] == "\(file.day)" else { throw file.damage }
    }

    /// Reads what was fetched of a file in S3; other columns cannot be read.
    package init(_ columns: FetchedColumns) throws(PipelineError) {
        file = columns.file
        do {
            reader = try columns.reader()
        } catch {
            throw Self.error(error, of: file)
        }
        guard reader.metadata[UsageParquet.dayKey] == "\(file.day)" else { throw file.damage }
    }

    package var rowGroups: Int { reader.rowGroupRows.count }

    /// The columns of `fields` of a row group, counted from 0; the others are empty.
    ///
    /// - Throws: ``PipelineError`` where the file cannot be read or is damaged.
    package func columns(
        _ fields: [UsageSchema.Field], ofRowGroup rowGroup: Int
    ) throws(PipelineError) -> UsageColumns {
        do {
            guard let columns = try reader.usage(fields, ofRowGroup: rowGroup) else {
                throw file.damage
            }
            return columns
        } catch {
            throw Self.error(error, of: file)
        }
    }

    /// What an error of reading a day's file is to the pipeline.
    package static func error(_ error: any Error, of file: DayFile) -> PipelineError {
        if let error = error as? PipelineError { return error }
        guard let error = error as? ParquetError else { return file.damage }
        return PipelineError(
            code: .damagedLake, location: file.object.name, reason: "\(error)"
        )
    }

    // MARK: What a file looks like

    /// A writer of the file of `day`, which hands its bytes to `output`.
    package static func writer(
        of day: UsageDay, threads: Int, output: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws -> ParquetWriter {
        let options = ParquetWriterOptions(
            codecs: [
                UsageSchema.column(.timestamp).name: .gzipWithoutRepeats,
                UsageSchema.column(.request).name: .gzipWithoutRepeats,
            ],
            threads: threads,
            metadata: [UsageParquet.dayKey: "\(day)"], createdBy: "bedrock-metering version 1.0.0"
        )
        return try ParquetWriter(schema: UsageParquet.schema, options: options, output: output)
    }
}
