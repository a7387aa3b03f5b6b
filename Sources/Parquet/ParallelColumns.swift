import Foundation
import Synchronization

/// The column chunks of a row group, made by several threads at once and in memory.
///
/// Their bytes are those that one thread makes; only where they lie in the file is not known yet.
final class ParallelColumns: Sendable {
    /// A column chunk whose offsets count from its own beginning.
    struct Chunk {
        /// Its bytes, in pieces, so that they are not moved as they grow.
        var pieces: [[UInt8]]
        var metadata: ColumnMetadata
    }

    private let schema: ParquetSchema
    private let options: ParquetWriterOptions
    /// Columns that no thread has begun, and their numbers. Those with the most bytes are first and
    /// begun last: by then the others need little memory.
    private let waiting: Mutex<[(number: Int, data: ColumnData)]>
    private let made: Mutex<[Int: Result<Chunk, any Error>]>

    private init(
        _ columns: consuming [ColumnData], schema: ParquetSchema, options: ParquetWriterOptions
    ) {
        self.schema = schema
        self.options = options
        let numbered = columns.enumerated().map { (number: $0.offset, data: $0.element) }
        waiting = Mutex(numbered.sorted { $0.data.values.size > $1.data.values.size })
        made = Mutex([:])
    }

    /// All chunks, in the order of their columns; each column is let go once its chunk is made.
    ///
    /// - Throws: ``ParquetError/overLimit(_:)``.
    static func chunks(
        of columns: consuming [ColumnData], schema: ParquetSchema, options: ParquetWriterOptions
    ) throws -> [Chunk] {
        let threads = min(options.threads, columns.count)
        let work = ParallelColumns(columns, schema: schema, options: options)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while let (number, data) = work.waiting.withLock({ $0.popLast() }) {
                let chunk = Result { try work.chunk(number, of: data) }
                work.made.withLock { $0[number] = chunk }
            }
        }
        let made = work.made.withLock { $0 }
        return try schema.columns.indices.compactMap { try made[$0]?.get() }
    }

    private func chunk(_ number: Int, of data: ColumnData) throws -> Chunk {
        var pieces: [[UInt8]] = []
        let sink = PageSink { pieces.append(Array($0)) }
        let metadata = try ColumnChunkWriter(
            column: schema.columns[number], options: options, sink: sink, page: OutputBuffer()
        ).write(data)
        return Chunk(pieces: pieces, metadata: metadata)
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
