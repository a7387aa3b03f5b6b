import Foundation
import Synchronization

/// The column chunks of a row group, made by several threads at once and in memory.
///
/// Their bytes are those that one thread makes; only where they lie in the file is not known yet.
final class ParallelColumns: Sendable {
    /// A column chunk whose offsets count from its own beginning.
    struct Chunk {
        var bytes: [UInt8]
        var metadata: ColumnMetadata
    }

    private let schema: ParquetSchema
    private let options: ParquetWriterOptions
    private let columns: [ColumnData]
    /// The numbers of columns that no thread has begun, those with the most bytes last.
    private let waiting: Mutex<[Int]>
    private let made: Mutex<[Int: Result<Chunk, any Error>]>

    private init(
        _ columns: [ColumnData], schema: ParquetSchema, options: ParquetWriterOptions
    ) {
        self.columns = columns
        self.schema = schema
        self.options = options
        waiting = Mutex(
            columns.indices.sorted { columns[$0].values.size < columns[$1].values.size })
        made = Mutex([:])
    }

    /// All chunks, in the order of their columns.
    ///
    /// - Throws: ``ParquetError/overLimit(_:)``.
    static func chunks(
        of columns: [ColumnData], schema: ParquetSchema, options: ParquetWriterOptions
    ) throws -> [Chunk] {
        let work = ParallelColumns(columns, schema: schema, options: options)
        DispatchQueue.concurrentPerform(iterations: min(options.threads, columns.count)) { _ in
            while let number = work.waiting.withLock({ $0.popLast() }) {
                let chunk = Result { try work.chunk(number) }
                work.made.withLock { $0[number] = chunk }
            }
        }
        let made = work.made.withLock { $0 }
        return try columns.indices.compactMap { try made[$0]?.get() }
    }

    private func chunk(_ number: Int) throws -> Chunk {
        var bytes: [UInt8] = []
        let sink = PageSink { bytes.append(contentsOf: $0) }
        let metadata = try ColumnChunkWriter(
            column: schema.columns[number], options: options, sink: sink, page: OutputBuffer()
        ).write(columns[number])
        return Chunk(bytes: bytes, metadata: metadata)
    }
}

extension ColumnValues {
    /// About how many bytes there are to encode.
    fileprivate var size: Int {
        switch self {
        case .booleans(let values): values.count
        case .int32s(let values): 4 * values.count
        case .int64s(let values): 8 * values.count
        case .doubles(let values): 8 * values.count
        case .byteArrays(let values): values.bytes.count
        case .dictionary(let indices, let entries): 4 * indices.count + entries.bytes.count
        }
    }
}
