import BedrockMetering
import Testing

/// Records of a merger as bytes, and back.
@Suite struct PackedRecordsTests {
    private static let day = UsageDay("2025-12-07") ?? UsageDay(number: 0)

    /// Calls of two days with names of all kinds, those of a day dealt to all shards.
    private static func records(_ count: Int) -> [UsageRecord] {
        let requests: [RequestID?] = [
            nil, "", "r", "8f3c1d1e-52b5-4b0c-9d1c-6a1c5f6f0a11", "\u{e9}", "e\u{301}", "☃\n\"",
        ]
        return (0..<count).map { number in
            let start = day.advanced(by: number % 2).start.microseconds
            let named = number % 5 == 0 ? RequestID("request-\(number)") : nil
            return UsageRecord(
                time: EventTime(microseconds: start + Int64(number)),
                tenant: TenantID("tenant-\(number % 7)"), user: UserID("user-\(number / 3)"),
                model: ModelID("model-\(number % 3)"),
                tokens: TokenCounts(input: Int64(number), output: 1, total: Int64(number) + 1),
                request: named ?? requests[number % requests.count])
        }
    }

    private static func merger(of records: [UsageRecord]) -> UsageMerger {
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        for record in records { collector.insert(record) }
        collector.commit()
        return merger
    }

    private static func packed(_ merger: UsageMerger) -> [(PackedRecords, bytes: [UInt8])] {
        let snapshot = merger.snapshot()
        var packer = RecordPacker(snapshot)
        return snapshot.days().map { day, references in
            var bytes: [UInt8] = []
            let packed = packer.pack(references, of: day) { bytes += $0 }
            return (packed, bytes)
        }
    }

    private static func unpack(
        _ packed: PackedRecords, _ bytes: [UInt8], into merger: UsageMerger
    ) -> Bool {
        merger.insert(packed) { offset, count in
            Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    @Test(arguments: [0, 1, 2, 99, 4096, 9001])
    func `what is packed comes back, with names that were there before`(count: Int) {
        let records = Self.records(count)
        let merger = Self.merger(of: [])
        // Symbols of the same names differ between mergers.
        let known = Self.records(20).reversed() as [UsageRecord]
        var collector = merger.makeCollector()
        for record in known { collector.insert(record) }
        collector.commit()

        for (packed, bytes) in Self.packed(Self.merger(of: records)) {
            #expect(bytes.count == packed.size)
            #expect(Self.unpack(packed, bytes, into: merger))
        }

        #expect(merger.records() == (records + known).deduplicated())
    }

    @Test func `bytes that were cut short or are of another day are refused`() {
        let packed = Self.packed(Self.merger(of: Self.records(100)))
        let (first, bytes) = packed[0]

        for size in stride(from: 0, to: bytes.count, by: 3) {
            #expect(!Self.unpack(first, Array(bytes[..<size]), into: UsageMerger()))
        }
        #expect(!Self.unpack(first, packed[1].bytes, into: UsageMerger()))
    }

    @Test func `names and numbers that were changed end in no trap`() {
        let (first, bytes) = Self.packed(Self.merger(of: Self.records(60)))[0]

        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xff
            _ = Self.unpack(first, changed, into: UsageMerger())
        }
    }
}
