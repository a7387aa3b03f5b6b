import AWSServices
import BedrockMetering
import Foundation
import TestSupport
import Testing

@testable import MeteringGateway

/// Calls whose gateway is gone.
@Suite struct AbandonedCallsTests {
    private struct Lines: LineSearch {
        var events: [String: UsageEvent] = [:]
        var isDown = false

        func line(of call: CallIntent) async throws -> UsageEvent? {
            if isDown { throw ScriptedSink.Failure() }
            return events[call.callID]
        }
    }

    private static let now = EventTime.test("2025-12-07T13:00:00Z")

    private func store(_ calls: [CallIntent]) async throws -> MemoryLimitStore {
        let store = MemoryLimitStore()
        for call in calls {
            #expect(
                try await store.reserve(call, under: TenantRules(), lease: .seconds(60)) == nil)
        }
        return store
    }

    @Test func `each is settled by its line, or named unknown`() async throws {
        let calls = [
            CallIntent.test("a"), .test("b"), .test("c"), .test("d", at: "2025-12-07T12:59:30Z"),
        ]
        let store = try await store(calls)
        let sink = ScriptedSink()
        let unknown = UsageEvent(calls[1].unknownLine(.timeout))
        let abandoned = AbandonedCalls(
            store,
            searches: [
                Lines(events: ["b": unknown]),
                Lines(events: ["a": SpoolTests.event(calls[0], output: 20)]),
            ], journal: DirectUsage([sink]))

        #expect(try await abandoned.settle(at: Self.now) == .init(settled: 1, unknown: 2))
        #expect(try await abandoned.settle(at: Self.now) == .init())

        #expect(sink.lines == [UsageEvent(calls[2].unknownLine(.killed)).line])
        let account = try await store.account(of: "acme")
        #expect(account.openCount == 1)
        #expect(account.usage(at: Self.now, in: .utc).day.tokens == 23 + 100 + 100 + 100)
    }

    @Test func `what cannot be looked for stays open until it can`() async throws {
        let call = CallIntent.test("a")
        let store = try await store([call])
        let sink = ScriptedSink()
        let journal = DirectUsage([sink])
        await #expect(throws: ScriptedSink.Failure.self) {
            try await AbandonedCalls(store, searches: [Lines(isDown: true)], journal: journal)
                .settle(at: Self.now)
        }
        let abandoned = AbandonedCalls(store, searches: [Lines()], journal: journal)
        // Whoever has failed may still be at it.
        #expect(try await abandoned.settle(at: Self.now) == .init())
        sink.isDown = true
        let later = EventTime.test("2025-12-07T13:10:00Z")
        await #expect(throws: UsageError.self) { try await abandoned.settle(at: later) }
        sink.isDown = false

        #expect(
            try await abandoned.settle(at: .test("2025-12-07T13:20:00Z")) == .init(unknown: 1))
        #expect(sink.lines.count == 1)
    }

    @Test func `lines are found in moto's log group and bucket`() async throws {
        let environment = try TestLimitStores.environment()
        struct Group: Encodable {
            var logGroupName: String
        }
        struct Nothing: Decodable {}
        let group = "/test/\(UUID().uuidString)"
        _ = try await AWSClient(environment, service: "logs").call(
            "Logs_20140328.CreateLogGroup", Group(logGroupName: group), as: Nothing.self)
        let bucket = try MotoServer.shared.makeBucket()
        var calls = (0..<3).map { _ in CallIntent.test(UUID().uuidString.lowercased()) }
        let microseconds = Int64(Date().timeIntervalSince1970 * 1_000_000) - 1_000_000
        for index in calls.indices { calls[index].time = EventTime(microseconds: microseconds) }
        let events = calls.map { SpoolTests.event($0) }
        _ = try await LogGroupSink(LogsClient(environment), group: group).deliver([
            events[0], events[1],
        ])
        _ = try await BucketSink(S3Client(environment), bucket: bucket, prefix: "o/").deliver([
            events[1], events[2],
        ])
        let logs = LogGroupSearch(LogsClient(environment), group: group)
        let objects = BucketSearch(S3Client(environment), bucket: bucket, prefix: "o/")

        #expect(try await logs.line(of: calls[0]) == events[0])
        #expect(try await logs.line(of: calls[2]) == nil)
        #expect(try await objects.line(of: calls[0]) == nil)
        #expect(try await objects.line(of: calls[2]) == events[2])
    }
}
