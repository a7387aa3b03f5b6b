import TestSupport
import Testing

@testable import Parquet

/// Blocks of Snappy, sound ones and others.
struct SnappyDecoderTests {
    private static func decoded(_ block: [UInt8], size: Int) throws(ParquetError) -> [UInt8] {
        try PageCompression.inflate(
            block, in: 0..<block.count, of: .snappy, to: size,
            limits: ParquetLimits(maximumBytes: 1 << 22))
    }

    /// Bytes with repeats near and far, and runs.
    private static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = Int.random(in: 1...200, using: &generator)
            switch generator.pick([0, 1, 2]) {
            case 0: bytes += (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            case 1: bytes += repeatElement(generator.pick([0, 0x20, 0x7b]), count: length)
            default:
                guard !bytes.isEmpty else { continue }
                let start = Int.random(in: bytes.indices, using: &generator)
                bytes += bytes[start..<min(bytes.count, start + length)]
            }
        }
        return Array(bytes.prefix(count))
    }

    @Test(arguments: [0, 1, 3, 4, 59, 60, 61, 255, 256, 257, 70_000, 200_000])
    func `what was compressed comes back`(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = Self.bytes(count, &generator)

        #expect(try Self.decoded(Snappy.block(of: bytes), size: count) == bytes)
    }

    private static let elements: [(elements: [[UInt8]], text: String)] = [
        ([Snappy.literal("abc".utf8, lengthBytes: 1)], "abc"),
        ([Snappy.literal("abc".utf8, lengthBytes: 4)], "abc"),
        ([ab, Snappy.copy(4, from: 2, distanceBytes: 1)], "ababab"),
        ([ab, Snappy.copy(1, from: 1, distanceBytes: 2)], "abb"),
        ([ab, Snappy.copy(3, from: 2, distanceBytes: 4)], "ababa"),
        ([a, Snappy.copy(64, from: 1, distanceBytes: 2)], String(repeating: "a", count: 65)),
    ]
    private static let a = Snappy.literal("a".utf8)
    private static let ab = Snappy.literal("ab".utf8)

    @Test(arguments: elements)
    func `every kind of element is understood`(elements: [[UInt8]], text: String) throws {
        let size = text.utf8.count

        #expect(
            try Self.decoded(Snappy.size(size) + elements.joined(), size: size) == Array(text.utf8))
    }

    private static let unsound: [[UInt8]] = [
        // No size, one without end, and one of 35 bits.
        [], [0x80], [0xff, 0xff, 0xff, 0xff, 0x7f],
        // Another size than the page's, and no or too many bytes for it.
        [3, 2 << 2, 0x61, 0x61, 0x61], [4], [4, 0], [4, 2 << 2, 0x61, 0x61, 0x61],
        [4, 4 << 2, 0x61, 0x61, 0x61, 0x61, 0x61], [4, 0, 0x61, 1, 1],
        // Literals and copies that are cut off.
        [4, 60 << 2], [4, 63 << 2, 3, 0, 0], [4, 3 << 2, 0x61], [4, 0, 0x61, 1],
        [4, 0, 0x61, 2, 1],
        // Copies of what is not there.
        [4, 1, 1], [4, 0, 0x61, 2 << 2 | 2, 0, 0], [4, 0, 0x61, 2 << 2 | 3, 2, 0, 0, 0],
    ]

    @Test(arguments: unsound)
    func `an unsound block is an error`(block: [UInt8]) {
        #expect(throws: ParquetError.self) { try Self.decoded(block, size: 4) }
    }

    @Test func `a block that says more than it can hold costs no memory`() {
        #expect(throws: ParquetError.damaged("a page is too small for what it holds")) {
            try Self.decoded(Snappy.size(1 << 21), size: 1 << 21)
        }
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `a mutated block is an error or other bytes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let count = generator.pick([1, 50, 700])
            var block = Snappy.block(of: Self.bytes(count, &generator))
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: block.indices, using: &generator)
                switch generator.pick([0, 1, 2, 3]) {
                case 0: block[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: block[place] = generator.pick([0, 1, 0x7f, 0x80, 0xff])
                case 2 where block.count > 1: block.remove(at: place)
                default: block.insert(generator.pick([0, 0x80, 0xff]), at: place)
                }
            }
            if let bytes = try? Self.decoded(block, size: count) { #expect(bytes.count == count) }
        }
    }
}
