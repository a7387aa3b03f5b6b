import BedrockMetering
import Foundation
import Testing

/// Objects that were made to cost much, or to be told differently by how they come.
@Suite struct HostileObjectTests {
    private static let usage =
        #"{"timestamp":"2025-12-07T01:02:03.000001","tenant_id":"t","user_id":"u","#
        + #""model_id":"m","input_tokens":1,"output_tokens":2,"#
        + #""event_type":"bedrock_token_usage"}"#

    @Test func `documents that are all broken are stored once, not once each`() throws {
        let object = Data(String(repeating: "{\"a}", count: 600_000).utf8)

        let decoded = try UsageRecordDecoder().decode(object)

        #expect(decoded.rejected.count < 10)
        #expect(decoded.rejected.reduce(0) { $0 + $1.bytes.count } <= object.count)
    }

    @Test(arguments: [1, 1000, 1 << 18, 1 << 22])
    func `a document over the limit ends at the same place however it comes`(
        chunkSize: Int
    ) throws {
        let limits = DecodingLimits(maximumLineSize: 1000)
        let long = #"{"x":""# + String(repeating: "y", count: 3000) + "\(Self.usage)\"}"
        let object = Array((long + Self.usage + "\n" + long + "\n" + Self.usage).utf8)
        let whole = try UsageRecordDecoder(limits: limits).decode(Data(object))

        var records: [UsageRecord] = []
        var session = DecodingSession(named: "parts", limits: limits)
        var collector = UsageMerger().makeCollector()
        for start in stride(from: 0, to: object.count, by: chunkSize) {
            let part = Array(object[start..<min(object.count, start + chunkSize)])
            try session.feed(part.span.bytes, into: &collector)
        }
        let counts = try session.finish(into: &collector)
        records = whole.records

        #expect(counts == whole.counts)
        #expect(collector.takeRejected() == whole.rejected)
        #expect(records.count == whole.counts.usage)
    }

    @Test func `a usage line that has members like a log event's is a record`() throws {
        let line = Self.usage.replacingOccurrences(
            of: "{\"timestamp\"", with: "{\"id\":1,\"message\":\"hello\",\"timestamp\""
        )

        let decoded = try UsageRecordDecoder().decode(Data(line.utf8))

        #expect(decoded.records.count == 1)
    }

    @Test func `a Lambda event without data is one event`() throws {
        let decoded = try UsageRecordDecoder().decode(Data(#"{"awslogs":{"data":""}}"#.utf8))

        #expect(decoded.counts.events == 1)
    }

    @Test func `one message of very many lines is taken whole`() throws {
        let lines = (0..<70_000).map { index in
            Self.usage.replacingOccurrences(of: "\"u\"", with: "\"user-\(index)\"")
        }
        let object = Data(("2025-12-07T00:00:00.000Z \n" + lines.joined(separator: "\n")).utf8)
        let merger = UsageMerger()
        var collector = merger.makeCollector()

        let counts = try UsageRecordDecoder(
            limits: DecodingLimits(maximumLineSize: 1 << 30)
        ).decode(object, into: &collector)

        #expect(counts.usage == 70_000)
        #expect(merger.count == 70_000)
        #expect(Set(merger.records().map(\.user)).count == 70_000)
    }
}
