import BedrockMetering
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

/// Calls in conflict as bytes.
@Suite struct ConflictFileTests {
    private static let day = UsageDay.on("2025-12-07")

    private static func record(
        _ input: Int64, tenant: String = "acme", request: String = "r"
    ) -> UsageRecord {
        UsageRecord(
            time: EventTime(microseconds: day.start.microseconds + 1), tenant: TenantID(tenant),
            user: "u", model: "m", tokens: TokenCounts(input: input, total: input),
            request: RequestID(request))
    }

    private static func conflict(
        _ inputs: [Int64], tenant: String = "acme", request: String = "r", hasMore: Bool = false
    ) -> StoredConflict {
        let records = inputs.map { record($0, tenant: tenant, request: request) }
        let places = records.prefix(1).map { ($0, CallVersion.Place(object: "a", line: 3)) }
        return StoredConflict(
            CallConflict(
                day: day, tenant: TenantID(tenant), request: RequestID(request), versions: records,
                hasMore: hasMore),
            places: Dictionary(uniqueKeysWithValues: places))
    }

    @Test(arguments: [
        [], [conflict([9, 3])], [conflict([9, 3], hasMore: true)],
        [
            conflict([1, 0], tenant: "\u{1100}\u{1161}"), conflict([1, 0], tenant: "\u{ac00}"),
            conflict([Int64.max, 0], request: "line\nbreak\"\\\u{0}"),
        ],
    ])
    func `what is written is read again, names as they are`(conflicts: [StoredConflict]) throws {
        let bytes = ConflictFile.encode(conflicts)

        let read = try #require(ConflictFile.decode(bytes, of: Self.day))
        #expect(Set(read) == Set(conflicts))
        #expect(ConflictFile.encode(conflicts.reversed()) == bytes)
        #expect(bytes.count { $0 == 0x0a } == conflicts.count)
    }

    @Test(arguments: [
        "{}", "no list", "{\"tenant_id\": \"acme\"}\n",
        "{\"tenant_id\": \"acme\", \"request_id\": \"r\", \"more\": false, \"versions\": []}\n",
    ])
    func `anything else is no list`(text: String) {
        #expect(ConflictFile.decode(Array(text.utf8), of: Self.day) == nil)
    }

    @Test func `a list of another day is none of this one`() {
        let bytes = ConflictFile.encode([Self.conflict([9, 3])])

        #expect(ConflictFile.decode(bytes, of: .on("2025-12-08")) == nil)
    }

    @Test(arguments: [
        ("20251207.conflicts", true), ("20251307.conflicts", false), ("2025127.conflicts", false),
        ("20251207.json", false), ("2025-12-07.conflicts", false), (".conflicts", false),
        ("x/20251207.conflicts", false), ("20251207.conflicts.partial", false),
    ])
    func `a name tells the day`(name: String, isOne: Bool) {
        #expect(ConflictFile.day(of: name) == (isOne ? Self.day : nil))
    }

    @Test func `a mark stays when other versions come, and differs by version`() {
        let records = (0..<200).map { Self.record($0) }

        let marks = Set(records.map { CallVersion.mark(of: $0) })
        #expect(marks.count == 200 && marks.allSatisfy { $0.utf8.count == 8 })
        #expect(CallVersion(records[0]).mark == CallVersion(records[0], at: nil).mark)
    }
}
