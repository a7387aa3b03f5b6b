import BedrockMetering
import Foundation
import Testing

/// Records as `JSONEncoder` writes them.
@Suite struct UsageRecordJSONTests {
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `a record in JSON is a usage line`(seed: UInt64) throws {
        var random = RandomUsage(seed: seed)
        for _ in 0..<200 {
            var record = random.record(on: UsageDay.days(from: "2025-12-07", count: 2))
            if record.tenant.rawValue.isEmpty { record.tenant = "t" }
            let json = try JSONEncoder().encode(record)

            let decoded = try UsageRecordDecoder().decode(json)

            #expect(decoded.records == [record] && decoded.rejected.isEmpty)
            #expect(try JSONDecoder().decode(UsageRecord.self, from: json) == record)
        }
    }

    @Test(arguments: [
        #"{"timestamp":"2025-12-07T00:00:00.000000Z","tenant_id":"t","user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"total_tokens":3,"event_type":"other"}"#,
        #"{"timestamp":"2025-12-07","tenant_id":"t","user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"total_tokens":3}"#,
        #"{"timestamp":"2025-12-07T00:00:00.000000Z","user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"total_tokens":3}"#,
    ])
    func `JSON that is no record is refused`(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(UsageRecord.self, from: Data(json.utf8))
        }
    }

    @Test func `cache counts and request id may be missing`() throws {
        let json =
            #"{"timestamp":"2025-12-07T00:00:00.000000Z","tenant_id":"t","user_id":"u","model_id":"m","input_tokens":1,"output_tokens":2,"total_tokens":3}"#

        let record = try JSONDecoder().decode(UsageRecord.self, from: Data(json.utf8))

        #expect(record.tokens == TokenCounts(input: 1, output: 2) && record.request == nil)
    }
}
