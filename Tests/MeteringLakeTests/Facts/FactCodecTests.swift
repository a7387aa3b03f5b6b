import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

@Suite struct FactCodecTests {
    private static let day = UsageDay.on("2025-12-07")

    private static func fact(_ content: Fact.Content) -> Fact {
        Fact(
            sequence: 7, previous: .state(6), time: .hours(12, after: day),
            tool: "bedrock-metering 9.9", content: content)
    }

    private static let restatement: Restatement = {
        var change = Restatement.Difference()
        change.requests = -3
        change.input = -14 * Int128(Int64.max)
        change.total = 14 * Int128(Int64.max)
        return Restatement(
            day: day, reason: "ingest", file: "day.parquet", before: .state(1), after: .state(2),
            changes: [
                Restatement.Change(TenantModel("a", nil), change),
                Restatement.Change(TenantModel("\u{1100}\u{1161}\u{0}\"\\\n", "\u{ac00}"), change),
            ])
    }()

    static let contents: [Fact.Content] = [
        .dayClosed(.state(1, of: day, ["a": 2, "\u{e9}": 3, "e\u{301}": 4])),
        .dayClosed(
            DayClosing(
                day: day, isForced: nil, file: "", checksum: Checksum(of: []), sums: UsageSums())),
        .dayClosed(
            DayClosing(
                day: day, isForced: true, file: "day.json.gz", checksum: .state(3),
                sums: .calls(["a": 1]))),
        .dayRestated(restatement), .dayConverted(restatement),
    ]

    @Test(arguments: contents)
    func `a fact comes back from its bytes as it was`(content: Fact.Content) throws {
        let fact = Self.fact(content)

        let bytes = FactCodec.encode(fact)

        #expect(try FactCodec.decode(bytes) == fact)
        #expect(bytes.last == 0x0a && bytes.count { $0 == 0x0a } == 1)
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        #expect(object?["version"] as? Int == 1 && object?["sequence"] as? Int == 7)
        #expect(object?["kind"] as? String == content.kind)
        #expect(object?["time"] as? String == "2025-12-08T12:00:00.000000Z")
        #expect(object?["day"] as? String == "2025-12-07")
    }

    @Test(arguments: [
        (#""version": 1"#, #""version": 2"#), (#""kind": "day_closed""#, #""kind": "day_praised""#),
    ])
    func `what a later version writes is kept as unknown`(old: String, new: String) throws {
        let text = String(decoding: FactCodec.encode(Self.fact(Self.contents[0])), as: UTF8.self)

        let fact = try FactCodec.decode(Array(text.replacing(old, with: new).utf8))

        let kind = new.contains("praised") ? "day_praised" : "day_closed"
        #expect(fact.content == .unknown(kind: kind, day: Self.day))
        #expect(fact.sequence == 7 && fact.previous == .state(6))
    }

    @Test(arguments: [
        ("", ""), ("\"sequence\": 7", "\"sequence\": 0"), ("\"sequence\": 7, ", ""),
        ("\"rows\": 9", "\"rows\": 8"), ("2025-12-07", "2025-13-07"), ("sha256", "sha255"),
        ("12:00:00.000000Z", "12:00:00Z"), ("12:00:00.000000Z", "24:00:00.000000Z"),
        ("\"previous\": \"", "\"previous\": \"0"), ("\"sums\": [", "\"sums\": [7, "),
        ("\"total_tokens\": 30", "\"total_tokens\": 3.5"), ("}", "]"),
    ])
    func `what is damaged is no fact`(old: String, new: String) {
        let text = String(decoding: FactCodec.encode(Self.fact(Self.contents[0])), as: UTF8.self)
        let damaged = old.isEmpty ? "" : text.replacing(old, with: new)
        #expect(damaged != text)

        #expect(throws: FactCodec.Fault.self) { try FactCodec.decode(Array(damaged.utf8)) }
    }

    @Test(arguments: Fuzzing.seeds(200))
    func `bytes that were changed at random trap nothing`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = FactCodec.encode(Self.fact(random.pick(Self.contents)))
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: bytes.indices, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        if random.happens(percent: 30) {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        }

        let stored = StoredFact(sequence: 7, bytes: bytes)

        if let fact = stored.fact { #expect(fact.sequence == 7) }
    }

    @Test(
        arguments: [
            ("0000000001.fact", 1), ("0000000010.fact", 10), ("9999999999.fact", 9_999_999_999),
            ("0000000000.fact", nil), ("1.fact", nil), ("0000000001.json", nil), ("x.fact", nil),
            ("000000000a.fact", nil), ("+000000001.fact", nil), ("00000000001.fact", nil),
        ] as [(String, Int?)])
    func `a name tells the number`(name: String, sequence: Int?) {
        #expect(FactFile.sequence(of: name) == sequence)
        if let sequence { #expect(FactFile.name(of: sequence) == name) }
    }
}
