import TestSupport
import Testing

@testable import BedrockMetering

/// Tables stay fast whatever those who write log lines choose, and nothing that comes out of them depends on
/// their seed.
@Suite struct HashSeedTests {
    private static let count = 80_000
    private static let start = EventTime(microseconds: 1_765_065_600_000_000)

    private static func seed(_ number: UInt64) -> HashSeed {
        var generator = SeededGenerator(seed: number)
        return HashSeed(using: &generator)
    }

    /// The mixing of 0.1.0, which everybody knows.
    private static func openMix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }

    /// How many slots are looked at while so many entries are put into a table that is at most half full, each
    /// at the first free slot from the one that its hash says.
    private static func steps(_ hashes: some Sequence<UInt64>) -> Int {
        var taken = [Bool](repeating: false, count: 1 << 18)
        var steps = 0
        for hash in hashes {
            var slot = Int(hash & 0x3ffff)
            while taken[slot] {
                slot = (slot + 1) & 0x3ffff
                steps += 1
            }
            taken[slot] = true
            steps += 1
        }
        return steps
    }

    // MARK: What is chosen to collide

    struct Choice: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var identity = UsageIdentity.request
        /// The row of a number.
        let row: @Sendable (Int) -> StoredUsage
    }

    private static func row(
        _ number: Int, _ change: (inout StoredUsage, Int) -> Void
    ) -> StoredUsage {
        var row = StoredUsage(
            time: start.microseconds, tokens: TokenCounts(input: 1, output: 1, total: 2),
            request: .none, tenant: 0, user: 0, model: 0)
        change(&row, number)
        return row
    }

    static let choices: [Choice] = [
        Choice(testDescription: "request ids whose halves cancel out") { number in
            row(number) { row, number in
                let low = UInt64(number) << 20
                let known = UInt64(row.day) << 32
                row.request = StoredRequest(high: openMix(low ^ known) ^ 7, low: low, kind: 1)
            }
        },
        Choice(testDescription: "request ids that count up") { number in
            row(number) { $0.request = StoredRequest(high: UInt64($1), low: 0, kind: 1) }
        },
        Choice(testDescription: "times and counts that cancel out") { number in
            row(number) {
                $0.time = start.microseconds ^ Int64($1)
                $0.tokens = TokenCounts(output: Int64($1))
            }
        },
        Choice(testDescription: "totals alone") { number in
            row(number) { $0.tokens.total = Int64($1) }
        },
        Choice(testDescription: "cache counts alone") { number in
            row(number) {
                $0.tokens.cacheRead = Int64($1 & 0xff)
                $0.tokens.cacheWrite = Int64($1 >> 8)
            }
        },
        Choice(testDescription: "inputs that wrap around with outputs") { number in
            row(number) {
                $0.tokens.input = Int64($1)
                $0.tokens.output = 0x1_0000_01 &* (100_000 - Int64($1))
            }
        },
        Choice(
            testDescription: "request ids of equal records, which are told apart as records",
            identity: .record
        ) { number in
            row(number) { $0.request = StoredRequest(high: UInt64($1), low: 0, kind: 1) }
        },
        Choice(testDescription: "users alone") { number in
            row(number) { $0.user = UInt32($1) }
        },
    ]

    @Test(arguments: choices)
    func `chosen records share no more places than others`(choice: Choice) {
        let hashes = (0..<Self.count).map { choice.row($0).hash(of: choice.identity, .process) }

        #expect(Self.steps(hashes) < 2 * Self.count)
        let shards = Dictionary(grouping: hashes, by: UsageMerger.shardIndex)
        #expect(shards.count == 16 && shards.values.allSatisfy { $0.count < Self.count / 12 })
    }

    @Test func `rows of log events share no more places than others`() {
        let text = [UInt8](repeating: 0, count: 2 * ByteScan.padding)
        let hashes = (0..<UInt64(Self.count)).map { number in
            var row = UsageBatchRow()
            row.time = Int64(number)
            row.tokens.input = Int64(bitPattern: Self.openMix(number) ^ 7)
            return row.hash(text.span.bytes, .process)
        }

        #expect(Self.steps(hashes) < 2 * Self.count)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 4000])
    func `names that share their beginning or their end share no more places`(shared: Int) {
        let filler = [UInt8](repeating: 0x78, count: shared)
        for isFirst in [true, false] {
            let hashes = (0..<Self.count / 8).map { number in
                let digits = Array("\(number + 100_000)".utf8)
                let name = isFirst ? filler + digits : digits + filler
                let text = name + [UInt8](repeating: 0x30, count: ByteScan.padding)
                return HashSeed.process.hash(text.span.bytes, from: 0, size: name.count)
            }

            #expect(Set(hashes).count == hashes.count)
            #expect(Self.steps(hashes) < 2 * hashes.count)
        }
    }

    @Test func `names of zeros differ by their sizes`() {
        let text = [UInt8](repeating: 0, count: 100 + ByteScan.padding)

        let hashes = (0...100).map { HashSeed.process.hash(text.span.bytes, from: 0, size: $0) }

        #expect(Set(hashes).count == 101)
    }

    @Test func `what follows a name is no part of its hash`() {
        for size in 0...40 {
            let name = [UInt8](repeating: 0x61, count: size)
            let hashes = [0 as UInt8, 0xff].map { byte in
                let text = name + [UInt8](repeating: byte, count: ByteScan.padding)
                return HashSeed.process.hash(text.span.bytes, from: 0, size: size)
            }
            #expect(hashes[0] == hashes[1])
        }
    }

    @Test func `what collides under one seed does not under another`() {
        let (one, other) = (Self.seed(1), Self.seed(2))
        for choice in Self.choices {
            let rows = (0..<Self.count).map(choice.row)
            let colliding = rows.filter { $0.hash(of: choice.identity, one) & 0xff == 0 }
            let places = Set(colliding.map { $0.hash(of: choice.identity, other) & 0xff })

            #expect(colliding.count > 200 && places.count > 128, "\(choice.testDescription)")
        }
    }

    // MARK: What comes out

    /// All that a merger gives of `records`, put in by several collectors.
    private static func lines(_ records: [UsageRecord], _ seed: HashSeed) -> [[UInt8]] {
        let merger = UsageMerger(by: .request, seed)
        for part in 0..<3 {
            var collector = merger.makeCollector()
            for index in records.indices where index % 3 == part {
                collector.insert(records[index])
            }
            collector.commit()
        }
        let snapshot = merger.snapshot()
        var chunks: [[UInt8]] = []
        for (day, references) in snapshot.days() {
            var merge = snapshot.merge(snapshot.sorted(references), into: day)
            while let chunk = merge.nextChunk(isComplete: true) {
                chunk.encode()
                for text in chunk.texts { text.withBytes { chunks.append(Array($0)) } }
                merge.reuse(chunk)
            }
            chunks.append(Array("\(merge.outcome)".utf8))
            let calls = merge.conflicts().map { "\($0)" }.sorted()
            chunks.append(Array(calls.joined().utf8))
        }
        return chunks
    }

    private static func columns(_ records: [UsageRecord], _ seed: HashSeed) -> [String] {
        let merger = UsageMerger(by: .request, seed)
        var collector = merger.makeCollector()
        for record in records { collector.insert(record) }
        collector.commit()
        let snapshot = merger.snapshot()
        return snapshot.days().flatMap { day, references in
            var merge = snapshot.merge(snapshot.sorted(references), into: day)
            var texts: [String] = []
            while let columns = merge.nextColumns(isComplete: true) { texts.append("\(columns)") }
            return texts
        }
    }

    @Test func `no byte of what comes out depends on the seed`() {
        let days = [UsageDay.named("2025-12-07"), UsageDay.named("2025-12-08")]
        for seed in 0..<UInt64(5) {
            var usage = RandomUsage(seed: seed)
            let records = (0..<3000).map { _ in usage.record(on: days) }
            let (one, other) = (Self.seed(seed), Self.seed(seed + 100))

            #expect(Self.lines(records, one) == Self.lines(records, other))
            #expect(Self.columns(records, one) == Self.columns(records, other))
        }
    }
}
