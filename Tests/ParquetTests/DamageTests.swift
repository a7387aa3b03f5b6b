import Parquet
import TestSupport
import Testing

/// Files that are not what they should be.
struct DamageTests {
    private static let limits = ParquetLimits(maximumRowGroupRows: 1 << 14, maximumBytes: 1 << 22)

    private static func readAll(_ bytes: [UInt8]) throws {
        let reader = try ParquetReader(bytes, limits: limits)
        for index in reader.rowGroupRows.indices {
            for column in reader.columns {
                // One column that cannot be read does not keep the others from being tried.
                do {
                    let data = try reader.read(rowGroup: index, columns: [column.name])
                    #expect(data.first?.rows == reader.rowGroupRows[index])
                } catch is ParquetError {}
            }
        }
    }

    @Test func `a footer over its limit is refused before it is read`() {
        let size = ParquetLimits().maximumFooterBytes + 1
        let magic = Array("PAR1".utf8)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        let bytes = magic + [UInt8](repeating: 0, count: size) + length + magic

        #expect(throws: ParquetError.overLimit("a footer of \(size) bytes")) {
            try ParquetReader(bytes, limits: ParquetLimits())
        }
    }

    private static func file(_ seed: UInt64) throws -> [UInt8] {
        var columns = RandomColumns(generator: SeededGenerator(seed: seed))
        return try columns.file(rowGroups: 2, rows: 40).bytes(
            RoundTripTests.layouts[Int(seed) % RoundTripTests.layouts.count])
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `a mutated file is an error or other rows`(seed: UInt64) throws {
        let whole = try Self.file(seed)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                // The footer is where most can go wrong.
                let start = generator.happens(percent: 60) ? bytes.count * 2 / 3 : 0
                let place = Int.random(in: start..<bytes.count, using: &generator)
                switch generator.pick([0, 1, 2, 3]) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: bytes[place] = generator.pick([0, 1, 0x7f, 0x80, 0xff])
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 3))
                default:
                    bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            do { try Self.readAll(bytes) } catch is ParquetError {}
        }
    }

    @Test func `a file cut anywhere is an error`() throws {
        let whole = try Self.file(1)

        for count in stride(from: 0, to: whole.count, by: 13) {
            #expect(throws: ParquetError.self) { try ParquetReader(Array(whole[..<count])) }
        }
    }

    @Test func `a flipped bit in a page is noticed`() throws {
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .bytes)]),
            rowGroups: [[ColumnData(.byteArrays(ByteArrays([Array("abcdefgh".utf8)])))]]
        )
        var bytes = try file.bytes()
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "d")))
        bytes[place] ^= 1

        let reader = try ParquetReader(bytes)

        #expect(throws: ParquetError.damaged("a page's checksum is wrong")) {
            try reader.read(rowGroup: 0)
        }
    }

    @Test func `more rows than allowed are an error before they are unpacked`() throws {
        let bytes = try MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .boolean)]),
            rowGroups: [[ColumnData(.booleans([true, false]))]]
        ).bytes()

        let reader = try ParquetReader(bytes, limits: ParquetLimits(maximumRowGroupRows: 1))

        #expect(throws: ParquetError.overLimit("a row group of 2 rows")) {
            try reader.read(rowGroup: 0)
        }
    }
}
