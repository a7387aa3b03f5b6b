import Testing

@testable import BedrockMetering

@Suite struct UUIDTextTests {
    private static let sample = Array("0123cdef-89ab-4567-8e9f-a0b1c2d3e4f5".utf8)

    private static func parse(_ text: [UInt8]) -> (high: UInt64, low: UInt64)? {
        let padded = text + [UInt8](repeating: 0x41, count: ByteScan.padding)
        return UUIDText.parse(padded.span.bytes, at: 0)
    }

    private static func text(high: UInt64, low: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: UUIDText.size)
        bytes.withUnsafeMutableBytes { UUIDText.write(high: high, low: low, to: $0) }
        return bytes
    }

    @Test func `the bits are read in the order in which they are written`() throws {
        let (high, low) = try #require(Self.parse(Self.sample))

        #expect(high == 0x0123_cdef_89ab_4567)
        #expect(low == 0x8e9f_a0b1_c2d3_e4f5)
        #expect(Self.text(high: high, low: low) == Self.sample)
    }

    @Test func `every pattern of bits goes there and back`() {
        var random = RandomUsage(seed: 2)
        var patterns: [UInt64] = [0, .max, 0x0f0f_0f0f_0f0f_0f0f, 0xa9a9_a9a9_9a9a_9a9a]
        patterns += (0..<64).map { 1 << $0 }
        patterns += (0..<2000).map { _ in UInt64(random.number(below: .max)) << 1 }
        for high in patterns {
            let low = high.byteSwapped &+ 1

            let bits = Self.parse(Self.text(high: high, low: low))

            #expect(bits.map { $0 == (high, low) } == true)
        }
    }

    @Test func `one wrong byte anywhere makes it no UUID`() {
        let digits = Set("0123456789abcdef".utf8)
        for offset in Self.sample.indices {
            for byte in UInt8.min...UInt8.max {
                var text = Self.sample
                text[offset] = byte
                let isDash = [8, 13, 18, 23].contains(offset)
                let isSound = isDash ? byte == UInt8(ascii: "-") : digits.contains(byte)

                let bits = Self.parse(text)

                #expect((bits != nil) == isSound)
                if let bits { #expect(Self.text(high: bits.high, low: bits.low) == text) }
            }
        }
    }
}
