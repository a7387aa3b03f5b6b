import Testing

@testable import Parquet

/// The bounds that the footer gives for a column chunk.
struct StatisticsTests {
    private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func texts(_ texts: [String]) -> ColumnValues {
        .byteArrays(ByteArrays(texts.map { Array($0.utf8) }))
    }

    @Test(arguments: [
        (ColumnValues.booleans([true, true]), [1], [1]),
        (.booleans([true, false]), [0], [1]),
        (.int32s([3, -1, 2]), little(Int32(-1)), little(Int32(3))),
        (.int64s([.max, .min]), little(Int64.min), little(Int64.max)),
        (.doubles([2, -1]), little((-1.0).bitPattern), little((2.0).bitPattern)),
        (.doubles([0.0]), little((-0.0).bitPattern), little((0.0).bitPattern)),
        (.doubles([-0.0]), little((-0.0).bitPattern), little((0.0).bitPattern)),
        (texts(["b", "a", "aa", "é"]), Array("a".utf8), Array("é".utf8)),
        (texts(["", "a"]), [], Array("a".utf8)),
        (
            texts([String(repeating: "a", count: 64)]), [UInt8](repeating: 97, count: 64),
            [UInt8](repeating: 97, count: 64)
        ),
    ])
    func `bounds are in the order of the type`(
        values: ColumnValues, minimum: [UInt8], maximum: [UInt8]
    ) {
        let statistics = ColumnStatistics(of: values, nullCount: 3)

        #expect(statistics.minimum == minimum)
        #expect(statistics.maximum == maximum)
        #expect(statistics.nullCount == 3)
    }

    @Test(arguments: [
        ColumnValues.int64s([]), .doubles([1, .nan]), texts([]),
        texts(["a", String(repeating: "b", count: 65)]),
    ])
    func `there are no bounds where none would hold`(values: ColumnValues) {
        let statistics = ColumnStatistics(of: values, nullCount: 0)

        #expect(statistics.minimum == nil)
        #expect(statistics.maximum == nil)
    }

    @Test func `entries that no row names do not count`() throws {
        let file = MemoryFile(
            schema: ParquetSchema([ParquetColumn("a", .string)]),
            rowGroups: [
                [
                    ColumnData(
                        .dictionary(
                            indices: [1, 2],
                            entries: ByteArrays(
                                ["a", "m", "n", "z"]
                                    .map { Array($0.utf8) })))
                ]
            ]
        )

        let bytes = try file.bytes()
        let tail = Array(bytes.suffix(8))
        let size = Int(tail[0]) | Int(tail[1]) << 8
        let footer = try FileMetadata(
            footer: bytes, in: bytes.count - 8 - size..<bytes.count - 8)

        let statistics = try #require(footer.rowGroups.first?.columns.first?.statistics)
        #expect(statistics.minimum == Array("m".utf8))
        #expect(statistics.maximum == Array("n".utf8))
    }
}
