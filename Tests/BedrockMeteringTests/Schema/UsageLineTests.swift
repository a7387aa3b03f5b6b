import Foundation
import TestSupport
import Testing

@testable import BedrockMetering

/// Tests have a type of that name, too.
private typealias Line = BedrockMetering.UsageLine

/// The line that producers log.
struct UsageLineTests {
    private static let record = UsageRecord(
        time: EventTime(microseconds: 1_765_070_625_678_901), tenant: "acme", user: "u-1",
        model: "anthropic.claude-3-haiku-20240307-v1:0",
        tokens: TokenCounts(input: 10, output: 20, cacheRead: 3, cacheWrite: 4, total: 37),
        request: "5f2b0c9e-0000-4000-8000-000000000001")

    @Test func `it has the sample's keys in their order, then its own`() throws {
        let line = try #require(
            Line(
                Self.record, oneHourCacheWrite: 4, serviceTier: "default", region: "us-east-1",
                callID: "c-1", stopReason: "end_turn", clientDisconnected: true))

        #expect(
            String(decoding: line.bytes, as: UTF8.self) == """
                {"timestamp":"2025-12-07T01:23:45.678901Z","tenant_id":"acme","user_id":"u-1",\
                "model_id":"anthropic.claude-3-haiku-20240307-v1:0","input_tokens":10,\
                "output_tokens":20,"total_tokens":37,"event_type":"bedrock_token_usage",\
                "request_id":"5f2b0c9e-0000-4000-8000-000000000001","cache_read_input_tokens":3,\
                "cache_write_input_tokens":4,"cache_write_1h_input_tokens":4,\
                "service_tier":"default","region":"us-east-1","call_id":"c-1",\
                "stop_reason":"end_turn","client_disconnected":true}
                """)
    }

    @Test func `what is not known has no key`() throws {
        var record = Self.record
        record.request = nil

        let line = try #require(Line(record))

        #expect(
            String(decoding: line.bytes, as: UTF8.self).hasSuffix(
                """
                "event_type":"bedrock_token_usage","cache_read_input_tokens":3,\
                "cache_write_input_tokens":4,"cache_write_1h_input_tokens":0}
                """))
    }

    /// A change of a sound record, and what the decoder would say of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout UsageRecord) -> Void

        init(_ description: String, _ change: @escaping @Sendable (inout UsageRecord) -> Void) {
            testDescription = description
            self.change = change
        }
    }

    @Test(arguments: [
        Fault("no tenant") { $0.tenant = "" }, Fault("no model") { $0.model = "" },
        Fault("a negative count") { $0.tokens.input = -1 },
        Fault("a negative total") { $0.tokens.total = -1 },
        Fault("before 2020") { $0.time = EventTime(microseconds: 1_577_836_799_999_999) },
        Fault("after 2050") { $0.time = EventTime(microseconds: 2_556_144_000_000_000) },
        Fault("the end of time") { $0.time = EventTime(microseconds: .max) },
        Fault("a long user") { $0.user = UserID(String(repeating: "u", count: 4097)) },
        Fault("a long id") { $0.request = RequestID(String(repeating: "u", count: 4097)) },
        Fault("more for an hour than in all") { $0.tokens.cacheWrite = 3 },
        Fault("a negative cache") { $0.tokens.cacheWrite = -1 },
    ])
    func `there is no line that would be rejected`(fault: Fault) {
        var record = Self.record
        fault.change(&record)

        #expect(Line(record, oneHourCacheWrite: 4) == nil)
        #expect(Line(Self.record, oneHourCacheWrite: -1) == nil)
    }

    @Test func `the first and the last instant and the longest names have lines`() throws {
        #expect(Line.maximumNameSize == DecodingLimits().maximumNameSize)
        for time in [1_577_836_800_000_000, 2_556_143_999_999_999] as [Int64] {
            var record = Self.record
            record.time = EventTime(microseconds: time)
            record.user = UserID(String(repeating: "\u{ac00}\"", count: 1024))
            let line = try #require(Line(record))
            #expect(try Self.records(in: [line.bytes]) == [record])
        }
    }

    @Test(arguments: Fuzzing.seeds(50))
    func `what it writes the decoder reads back`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func name() -> String { random.pick(HostileNames.all) }
        func count() -> Int64 {
            Int64.random(
                in: 0...Int64.max >> Int64.random(in: 0...62, using: &random), using: &random)
        }
        var lines: [Line] = []
        for _ in 0..<40 {
            let record = UsageRecord(
                time: EventTime(
                    microseconds: .random(
                        in: 1_577_836_800_000_000..<2_556_144_000_000_000, using: &random)),
                tenant: TenantID(name() + random.pick(["", "t"])), user: UserID(name()),
                model: ModelID(name() + random.pick(["", "m"])),
                tokens: TokenCounts(
                    input: count(), output: count(), cacheRead: count(), cacheWrite: count(),
                    total: count()),
                request: random.happens(percent: 80) ? RequestID("r" + name()) : nil)
            let line = Line(
                record,
                oneHourCacheWrite: .random(in: 0...record.tokens.cacheWrite, using: &random),
                serviceTier: random.pick([nil, "default", name()]),
                region: random.pick([nil, "us-east-1", name()]),
                callID: random.pick([nil, UUID().uuidString, name()]),
                stopReason: random.pick([nil, "end_turn", name()]),
                clientDisconnected: random.happens(percent: 20))
            if let line { lines.append(line) }
        }

        #expect(try Self.records(in: lines.map(\.bytes)) == lines.map(\.record))
        for line in lines {
            #expect(!line.bytes.contains(0x0a))
            let keys = try #require(
                JSONSerialization.jsonObject(with: Data(line.bytes)) as? [String: Any])
            #expect(keys["call_id"] as? String == line.callID)
            #expect(keys["service_tier"] as? String == line.serviceTier)
            #expect(keys["region"] as? String == line.region)
            #expect(keys["stop_reason"] as? String == line.stopReason)
            #expect(
                keys["cache_write_1h_input_tokens"] as? NSNumber
                    == NSNumber(value: line.oneHourCacheWrite))
            #expect(keys["client_disconnected"] as? Bool == (line.clientDisconnected ? true : nil))
        }
    }

    @Test func `a call whose usage is unknown is told, and is no record`() throws {
        let line = UnknownCallLine(
            time: Self.record.time, tenant: "a\"b", user: "u", model: "m", callID: "c-1",
            reason: .endBeforeUsage, request: "r", estimatedInput: 7, estimatedOutput: 1000)

        #expect(
            String(decoding: line.bytes, as: UTF8.self) == #"""
                {"timestamp":"2025-12-07T01:23:45.678901Z","event_type":"bedrock_call_unknown",\#
                "tenant_id":"a\"b","user_id":"u","model_id":"m","call_id":"c-1",\#
                "reason":"end_before_usage","request_id":"r","estimated_input_tokens":7,\#
                "estimated_output_tokens":1000}
                """#)
        let export = try UsageRecordDecoder().decode(Data(line.bytes))
        #expect(export.records.isEmpty)
        #expect(export.rejected.isEmpty)
    }

    @Test func `unknown calls with hostile names are neither records nor rejected`() throws {
        var text: [UInt8] = []
        for name in HostileNames.all {
            text +=
                UnknownCallLine(
                    time: Self.record.time, tenant: TenantID(name), user: UserID(name),
                    model: ModelID(name), callID: name, reason: .killed, request: RequestID(name),
                    estimatedInput: 1, estimatedOutput: 2
                ).bytes + Array("\n".utf8)
        }

        let export = try UsageRecordDecoder().decode(Data(text))

        #expect(export.records.isEmpty)
        #expect(export.rejected.isEmpty)
    }

    private static func records(in lines: [[UInt8]]) throws -> [UsageRecord] {
        let text = lines.flatMap { $0 + Array("\n".utf8) }
        let export = try UsageRecordDecoder().decode(Data(text))
        #expect(export.rejected.isEmpty)
        return export.records
    }
}
