import Foundation
import Parquet

/// How long it takes to write rows of eleven columns: a timestamp, four dictionaries, five integers
/// and an optional text.
struct Measurement {
    var rows: Int

    func run() throws {
        let data = columns()
        let schema = ParquetSchema(
            [ParquetColumn("time", .timestamp(.microseconds, isAdjustedToUTC: true))]
                + (0..<4).map { ParquetColumn("text\($0)", .string) }
                + (0..<5).map { ParquetColumn("count\($0)", .int64) }
                + [ParquetColumn("note", .string, isOptional: true)]
        )
        for codec in [ParquetWriterOptions.Codec.none, .gzip(level: 1), .gzip(level: 6)] {
            var file: [UInt8] = []
            file.reserveCapacity(rows * 100)
            let writing = try time {
                let writer = try ParquetWriter(
                    schema: schema, options: ParquetWriterOptions(codec: codec)
                ) { file.append(contentsOf: $0) }
                try writer.write(data)
                try writer.finish()
            }
            let reading = try time {
                let reader = try ParquetReader(size: file.count) { Array(file[$0..<$0 + $1]) }
                _ = try reader.read(rowGroup: 0)
            }
            let size = Double(file.count) / Double(rows)
            print("\(codec): \(size) bytes a row, \(writing) ns to write, \(reading) ns to read")
        }
    }

    /// Nanoseconds a row.
    private func time(_ body: () throws -> Void) rethrows -> Int {
        let duration = try ContinuousClock().measure(body)
        return Int(Double(duration / .nanoseconds(1)) / Double(rows))
    }

    private func columns() -> [ColumnData] {
        var state: UInt64 = 1
        func random(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        let times = (0..<rows).map { Int64($0) * 86_400_000_000 / Int64(rows) + Int64(random(999)) }
        let texts = [200, 40_000, 12, 3].map { (entries: Int) in
            ColumnValues.dictionary(
                indices: (0..<rows).map { _ in UInt32(random(UInt64(entries))) },
                entries: ByteArrays((0..<entries).map { Array("entry-number-\($0)".utf8) })
            )
        }
        let counts = [4000, 900, 20_000, 2, 1].map { (limit: UInt64) in
            ColumnValues.int64s((0..<rows).map { _ in Int64(random(limit)) })
        }
        let presence = (0..<rows).map { _ in random(10) == 0 }
        let notes = ByteArrays(
            presence.filter { $0 }.map { _ in Array("note \(random(1 << 40))".utf8) })
        return [ColumnData(.int64s(times))]
            + (texts + counts).map { ColumnData($0) }
            + [ColumnData(.byteArrays(notes), presence: presence)]
    }
}
