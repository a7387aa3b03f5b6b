import TestSupport
import Testing

@testable import Gzip

/// Codes of bounded length, and the symbols of lengths and distances.
struct HuffmanCodeTests {
    static let frequencies: [(name: String, values: [UInt32])] = [
        ("nothing occurs", [UInt32](repeating: 0, count: 30)),
        ("one symbol occurs", [0, 0, 5, 0]),
        ("two symbols occur", [0, 1_000_000, 0, 1]),
        ("all alike", [UInt32](repeating: 3, count: 286)),
        ("each as often as the two before", fibonacci(40)),
        ("each twice as often as the one before", (0..<30).map { 1 << $0 }),
        ("the largest number", [.max, .max, 1, .max]),
    ]

    @Test(arguments: frequencies.indices, [7, 14, 15])
    func `codes at the limits are complete and short enough`(index: Int, maximumLength: Int) {
        let frequencies = Self.frequencies[index].values
        guard frequencies.count <= 1 << maximumLength else { return }

        let code = HuffmanCode(frequencies: frequencies, maximumLength: maximumLength)

        check(code, frequencies, maximumLength: maximumLength)
    }

    @Test(arguments: Fuzzing.seeds(300))
    func `codes of random frequencies are complete and short enough`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let scale = random.pick([1, 4, 16, 31])
        let frequencies = (0..<Int.random(in: 2...286, using: &random)).map { _ in
            UInt32.random(
                in: 0...1 << UInt32.random(in: 0...UInt32(scale), using: &random), using: &random)
        }

        let code = HuffmanCode(frequencies: frequencies, maximumLength: 15)
        check(code, frequencies, maximumLength: 15)

        // What is more frequent never has the longer code.
        for (one, other) in zip(frequencies.indices, frequencies.indices.shuffled(using: &random))
        where frequencies[one] > frequencies[other] && frequencies[other] > 0 {
            #expect(code.lengths[one] <= code.lengths[other])
        }
    }

    private func check(_ code: HuffmanCode, _ frequencies: [UInt32], maximumLength: Int) {
        #expect(code.lengths.count == frequencies.count)
        // Kraft's equality: no string of bits is left that begins with no code.
        let lengths = code.lengths.filter { $0 > 0 }
        #expect(lengths.reduce(0) { $0 + 1 << (15 - Int($1)) } == 1 << 15)
        for (length, frequency) in zip(code.lengths, frequencies) {
            #expect(length <= maximumLength && (frequency == 0 || length > 0))
        }
        // The shorter code first and then the lower symbol, each is the next number (section 3.2.2).
        let order = code.lengths.indices.filter { code.lengths[$0] > 0 }
            .sorted { (code.lengths[$0], $0) < (code.lengths[$1], $1) }
        var next = 0
        var length = 0
        for symbol in order {
            next <<= Int(code.lengths[symbol]) - length
            length = Int(code.lengths[symbol])
            let digits = String(next, radix: 2)
            let padded = String(repeating: "0", count: length - digits.count) + digits
            #expect(Int(code.codes[symbol]) == Int(String(padded.reversed()), radix: 2))
            next += 1
        }
    }

    @Test func `a code that needs no limit is as short as Huffman's`() {
        // The example of RFC 1951, section 3.2.2, whose lengths are 3, 3, 3, 3, 3, 2, 4, 4.
        let code = HuffmanCode(frequencies: [10, 10, 10, 10, 10, 20, 5, 5], maximumLength: 15)

        #expect(code.lengths == [3, 3, 3, 3, 3, 2, 4, 4])
        #expect(code.codes == [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111])
    }

    @Test func `lengths have the symbols of the table`() {
        // RFC 1951, section 3.2.5: extra bits and the first length of each symbol from 257 on.
        let firsts = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
            115,
            131, 163, 195, 227, 258,
        ]
        for length in Repeat.lengths {
            let index = firsts.lastIndex { $0 <= length } ?? 0
            let (symbol, extra, extraCount) = Repeat.symbol(ofLength: length)

            #expect(symbol == 257 + index)
            #expect(firsts[index] + extra == length)
            #expect(extraCount == (index < 8 || index == 28 ? 0 : index / 4 - 1))
        }
    }

    @Test func `distances have the symbols of the table`() {
        let firsts = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025,
            1537,
            2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
        ]
        for distance in 1...Repeat.window {
            let index = firsts.lastIndex { $0 <= distance } ?? 0
            let (symbol, extra, extraCount) = Repeat.symbol(ofDistance: distance)

            let isRight =
                symbol == index && firsts[index] + extra == distance
                && extraCount == max(0, index / 2 - 1)
            if !isRight { Issue.record("distance \(distance)") }
        }
    }

    private static func fibonacci(_ count: Int) -> [UInt32] {
        var numbers: [UInt32] = [1, 1]
        while numbers.count < count { numbers.append(numbers.suffix(2).reduce(0, +)) }
        return numbers
    }
}
