import Parquet
import TestSupport

/// A file in memory.
struct MemoryFile {
    var schema: ParquetSchema
    var rowGroups: [[ColumnData]]

    func bytes(_ options: ParquetWriterOptions = ParquetWriterOptions()) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = try ParquetWriter(schema: schema, options: options) {
            bytes.append(contentsOf: $0)
        }
        for rowGroup in rowGroups { try writer.write(rowGroup) }
        try writer.finish()
        return bytes
    }
}

extension ParquetReader {
    init(_ bytes: [UInt8], limits: ParquetLimits = ParquetLimits()) throws {
        try self.init(size: bytes.count, limits: limits) { offset, count in
            Array(bytes[offset..<offset + count])
        }
    }
}

/// A value of any type, or none, to compare columns that are laid out in different ways.
enum Cell: Hashable {
    case none
    case boolean(Bool)
    case integer(Int64)
    /// The bits, so that NaN equals itself and zeros differ.
    case double(UInt64)
    case bytes([UInt8])

    static func cells(of data: ColumnData) -> [Cell] {
        let values: [Cell] =
            switch data.values {
            case .booleans(let values): values.map { .boolean($0) }
            case .int32s(let values): values.map { .integer(Int64($0)) }
            case .int64s(let values): values.map { .integer($0) }
            case .doubles(let values): values.map { .double($0.bitPattern) }
            case .byteArrays(let values): (0..<values.count).map { .bytes(Array(values[$0])) }
            case .dictionary(let indices, let entries):
                indices.map { .bytes(Array(entries[Int($0)])) }
            }
        guard let presence = data.presence else { return values }
        var iterator = values.makeIterator()
        return presence.map { $0 ? iterator.next() ?? .none : .none }
    }
}

/// Columns of random values.
struct RandomColumns {
    var generator: SeededGenerator

    static let types: [ParquetType] = [
        .boolean, .int32, .int64, .double, .bytes, .string, .date,
        .timestamp(.milliseconds, isAdjustedToUTC: true),
        .timestamp(.microseconds, isAdjustedToUTC: false),
        .timestamp(.nanoseconds, isAdjustedToUTC: true),
    ]

    /// Every type, required and optional.
    static let schema = ParquetSchema(
        types.enumerated().flatMap { index, type in
            [
                ParquetColumn("required\(index)", type),
                ParquetColumn("optional\(index)", type, isOptional: true),
            ]
        }
    )

    mutating func file(rowGroups: Int, rows: Int) -> MemoryFile {
        MemoryFile(
            schema: Self.schema,
            rowGroups: (0..<rowGroups).map { _ in
                Self.schema.columns.map { data(for: $0, rows: rows) }
            }
        )
    }

    mutating func data(for column: ParquetColumn, rows: Int) -> ColumnData {
        guard column.isOptional, generator.happens(percent: 85) else {
            return ColumnData(values(of: column.type, count: rows))
        }
        let share = generator.pick([0, 1, 50, 99, 100])
        let presence = (0..<rows).map { _ in generator.happens(percent: share) }
        let count = presence.filter { $0 }.count
        return ColumnData(values(of: column.type, count: count), presence: presence)
    }

    private mutating func values(of type: ParquetType, count: Int) -> ColumnValues {
        let spread = generator.pick([Int64(0), 3, 1000, 1 << 40])
        switch type {
        case .boolean:
            return .booleans((0..<count).map { _ in generator.happens(percent: 40) })
        case .int32, .date:
            return .int32s(
                (0..<count).map { _ in
                    generator.happens(percent: 3)
                        ? generator.pick([.min, .max, 0]) : Int32(truncatingIfNeeded: near(spread))
                }
            )
        case .int64, .timestamp, .int96Time:
            return .int64s(
                (0..<count).map { _ in
                    generator.happens(percent: 3) ? generator.pick([.min, .max, 0]) : near(spread)
                }
            )
        case .double:
            return .doubles(
                (0..<count).map { _ in
                    generator.pick([0, -0.0, 1.5, .nan, .infinity, -.leastNonzeroMagnitude, .pi])
                }
            )
        case .bytes, .string:
            let entries = ByteArrays(
                (0..<generator.pick([1, 2, 9, 300])).map { Array("\($0 &* 77)".utf8) } + [[]])
            let indices = (0..<count).map { _ in
                UInt32.random(in: 0..<UInt32(entries.count), using: &generator)
            }
            guard generator.happens(percent: 50) else {
                return .byteArrays(ByteArrays(indices.map { entries[Int($0)] }))
            }
            return .dictionary(indices: indices, entries: entries)
        }
    }

    private mutating func near(_ spread: Int64) -> Int64 {
        Int64.random(in: -spread...spread, using: &generator)
    }
}
