import Testing

@testable import Parquet

/// Thrift's compact protocol, as ``ThriftWriter`` and ``ThriftReader`` speak it.
struct ThriftTests {
    @Test func `fields have the bytes that the protocol gives them`() {
        let bytes = ThriftWriter.bytes { writer in
            writer.bool(1, true)
            writer.int32(2, -1)
            writer.int64(20, 300)
            writer.binary(21, [7, 8])
            writer.list(22, of: .int32, count: 2)
            writer.int32Element(1)
            writer.int32Element(-2)
            writer.structure(23) { $0.bool(1, false) }
        }

        #expect(
            bytes == [
                0x11, 0x15, 0x01, 0x06, 0x28, 0xd8, 0x04, 0x18, 0x02, 7, 8, 0x19, 0x25, 0x02, 0x03,
                0x1c, 0x12, 0x00, 0x00,
            ]
        )
    }

    @Test(arguments: [Int.min, -1, 0, 1, 63, 64, 1 << 31, Int.max])
    func `integers come back`(value: Int) throws {
        let bytes = ThriftWriter.bytes { $0.int64(3, value) }

        var reader = ThriftReader(bytes, in: 0..<bytes.count)
        var field = 0
        let type = try #require(try reader.next(&field))

        #expect(field == 3)
        #expect(try reader.int64(type) == value)
        #expect(try reader.next(&field) == nil)
        #expect(reader.position == bytes.count)
    }

    @Test(arguments: [0, 1, 14, 15, 200])
    func `lists of any length come back`(count: Int) throws {
        let bytes = ThriftWriter.bytes { writer in
            writer.list(1, of: .binary, count: count)
            for index in 0..<count { writer.binaryElement(String(index).utf8) }
        }

        var reader = ThriftReader(bytes, in: 0..<bytes.count)
        var field = 0
        let type = try #require(try reader.next(&field))

        #expect(try reader.list(type, of: .binary) == count)
        for index in 0..<count { #expect(try reader.string(.binary) == String(index)) }
        #expect(try reader.next(&field) == nil)
    }

    @Test func `what is not known is passed over`() throws {
        let unknown: [UInt8] = [
            0x13, 0x05,  // a byte
            0x17, 1, 2, 3, 4, 5, 6, 7, 8,  // a double
            0x1b, 0x01, 0x81, 0x01, 0x61, 0x01,  // a map of a text to a boolean
            0x19, 0x21, 0x01, 0x02,  // a list of booleans
            0x1d, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,  // a UUID
            0x1c, 0x15, 0x02, 0x00,  // a structure
            0x15, 0x06,  // the integer 3
            0x00,
        ]

        var reader = ThriftReader(unknown, in: 0..<unknown.count)
        var field = 0
        var found: Int32?
        while let type = try reader.next(&field) {
            if field == 7 { found = try reader.int32(type) } else { try reader.skip(type) }
        }

        #expect(found == 3)
    }

    @Test(arguments: [
        ("a list of more elements than bytes", [0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ("a text of more bytes than there are", [0x18, 0xff, 0x01, 0x61]),
        ("a length beyond 64 bits", [0x18] + [UInt8](repeating: 0xff, count: 11)),
        ("a map of more pairs than bytes", [0x1b, 0xff, 0xff, 0x03, 0x55]),
        ("structures without end", [UInt8](repeating: 0x1c, count: 100_000)),
        ("lists of lists without end", [0x19] + [UInt8](repeating: 0x19, count: 100_000)),
        ("an unknown type", [0x1e]),
        ("no end", [0x15, 0x02]),
    ])
    func `hostile bytes are an error`(what: String, bytes: [UInt8]) {
        #expect(throws: ParquetError.self, "\(what)") {
            var reader = ThriftReader(bytes, in: 0..<bytes.count)
            var field = 0
            while let type = try reader.next(&field) { try reader.skip(type) }
        }
    }
}
