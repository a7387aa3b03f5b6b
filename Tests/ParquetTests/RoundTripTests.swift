import Parquet
import TestSupport
import Testing

/// What ``ParquetWriter`` writes, as ``ParquetReader`` reads it.
struct RoundTripTests {
    static let layouts: [ParquetWriterOptions] = [
        ParquetWriterOptions(),
        ParquetWriterOptions(codec: .gzip(level: 6)),
        ParquetWriterOptions(layout: .plain),
        ParquetWriterOptions(codec: .gzip(level: 1), layout: .plain, maximumPageRows: 7),
        ParquetWriterOptions(codec: .gzipWithoutRepeats),
        ParquetWriterOptions(codecs: ["required0": .gzip(level: 1)], threads: 3),
        ParquetWriterOptions(maximumPageRows: 1),
        ParquetWriterOptions(maximumPageBytes: 30, maximumDictionaryBytes: 40),
    ]

    @Test(arguments: layouts, [0, 1, 2, 8, 100, 1000])
    func `every type comes back`(options: ParquetWriterOptions, rows: Int) throws {
        for rowGroups in [0, 1, 3] {
            var columns = RandomColumns(generator: SeededGenerator(seed: UInt64(rows + rowGroups)))
            let file = columns.file(rowGroups: rowGroups, rows: rows)

            let reader = try ParquetReader(try file.bytes(options))

            #expect(reader.columns == file.schema.columns)
            #expect(reader.rowGroupRows == (rows == 0 ? [] : file.rowGroups.map { _ in rows }))
            for index in reader.rowGroupRows.indices {
                let read = try reader.read(rowGroup: index)
                #expect(read.map(Cell.cells) == file.rowGroups[index].map(Cell.cells))
            }
        }
    }

    @Test(arguments: layouts, [2, 5])
    func `any number of threads writes the same bytes`(
        options: ParquetWriterOptions, threads: Int
    ) throws {
        var columns = RandomColumns(generator: SeededGenerator(seed: 9))
        let file = columns.file(rowGroups: 3, rows: 1000)
        var parallel = options
        parallel.threads = threads

        #expect(try file.bytes(parallel) == file.bytes(options))
    }

    @Test(arguments: layouts)
    func `a row group of many pages comes back`(options: ParquetWriterOptions) throws {
        var columns = RandomColumns(generator: SeededGenerator(seed: 5))
        let file = columns.file(rowGroups: 1, rows: options.maximumPageRows > 7 ? 70_000 : 3000)

        let reader = try ParquetReader(try file.bytes(options))

        for (column, data) in zip(file.schema.columns, file.rowGroups[0]) {
            let read = try reader.read(rowGroup: 0, columns: [column.name])
            #expect(read.map(Cell.cells) == [Cell.cells(of: data)], "\(column)")
        }
    }

    @Test(arguments: layouts)
    func `a text of a megabyte comes back`(options: ParquetWriterOptions) throws {
        let long = [UInt8](repeating: 97, count: 1 << 20)
        let texts = ByteArrays([[], long, [98], long, long])
        let file = MemoryFile(
            schema: ParquetSchema([
                ParquetColumn("a", .string), ParquetColumn("b", .bytes, isOptional: true),
            ]),
            rowGroups: [
                [
                    ColumnData(.byteArrays(texts)),
                    ColumnData(
                        .dictionary(indices: [4, 2, 0], entries: texts),
                        presence: [true, false, true, false, true]
                    ),
                ]
            ]
        )

        let read = try ParquetReader(try file.bytes(options)).read(rowGroup: 0)

        #expect(read.map(Cell.cells) == file.rowGroups[0].map(Cell.cells))
    }

    @Test func `a page that begins as gzip does is not inflated twice`() throws {
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .int64)]),
            rowGroups: [[ColumnData(.int64s([0x088b1f, 0x088b1f, 1]))]]
        )

        let bytes = try file.bytes(
            ParquetWriterOptions(codec: .gzip(level: 6), layout: .plain))

        #expect(try ParquetReader(bytes).read(rowGroup: 0) == file.rowGroups[0])
    }

    @Test func `columns are read in the order asked for, and no others`() throws {
        let file = MemoryFile(
            schema: ParquetSchema([
                ParquetColumn("a", .int32), ParquetColumn("b", .boolean),
                ParquetColumn("c", .int64),
            ]),
            rowGroups: [
                [
                    ColumnData(.int32s([1, 2])), ColumnData(.booleans([true, false])),
                    ColumnData(.int64s([3, 4])),
                ]
            ]
        )
        let bytes = try file.bytes()
        var reads: [Int] = []
        let reader = try ParquetReader(size: bytes.count) { offset, count in
            reads.append(count)
            return Array(bytes[offset..<offset + count])
        }

        let read = try reader.read(rowGroup: 0, columns: ["c", "a"])

        #expect(read == [file.rowGroups[0][2], file.rowGroups[0][0]])
        #expect(reads.count == 4)
        #expect(throws: ParquetError.noSuchColumn("d")) {
            try reader.read(rowGroup: 0, columns: ["a", "d"])
        }
    }

    @Test func `the bytes depend on the rows, not on how a dictionary is numbered`() throws {
        func bytes(_ indices: [UInt32], _ entries: [String]) throws -> [UInt8] {
            let entries = ByteArrays(entries.map { Array($0.utf8) })
            return try MemoryFile(
                schema: ParquetSchema([ParquetColumn("a", .string)]),
                rowGroups: [[ColumnData(.dictionary(indices: indices, entries: entries))]]
            ).bytes()
        }

        let first = try bytes([0, 1, 0, 2], ["x", "y", "z"])

        #expect(try bytes([2, 3, 2, 0], ["z", "unused", "x", "y"]) == first)
        #expect(try bytes([0, 1, 0, 1], ["x", "y", "z"]) != first)
    }

    @Test func `metadata and the writer's name are in the footer`() throws {
        let options = ParquetWriterOptions(
            metadata: ["b": "2", "a": "ä"], createdBy: "a test version 1")

        let reader = try ParquetReader(
            try MemoryFile(schema: ParquetSchema([]), rowGroups: []).bytes(options))

        #expect(reader.metadata == ["b": "2", "a": "ä"])
        #expect(reader.createdBy == "a test version 1")
    }
}
