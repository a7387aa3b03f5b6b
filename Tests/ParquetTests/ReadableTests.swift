import Parquet
import TestSupport
import Testing

/// Whatever is written can be read under the limits that it was written for, or is not written.
struct ReadableTests {
    /// Limits that a few rows reach.
    private static let limits = ParquetLimits(
        maximumFooterBytes: 1 << 18, maximumRowGroupRows: 32, maximumBytes: 1 << 14)

    private static let schema = ParquetSchema([
        ParquetColumn("text", .string), ParquetColumn("rare", .string, isOptional: true),
        ParquetColumn("name", .string), ParquetColumn("bytes", .bytes, isOptional: true),
        ParquetColumn("count", .int64), ParquetColumn("small", .int32, isOptional: true),
        ParquetColumn("flag", .boolean), ParquetColumn("share", .double),
    ])

    private static func cells(_ rowGroups: [[ColumnData]]) -> [[Cell]] {
        schema.columns.indices.map { column in
            rowGroups.flatMap { Cell.cells(of: $0[column]) }
        }
    }

    /// Writes a file and reads it back as a reader under the same limits does.
    private static func check(_ file: MemoryFile, _ options: ParquetWriterOptions) throws {
        let reader = try ParquetReader(try file.bytes(options), limits: options.limits)
        let read = try reader.rowGroupRows.indices.map { try reader.read(rowGroup: $0) }

        #expect(reader.rowGroupRows.allSatisfy { $0 <= options.limits.maximumRowGroupRows })
        #expect(cells(read) == cells(file.rowGroups))
    }

    private static func options(_ random: inout SeededGenerator) -> ParquetWriterOptions {
        ParquetWriterOptions(
            codec: random.pick([.none, .gzip(level: 1), .gzipWithoutRepeats]),
            layout: random.pick([.plain, .delta]), maximumPageRows: random.pick([1, 7, 1 << 16]),
            maximumPageBytes: random.pick([1, 1000, 1 << 20]),
            maximumDictionaryBytes: random.pick([0, 500, limits.maximumBytes / 4, 1 << 23]),
            maximumRowGroupBytes: random.pick([1, 500, limits.maximumBytes / 4]),
            limits: limits, threads: random.pick([1, 3]))
    }

    @Test(arguments: Fuzzing.seeds(40))
    func `extreme rows come back`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var rows = ExtremeRows(
            random: random, sizes: [0, 1, 63, 64, 65, 999, Self.limits.maximumBytes / 4])
        let file = MemoryFile(
            schema: Self.schema,
            rowGroups: (0..<random.pick([1, 3])).map { _ in
                rows.rowGroup(Self.schema, rows: random.pick([0, 1, 2, 31, 32, 33, 80]))
            })

        try Self.check(file, Self.options(&random))
    }

    @Test(arguments: Fuzzing.seeds(40))
    func `rows at the limit come back or are refused`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let largest = Self.limits.maximumBytes
        let size = largest + random.pick([-2000, -1100, -1030, -1000, -9, -5, -4, -1, 0, 1, 5000])
        var rows = ExtremeRows(random: random, sizes: [0, size])
        let file = MemoryFile(
            schema: Self.schema, rowGroups: [rows.rowGroup(Self.schema, rows: random.pick([1, 4]))])

        do {
            try Self.check(file, Self.options(&random))
        } catch let error as ParquetError {
            guard case .overLimit = error else { throw error }
            #expect(size > largest - 1100)
        }
    }

    @Test func `names that no row group has room for become several`() throws {
        let names = ByteArrays((0..<1100).map { [UInt8](repeating: 97, count: 996) + "\($0)".utf8 })
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .string), ParquetColumn("b", .int64)]),
            rowGroups: [
                [
                    ColumnData(.dictionary(indices: Array(0..<1100), entries: names)),
                    ColumnData(.int64s(Array(0..<1100))),
                ]
            ])
        let options = ParquetWriterOptions(
            maximumDictionaryBytes: 1 << 13, maximumRowGroupBytes: 1 << 18,
            limits: ParquetLimits(maximumBytes: 1 << 20))

        let reader = try ParquetReader(try file.bytes(options), limits: options.limits)

        #expect(reader.rowGroupRows.count == 5 && reader.rowGroupRows.reduce(0, +) == 1100)
        let read = try reader.rowGroupRows.indices.flatMap {
            Cell.cells(of: try reader.read(rowGroup: $0)[0])
        }
        #expect(read == Cell.cells(of: file.rowGroups[0][0]))
    }

    @Test func `few names of many rows stay one row group`() throws {
        let names = ByteArrays([[UInt8](repeating: 97, count: 4000), [98]])
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .string)]),
            rowGroups: [
                [
                    ColumnData(
                        .dictionary(indices: (0..<1000).map { $0 % 2 }, entries: names))
                ]
            ])

        let bytes = try file.bytes(
            ParquetWriterOptions(maximumDictionaryBytes: 5000, maximumRowGroupBytes: 10))

        #expect(try ParquetReader(bytes).rowGroupRows == [1000])
    }

    @Test(arguments: [
        (ParquetLimits(maximumFooterBytes: 3000), "a footer of"),
        (ParquetLimits(maximumBytes: 999), "in one column"),
    ])
    func `what no reader takes is no file`(limits: ParquetLimits, words: String) throws {
        let text = [UInt8](repeating: 97, count: 1000)
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .string)]),
            rowGroups: [[ColumnData(.byteArrays(ByteArrays((0..<100).map { _ in text })))]])

        let error = #expect(throws: ParquetError.self) {
            try file.bytes(ParquetWriterOptions(maximumRowGroupBytes: 1, limits: limits))
        }

        #expect(error?.description.contains(words) == true, "\(error as Any)")
    }
}

/// Rows whose values are as long, as many and as large as can be.
private struct ExtremeRows {
    var random: SeededGenerator
    /// Bytes of texts.
    let sizes: [Int]

    mutating func rowGroup(_ schema: ParquetSchema, rows: Int) -> [ColumnData] {
        schema.columns.map { column in
            let share = column.isOptional ? random.pick([0, 10, 100]) : 100
            let presence = (0..<rows).map { _ in random.happens(percent: share) }
            let count = presence.count { $0 }
            let values = values(of: column, count: count)
            return ColumnData(values, presence: column.isOptional ? presence : nil)
        }
    }

    private mutating func values(of column: ParquetColumn, count: Int) -> ColumnValues {
        switch column.type {
        case .boolean: return .booleans((0..<count).map { _ in random.happens(percent: 50) })
        case .int32: return .int32s((0..<count).map { _ in random.pick([.min, .max, 0, -1]) })
        case .int64: return .int64s((0..<count).map { _ in random.pick([.min, .max, 0, -1]) })
        case .double:
            return .doubles((0..<count).map { _ in random.pick([.nan, -0.0, .infinity]) })
        default: break
        }
        // Few long ones, or many that are all different.
        let isDistinct = random.happens(percent: 30)
        let byte: UInt8 = random.pick([0, 97, 255])
        let size = random.pick(sizes)
        func text(_ number: Int) -> [UInt8] {
            let mark = isDistinct ? Array("\(number)".utf8) : []
            return [UInt8](repeating: byte, count: max(0, size - mark.count)) + mark
        }
        if random.happens(percent: 50) {
            return .byteArrays(ByteArrays((0..<count).map { text($0 % (isDistinct ? count : 2)) }))
        }
        let entries = ByteArrays((0..<max(1, isDistinct ? count : 2)).map { text($0) })
        return .dictionary(
            indices: (0..<count).map { UInt32(entries.count - 1 - $0 % entries.count) },
            entries: entries)
    }
}
