import Foundation
import Gzip
import Testing

@testable import BedrockMetering

/// Calls that a service saves and reads back.
@Suite struct SavedDayTests {
    private static func records(_ count: Int, seed: UInt64) -> [UsageRecord] {
        var random = RandomUsage(seed: seed)
        let days = UsageDay.days(from: "2025-12-30", count: 3)
        return (0..<count).map { number in
            var record = random.record(on: days)
            switch number % 7 {
            case 0: record.request = RequestID(UUID().uuidString.lowercased())
            case 1: record.tokens.total = Int64.max - Int64(number)
            case 2: record.tokens.input = -Int64(number)
            default: break
            }
            return record
        }
    }

    private static func merger(of records: [UsageRecord]) -> UsageMerger {
        let merger = UsageMerger()
        for record in records { merger.insert(record) }
        return merger
    }

    private static func saved(_ merger: UsageMerger) -> [(day: UsageDay, bytes: Data)] {
        var saved: [(UsageDay, Data)] = []
        merger.save { saved.append(($0, $1)) }
        return saved
    }

    @Test(arguments: [0, 1, 50, 9000])
    func `what is saved is read back, with its conflicts`(count: Int) throws {
        let records = Self.records(count, seed: 1)
        let merger = Self.merger(of: records)
        let restarted = UsageMerger()

        for (day, bytes) in Self.saved(merger) {
            #expect(try restarted.insert(saved: bytes) == day)
        }

        #expect(restarted.records() == merger.records())
        #expect(restarted.conflicts() == merger.conflicts())
        #expect(count < 9000 || merger.conflicts().count > 100)
        #expect(restarted.duplicates.duplicates == 0)
        #expect(Self.saved(restarted).map(\.bytes) == Self.saved(merger).map(\.bytes))
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `a service that restarts at any call counts each once`(seed: UInt64) throws {
        var random = RandomUsage(seed: seed)
        let records = Self.records(600, seed: seed)
        var merger = Self.merger(of: random.shuffle(records))
        let whole = Self.merger(of: records)

        for record in records {
            merger.insert(record)
            guard random.number(below: 100) == 0 else { continue }
            let restarted = UsageMerger()
            for (_, bytes) in Self.saved(merger) { try restarted.insert(saved: bytes) }
            merger = restarted
        }

        #expect(merger.records() == whole.records())
        #expect(merger.conflicts() == whole.conflicts())
    }

    @Test func `the bytes follow from the calls, not from their order`() throws {
        var random = RandomUsage(seed: 5)
        let records = Self.records(2000, seed: 5)

        let saved = Self.saved(Self.merger(of: records)).map(\.bytes)

        #expect(Self.saved(Self.merger(of: random.shuffle(records))).map(\.bytes) == saved)
    }

    @Test func `the days of a period alone can be saved`() throws {
        let merger = Self.merger(of: Self.records(500, seed: 6))
        var days: [UsageDay] = []

        merger.save(.day(.named("2025-12-31"))) { day, _ in days.append(day) }

        #expect(days == [.named("2025-12-31")])
    }

    @Test func `equal lines whose time was coarse stay ambiguous`() throws {
        let line =
            #"{"event_type":"bedrock_token_usage","timestamp":"2025-12-07T01:23:45Z","tenant_id":"t","user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"total_tokens":3}"#
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        try UsageRecordDecoder().decode(Data(line.utf8), into: &collector)
        let restarted = UsageMerger()
        for (_, bytes) in Self.saved(merger) { try restarted.insert(saved: bytes) }

        var again = restarted.makeCollector()
        try UsageRecordDecoder().decode(Data(line.utf8), into: &again)

        #expect(restarted.duplicates.ambiguous == 1)
    }

    @Test func `bytes that were cut or changed are refused, and nothing of them is taken`() throws {
        let saved = Self.saved(Self.merger(of: Self.records(120, seed: 7)))
        let bytes = saved[0].bytes
        for size in 0..<bytes.count {
            let merger = UsageMerger()
            #expect(throws: SavedUsageError(code: .damaged)) {
                try merger.insert(saved: bytes.prefix(size))
            }
            #expect(merger.count == 0)
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            #expect(throws: SavedUsageError(code: .damaged)) {
                try UsageMerger().insert(saved: changed)
            }
        }
    }

    @Test func `bytes of a later version or another identity are told`() throws {
        var bytes = Self.saved(Self.merger(of: Self.records(20, seed: 8)))[0].bytes
        #expect(throws: SavedUsageError(code: .otherIdentity)) {
            try UsageMerger(by: .record).insert(saved: bytes)
        }
        bytes[5] = 2

        #expect(throws: SavedUsageError(code: .otherVersion)) {
            try UsageMerger().insert(saved: Self.signed(bytes))
        }
    }

    /// The bytes with a checksum that fits them.
    private static func signed(_ bytes: Data) -> Data {
        var content = Array(bytes.dropLast(4))
        let checksum = content.withUnsafeBytes { CRC32.of($0) }
        withUnsafeBytes(of: checksum.littleEndian) { content += $0 }
        return Data(content)
    }

    @Test func `bytes that somebody has made up end in no trap, and are taken as a whole or not`() {
        let bytes = Self.saved(Self.merger(of: Self.records(60, seed: 9)))[0].bytes
        var taken = 0
        for index in bytes.indices.dropLast(4) {
            for flip in [0x01, 0x80, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] ^= flip
                let merger = UsageMerger()
                do {
                    try merger.insert(saved: Self.signed(changed))
                    taken += 1
                } catch {
                    #expect(merger.count == 0)
                }
            }
        }
        #expect(taken > 0)
    }
}
