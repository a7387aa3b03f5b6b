import Gzip
import TestSupport
import Testing

/// The output does not depend on how the input is cut into chunks.
struct ChunksTests {
    static let text = logText(lines: 4)
    static let streams: [[UInt8]] = [
        text,
        member(text),
        member(text[..<30]) + [0, 0, 0] + member([]) + member(text[30...]),
        member(member(text[..<30]) + member(text[30...])),
        member(member(member(text))),
        zlibStream(text),
        member(zlibStream(text[..<30]) + [0, 0] + member(text[30...])),
        zlibStream(zlibStream(member(text))),
    ]

    @Test func `every way to cut a short text gives the same text`() throws {
        let text = Array("{\"a\": 12}\n\n".utf8)
        for pattern in 0..<1 << (text.count - 1) {
            let cuts = (1..<text.count).filter { pattern >> ($0 - 1) & 1 == 1 }

            #expect(try Inflation.bytes(of: text.parts(cutAt: cuts)) == text)
        }
    }

    @Test(arguments: streams.indices)
    func `every pair of cuts gives the same output`(index: Int) throws {
        let stream = Self.streams[index]
        for first in stream.indices {
            for second in first..<stream.count {
                let parts = stream.parts(cutAt: [first, second])

                let inflated = try Inflation.bytes(of: parts)

                if inflated != Self.text { Issue.record("cut at \(first) and \(second)") }
            }
        }
    }

    @Test(arguments: streams.indices, [3, 4, 5, 7, 64, 1 << 16])
    func `single bytes and any size of output give the same`(index: Int, size: Int) throws {
        let bytes = Self.streams[index].map { [$0] }

        #expect(try Inflation.bytes(of: bytes, outputSize: size) == Self.text)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random members, layers and cuts give the same output`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = logText(lines: Int.random(in: 0..<20_000, using: &random))
        var stream = text
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let cuts = random.cuts(of: stream.count, count: Int.random(in: 0..<20, using: &random))
            stream = stream.parts(cutAt: cuts).flatMap { member($0) }
        }

        let cuts = random.cuts(of: stream.count, count: Int.random(in: 0..<50, using: &random))
        let inflated = try Inflation.bytes(of: stream.parts(cutAt: cuts))

        #expect(inflated == text)
    }
}
