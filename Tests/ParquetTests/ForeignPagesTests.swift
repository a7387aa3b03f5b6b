import TestSupport
import Testing

@testable import Parquet

/// Pages that other writers make.
struct ForeignPagesTests {
    private static func texts(_ texts: [String]) -> [Cell] {
        texts.map { .bytes(Array($0.utf8)) }
    }

    private static func dictionary() -> ForeignPages {
        var pages = ForeignPages(ParquetColumn("a", .string), rows: 7)
        pages.append(.dictionary, values: 2, .plainDictionary, plain(["x", "yy"]))
        pages.append(.data, values: 3, .plainDictionary, [1] + runs([1, 0, 1], width: 1))
        pages.append(.data, values: 2, .plain, plain(["z", "x"]))
        pages.append(.data, values: 2, .rleDictionary, [1] + runs([0, 0], width: 1))
        return pages
    }

    private static func deltaStrings() -> ForeignPages {
        var pages = ForeignPages(ParquetColumn("a", .string), rows: 6)
        pages.append(
            .data, values: 3, .deltaLengthByteArray, deltas([2, 0, 3]) + Array("hiyou".utf8))
        pages.append(
            .data, values: 3, .deltaByteArray,
            deltas([0, 3, 1]) + deltas([4, 2, 0]) + Array("axisle".utf8))
        return pages
    }

    private static func version2() -> ForeignPages {
        var pages = ForeignPages(ParquetColumn("a", .int32, isOptional: true), rows: 5)
        pages.appendVersion2(
            values: 3, missing: 1, .deltaBinaryPacked, levels: runs([1, 0, 1], width: 1),
            deltas([5, -9]))
        pages.appendVersion2(
            values: 2, missing: 2, .plain, levels: runs([0, 0], width: 1), [])
        return pages
    }

    private static func streams() -> ForeignPages {
        let values = [1.5, -2.25, .infinity].map(\.bitPattern)
        let bytes = (0..<8).flatMap { byte in
            values.map { UInt8(truncatingIfNeeded: $0 >> UInt64(byte * 8)) }
        }
        var pages = ForeignPages(ParquetColumn("a", .double), rows: 3)
        pages.append(.data, values: 3, .byteStreamSplit, bytes)
        return pages
    }

    private static func booleanRuns() -> ForeignPages {
        let body = runs([1, 1, 0, 1], width: 1)
        var pages = ForeignPages(ParquetColumn("a", .boolean), rows: 4)
        pages.append(.data, values: 4, .rle, length(body.count) + body)
        return pages
    }

    private static func numberDictionary() -> ForeignPages {
        var pages = ForeignPages(ParquetColumn("a", .int64), rows: 4)
        pages.append(
            .dictionary, values: 2, .plain,
            [7] + [UInt8](repeating: 0, count: 7)
                + [UInt8](repeating: 0xff, count: 8))
        pages.append(.data, values: 4, .rleDictionary, [1] + runs([1, 0, 0, 1], width: 1))
        return pages
    }

    /// The times of INT96 that days and nanoseconds in them stand for.
    private static func int96(_ times: [(day: Int32, nanoseconds: Int64)]) -> [UInt8] {
        times.flatMap { time in
            withUnsafeBytes(of: time.nanoseconds.littleEndian) { Array($0) }
                + withUnsafeBytes(of: time.day.littleEndian) { Array($0) }
        }
    }

    private static func snappy() -> ForeignPages {
        var pages = ForeignPages(ParquetColumn("a", .int96Time), rows: 5)
        pages.codec = 1
        let dictionary = int96([(2_440_588, 7), (2_461_017, 3_600_000_000_000)])
        pages.append(
            .dictionary, values: 2, .plainDictionary, Snappy.block(of: dictionary),
            uncompressedSize: dictionary.count)
        let indices = [1] + runs([1, 0, 1], width: 1)
        pages.append(
            .data, values: 3, .rleDictionary, Snappy.block(of: indices),
            uncompressedSize: indices.count)
        let plain = int96([(2_440_587, 0), (2_440_588, 0)])
        pages.append(
            .data, values: 2, .plain, Snappy.block(of: plain), uncompressedSize: plain.count)
        return pages
    }

    @Test func `times of INT96 come back as nanoseconds, out of pages of Snappy`() throws {
        #expect(
            try Self.snappy().read()
                == ColumnData(
                    .int64s([
                        1_765_069_200_000_000_000, 7, 1_765_069_200_000_000_000,
                        -86_400_000_000_000, 0,
                    ])
                )
        )
    }

    @Test(arguments: [Int32.min, 0, 2_333_836, 2_547_340, Int32.max])
    func `a time of INT96 that 64 bits do not hold is named`(day: Int32) {
        var pages = ForeignPages(ParquetColumn("a", .int96Time), rows: 1)
        pages.append(.data, values: 1, .plain, Self.int96([(day, 0)]))

        #expect(throws: ParquetError.unsupported("INT96 times before 1677 or after 2262")) {
            try pages.read()
        }
    }

    @Test func `a column that leaves its dictionary comes back`() throws {
        let data = try Self.dictionary().read()

        #expect(Cell.cells(of: data) == Self.texts(["yy", "x", "yy", "z", "x", "x", "x"]))
    }

    @Test func `strings as lengths and as differences come back`() throws {
        let data = try Self.deltaStrings().read()

        #expect(Cell.cells(of: data) == Self.texts(["hi", "", "you", "axis", "axile", "a"]))
    }

    @Test func `pages of version 2 come back`() throws {
        let data = try Self.version2().read()

        #expect(Cell.cells(of: data) == [.integer(5), .none, .integer(-9), .none, .none])
    }

    @Test func `doubles in streams come back`() throws {
        #expect(try Self.streams().read() == ColumnData(.doubles([1.5, -2.25, .infinity])))
    }

    @Test func `booleans in runs come back`() throws {
        #expect(
            try Self.booleanRuns().read() == ColumnData(.booleans([true, true, false, true])))
    }

    @Test func `numbers with a dictionary come back`() throws {
        #expect(try Self.numberDictionary().read() == ColumnData(.int64s([-1, 7, 7, -1])))
    }

    @Test func `differences of 64 bits between integers of 32 come back`() throws {
        let wide = encoded { output in
            [Int64(Int32.min), Int64(Int32.max), 0].withUnsafeBufferPointer {
                DeltaEncoder.encode($0, to: output)
            }
        }
        var pages = ForeignPages(ParquetColumn("a", .int32), rows: 3)
        pages.append(.data, values: 3, .deltaBinaryPacked, wide)

        #expect(try pages.read() == ColumnData(.int32s([.min, .max, 0])))
    }

    @Test func `levels of the deprecated encoding are named`() {
        let pages = ForeignPages(ParquetColumn("a", .boolean, isOptional: true), rows: 1)
        let header = ThriftWriter.bytes { header in
            header.int32(1, 0)
            header.int32(2, 2)
            header.int32(3, 2)
            header.structure(5) { page in
                page.int32(1, 1)
                page.int32(2, 0)
                page.int32(3, 4)
                page.int32(4, 4)
            }
        }

        #expect(
            throws: ParquetError.unsupported("levels of the deprecated encoding BIT_PACKED")
        ) { try pages.read(header + [1, 1]) }
    }

    /// Without checksums, so that damage reaches the decoders.
    @Test(arguments: Fuzzing.seeds(20))
    func `mutated pages are an error or other values`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for pages in [
            Self.dictionary(), Self.deltaStrings(), Self.version2(), Self.streams(),
            Self.booleanRuns(), Self.numberDictionary(), Self.snappy(),
        ] {
            for _ in 0..<60 {
                var bytes = pages.bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: bytes.indices, using: &generator)
                    switch generator.pick([0, 1, 2]) {
                    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    case 1: bytes[place] = generator.pick([0, 1, 0x7f, 0x80, 0xff])
                    default: bytes.insert(generator.pick([0, 0x80, 0xff]), at: place)
                    }
                }
                var damaged = pages
                damaged.rows = generator.pick([pages.rows, pages.rows, 1 << 13])
                do {
                    let data = try damaged.read(bytes)
                    #expect(data.rows == damaged.rows)
                } catch {}
            }
        }
    }
}
