import TestSupport
import Testing

@testable import Parquet

/// The encodings of integers, against the rules of `Encodings.md` followed one bit at a time.
struct EncodingTests {
    @Test func `the example of bit packing comes out`() {
        let output = OutputBuffer()

        [UInt32](0...7).withUnsafeBufferPointer {
            BitPacking.pack($0, count: 8, width: 3, to: output)
        }

        #expect(Array(output.bytes) == [0b1000_1000, 0b1100_0110, 0b1111_1010])
    }

    @Test(arguments: 0...64)
    func `packed integers are the bits in order`(width: Int) {
        var generator = SeededGenerator(seed: UInt64(width))
        let mask: UInt64 = width == 64 ? .max : 1 << UInt64(width) - 1
        for count in [0, 1, 5, 8, 29, 32] {
            let values = (0..<count).map { _ in generator.next() & mask }
            let padded = (count + 7) / 8 * 8
            let output = OutputBuffer()
            output.append(7)

            values.withUnsafeBufferPointer {
                BitPacking.pack($0, count: padded, width: width, to: output)
            }

            let bytes = Array(output.bytes)
            #expect(bytes.dropFirst() == naivelyPacked(values, width, count: padded)[...])
            guard width > 0 else { continue }
            for (index, value) in values.enumerated() {
                let read = BitPacking.value(
                    in: bytes.span.bytes, atBit: 8 + index * width, width: width, end: bytes.count)
                #expect(read == value)
            }
        }
    }

    private func naivelyPacked(_ values: [UInt64], _ width: Int, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count * width / 8)
        for (index, value) in values.enumerated() {
            for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
                let place = index * width + bit
                bytes[place / 8] |= 1 << UInt8(place % 8)
            }
        }
        return bytes
    }

    @Test(arguments: Fuzzing.seeds(200))
    func `runs come back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let width = Int.random(in: 0...32, using: &generator)
        let limit = width == 32 ? UInt32.max : 1 << UInt32(width) - 1
        var values: [UInt32] = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let length = generator.pick([1, 2, 7, 8, 9, 40, 1000])
            if generator.happens(percent: 50) {
                let value = UInt32.random(in: 0...limit, using: &generator)
                values += repeatElement(value, count: length)
            } else {
                values += (0..<length).map { _ in UInt32.random(in: 0...limit, using: &generator) }
            }
        }
        let output = OutputBuffer()

        values.withUnsafeBufferPointer { HybridEncoder.encode($0, width: width, to: output) }

        let bytes = Array(output.bytes)
        #expect(naiveRuns(bytes, width).starts(with: values))
        #expect(
            try HybridDecoder.decode(ByteReader(bytes), width: width, count: values.count) == values
        )
        #expect(throws: ParquetError.self) {
            try HybridDecoder.decode(ByteReader(bytes), width: width, count: values.count + 8)
        }
    }

    /// Everything that the runs hold, with the padding of groups.
    private func naiveRuns(_ bytes: [UInt8], _ width: Int) -> [UInt32] {
        var values: [UInt32] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var header = 0
            var shift = 0
            while let byte = rest.popFirst() {
                header |= Int(byte & 0x7f) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            let length = header & 1 == 1 ? header / 2 * width : (width + 7) / 8
            let body = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            for index in 0..<(header & 1 == 1 ? header / 2 * 8 : header / 2) {
                let start = header & 1 == 1 ? index * width : 0
                var value: UInt32 = 0
                for bit in 0..<width {
                    let place = start + bit
                    value |= UInt32(body[place / 8] >> UInt8(place % 8) & 1) << UInt32(bit)
                }
                values.append(value)
            }
        }
        return values
    }

    @Test func `the example of delta encoding comes out in a block of our size`() {
        let output = OutputBuffer()

        [Int64](arrayLiteral: 7, 5, 3, 1, 2, 3, 4, 5).withUnsafeBufferPointer {
            DeltaEncoder.encode($0, to: output)
        }

        #expect(
            Array(output.bytes)
                == [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111]
                + [0, 0, 0, 0, 0, 0]
        )
    }

    @Test(arguments: Fuzzing.seeds(200))
    func `differences come back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = generator.pick([0, 1, 2, 31, 32, 33, 128, 129, 130, 257, 1000])
        let spread = generator.pick([Int64(0), 1, 100, 1 << 40, .max])
        let values = (0..<count).map { _ in
            spread == .max
                ? generator.pick([Int64.min, .max, 0, Int64(bitPattern: generator.next())])
                : Int64.random(in: -spread...spread, using: &generator)
        }

        try expectRoundTrip(values)
        try expectRoundTrip(values.map { Int32(truncatingIfNeeded: $0) })
    }

    private func expectRoundTrip<Value: FixedWidthInteger & SignedInteger>(
        _ values: [Value]
    ) throws {
        let output = OutputBuffer()

        values.withUnsafeBufferPointer { DeltaEncoder.encode($0, to: output) }

        let bytes = Array(output.bytes)
        var reader = ByteReader(bytes)
        #expect(try DeltaDecoder.decode(&reader, count: values.count, as: Value.self) == values)
        #expect(reader.remaining == 0)
        for cut in 0..<min(bytes.count, 50) {
            #expect(throws: ParquetError.self) {
                var reader = ByteReader(bytes, in: 0..<cut)
                _ = try DeltaDecoder.decode(&reader, count: values.count, as: Value.self)
            }
        }
    }
}
