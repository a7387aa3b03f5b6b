import Testing

@testable import Parquet

/// Which columns of a file can be read.
struct SchemaTests {
    private static func leaf(_ name: String, _ type: Int32) -> SchemaElement {
        SchemaElement(type: type, repetition: 0, name: name)
    }

    private static func group(_ name: String, _ children: Int) -> SchemaElement {
        SchemaElement(name: name, children: children)
    }

    @Test func `flat columns beside nested ones keep their places`() throws {
        let schema = try FileSchema([
            Self.group("root", 3), Self.leaf("a", 1), Self.group("list", 1),
            Self.group("inner", 2), Self.leaf("x", 1), Self.leaf("y", 2), Self.leaf("b", 2),
        ])

        #expect(schema.columns.map(\.column.name) == ["a", "b"])
        #expect(schema.columns.map(\.leaf) == [0, 3])
        #expect(schema.leaves == 4)
        #expect(schema.unsupported.map(\.name) == ["list"])
    }

    @Test(arguments: [
        ("FLOAT", leaf("a", 4)), ("FIXED_LEN_BYTE_ARRAY", leaf("a", 7)),
        ("repeated", SchemaElement(type: 1, repetition: 2, name: "a")),
        ("DECIMAL", SchemaElement(type: 1, repetition: 0, name: "a", convertedType: 5)),
        ("unsigned", SchemaElement(type: 1, repetition: 0, name: "a", convertedType: 13)),
    ])
    func `what cannot be read is named`(word: String, element: SchemaElement) throws {
        let schema = try FileSchema([Self.group("root", 1), element])

        #expect(schema.columns.isEmpty)
        #expect(schema.unsupported.first?.error.description.contains(word) == true)
    }

    @Test(arguments: [
        (Int32(1), Int32(6), ParquetType.date), (6, 0, .string),
        (2, 9, .timestamp(.milliseconds, isAdjustedToUTC: true)),
        (2, 10, .timestamp(.microseconds, isAdjustedToUTC: true)), (1, 15, .int32), (2, 18, .int64),
    ])
    func `the older annotations are understood`(
        type: Int32, converted: Int32, expected: ParquetType
    ) throws {
        let element = SchemaElement(
            type: type, repetition: 0, name: "a", convertedType: converted)

        let schema = try FileSchema([Self.group("root", 1), element])

        #expect(schema.columns.map(\.column.type) == [expected])
    }

    @Test(arguments: [
        (
            SchemaElement(
                type: 2, repetition: 0, name: "a",
                logicalType: .timestamp(unit: .nanoseconds, isAdjustedToUTC: false)),
            ParquetType.timestamp(.nanoseconds, isAdjustedToUTC: false)
        ),
        (leaf("a", 3), .int96Time),
    ])
    func `times of nanoseconds are understood`(
        element: SchemaElement, expected: ParquetType
    ) throws {
        let schema = try FileSchema([Self.group("root", 1), element])

        #expect(schema.columns.map(\.column.type) == [expected])
    }

    @Test(arguments: [
        [], [group("root", 2), leaf("a", 1)],
        [group("root", 1), group("g", 1 << 40), leaf("a", 1)],
        [group("root", 1), leaf("a", 1), leaf("b", 1)],
        [group("root", 2), leaf("a", 1), leaf("a", 1)], [group("root", 1), leaf("a", 99)],
    ])
    func `elements that are no tree of columns are an error`(elements: [SchemaElement]) {
        #expect(throws: ParquetError.self) {
            let schema = try FileSchema(elements)
            if let first = schema.unsupported.first { throw first.error }
        }
    }
}
