import Gzip
import TestSupport
import Testing

/// The members that ``RepeatCompressor`` makes.
struct RepeatCompressorTests {
    @Test(arguments: Fuzzing.seeds(100))
    func `a text with any true repeats inflates to itself`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let size =
            random.happens(percent: 5) ? 300_000 : 1 << Int.random(in: 0...15, using: &random)
        let text = RepeatingText(size: size, using: &random)

        #expect(try Inflation.bytes(of: text.member()) == text.bytes)
    }

    static let texts: [(name: String, text: RepeatingText)] = [
        ("nothing", RepeatingText([])),
        ("one byte", RepeatingText([7])),
        ("all values of a byte", RepeatingText(Array(0...255))),
        ("one value many times", RepeatingText([UInt8](repeating: 9, count: 100_000))),
        ("two values", RepeatingText((0..<1000).map { $0 % 7 == 0 ? 0 : 255 })),
        (
            "no repeats over several blocks",
            RepeatingText((0..<700_000).map { UInt8($0 * $0 >> 7 & 0x7f) })
        ),
        ("one distance", RepeatingText([1, 2, 3]).repeating(3, 1)),
        ("a repeat that overlaps itself", RepeatingText([1]).repeating(258, 1)),
        ("the shortest at the farthest", RepeatingText(counting(1 << 15)).repeating(3, 1 << 15)),
        ("the longest at the farthest", RepeatingText(counting(1 << 15)).repeating(258, 1 << 15)),
        ("only the first byte is literal", overlapping(lengths: Repeat.lengths)),
        ("every distance", everyDistance()),
        ("literals of very different frequencies", RepeatingText(fibonacci())),
        (
            "a repeat over the end of a block",
            RepeatingText(counting((1 << 18) - 1)).repeating(258, 300)
        ),
        (
            "a block that ends with a repeat",
            RepeatingText(counting((1 << 18) - 10)).repeating(10, 20)
        ),
    ]

    @Test(arguments: texts.indices)
    func `texts at the limits inflate to themselves`(index: Int) throws {
        let (name, text) = Self.texts[index]

        let inflated = try Inflation.bytes(of: text.member())

        #expect(inflated == text.bytes, "\(name)")
    }

    @Test(arguments: texts.indices)
    func `the gzip command reads the members`(index: Int) throws {
        let text = Self.texts[index].text

        let read = try GzipCommand.run("-dc", input: text.member() + text.member())

        #expect(read == text.bytes + text.bytes)
    }

    @Test func `a member depends on the text and its repeats alone`() {
        var random = SeededGenerator(seed: 1)
        let texts = (0..<20).map { _ in RepeatingText(size: 50_000, using: &random) }
        let used = RepeatCompressor()

        let members = texts.map { $0.member(by: used) }

        for (text, member) in zip(texts, members) { #expect(text.member() == member) }
    }

    @Test func `the header holds no time, no name and no system`() {
        let member = RepeatingText([1, 2, 3]).member()

        #expect(Array(member[..<10]) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    @Test func `random bytes grow by less than a hundredth`() throws {
        var random = SeededGenerator(seed: 2)
        let bytes = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &random) }

        #expect(RepeatingText(bytes).member().count < bytes.count + bytes.count / 100)
    }

    @Test func `what is repeated takes less than a hundredth`() {
        var text = RepeatingText(Array("{\"event\": 1}\n".utf8))
        for _ in 0..<1000 { text = text.repeating(258, 13) }

        #expect(text.member().count < text.bytes.count / 100)
    }

    /// Position, length and distance.
    static let impossible = [
        [2, 3, 3], [98, 3, 1], [50, 2, 1], [50, 259, 1], [50, 3, 0], [101, 3, 1],
    ]

    @Test(arguments: impossible)
    func `a repeat that cannot be is refused`(numbers: [Int]) async {
        await #expect(processExitsWith: .failure) { [numbers] in
            let text = [UInt8](repeating: 1, count: 100)
            let wrong = Repeat(position: numbers[0], length: numbers[1], distance: numbers[2])
            text.withUnsafeBytes { RepeatCompressor().append($0, repeating: [wrong]) }
        }
    }

    // MARK: Texts

    static func counting(_ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    }

    static func overlapping(lengths: ClosedRange<Int>) -> RepeatingText {
        lengths.reduce(RepeatingText([65])) { $0.repeating($1, 1) }
    }

    /// A repeat at each distance that is a power of two, and at its neighbours.
    static func everyDistance() -> RepeatingText {
        var text = RepeatingText(counting(1 << 15))
        for power in 0...15 {
            for distance in [1 << power - 1, 1 << power, 1 << power + 1]
            where (1...1 << 15).contains(distance) {
                text = text.repeating(5, distance)
            }
        }
        return text
    }

    /// Each value about as often as the two rarer ones together: codes as long as can be.
    static func fibonacci() -> [UInt8] {
        var bytes: [UInt8] = []
        var (count, next) = (1, 1)
        for value in 0..<24 as Range<UInt8> {
            bytes += [UInt8](repeating: value, count: count)
            (count, next) = (next, count + next)
        }
        return bytes
    }
}

/// A text and true repeats in it.
struct RepeatingText {
    private(set) var bytes: [UInt8]
    private(set) var repeats: [Repeat] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// At least `size` random bytes, few or many of them in repeats.
    init(size: Int, using random: inout SeededGenerator) {
        self.init([UInt8.random(in: 0...255, using: &random)])
        let values = random.pick([1, 2, 30, 256])
        let repeated = random.pick([0, 1, 10, 50, 100])
        let longest = random.pick([3, 20, 258])
        while bytes.count < size {
            if random.happens(percent: repeated) {
                let distances = 1...min(bytes.count, random.pick([1, 10, 1 << 15]))
                appendRepeat(
                    Int.random(in: 3...longest, using: &random),
                    Int.random(in: distances, using: &random)
                )
            } else {
                bytes.append(UInt8(Int.random(in: 0..<values, using: &random)))
            }
        }
    }

    private mutating func appendRepeat(_ length: Int, _ distance: Int) {
        repeats.append(Repeat(position: bytes.count, length: length, distance: distance))
        for _ in 0..<length { bytes.append(bytes[bytes.count - distance]) }
    }

    /// This text, and after it a repeat of what is `distance` before its end.
    func repeating(_ length: Int, _ distance: Int) -> Self {
        var longer = self
        longer.appendRepeat(length, distance)
        return longer
    }

    func member(by compressor: RepeatCompressor = RepeatCompressor()) -> [UInt8] {
        compressor.removeAll()
        bytes.withUnsafeBytes { compressor.append($0, repeating: repeats) }
        return Array(compressor.bytes)
    }
}
