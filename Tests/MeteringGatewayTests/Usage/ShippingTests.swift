import AWSServices
import BedrockMetering
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MeteringGateway

/// How lines come to those who take them for good.
@Suite struct ShippingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func settings() -> Spool.Settings {
        var settings = Spool.Settings(path: folder.path("spool"))
        settings.interval = .milliseconds(5)
        settings.patience = .zero
        return settings
    }

    private func record(_ count: Int, from first: Int = 0, in spool: Spool) async throws -> [String]
    {
        var lines: [String] = []
        for index in first..<first + count {
            let call = CallIntent.test("c\(index)")
            try await spool.begin(call)
            let event = SpoolTests.event(call)
            try await spool.record(event, of: call)
            lines.append(event.line)
        }
        return lines
    }

    private func wait(until condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while !condition(), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(condition())
    }

    @Test func `lines are delivered in order, each once`() async throws {
        let sink = ScriptedSink()
        let spool = try await Spool(settings(), sinks: [sink])
        let lines = try await record(20, in: spool)

        try await wait { sink.lines.count == 20 }

        #expect(sink.lines == lines)
        await spool.stop()
        #expect(spool.waitingBytes == 0)
    }

    @Test func `what waits is delivered by the next process, byte for byte`() async throws {
        let down = ScriptedSink(isDown: true)
        var lines: [String] = []
        do {
            let spool = try await Spool(settings(), sinks: [down])
            lines = try await record(5, in: spool)
            try await spool.begin(.test("open"))
            await spool.stop()
            #expect(spool.waitingBytes > 0)
        }
        let sink = ScriptedSink()
        var settings = settings()
        settings.path = folder.path("next")
        try FileManager.default.copyItem(atPath: folder.path("spool"), toPath: settings.path)
        let next = try await Spool(settings, sinks: [sink])

        try await wait { sink.lines.count == 6 }

        #expect(Array(sink.lines.prefix(5)) == lines)
        #expect(
            sink.lines.last == UsageEvent(CallIntent.test("open").unknownLine(.killed)).line)
        await next.stop()
    }

    @Test func `stopping delivers what is left`() async throws {
        let sink = ScriptedSink()
        var settings = settings()
        settings.interval = .seconds(3600)
        let spool = try await Spool(settings, sinks: [sink])
        let lines = try await record(3, in: spool)

        await spool.stop()

        #expect(sink.lines == lines)
    }

    @Test func `the second sink takes what the first has refused for long enough`() async throws {
        var order = SinkOrder(patience: .seconds(60))
        let start = ContinuousClock.now
        var asksSecond = [0, 59, 60, 61].map { order.failed(at: start + .seconds($0)) }
        order.succeeded()
        asksSecond.append(order.failed(at: start + .seconds(62)))
        #expect(asksSecond == [false, false, true, true, false])

        let (first, second) = (ScriptedSink("first", isDown: true), ScriptedSink("second"))
        let spool = try await Spool(settings(), sinks: [first, second])
        let lines = try await record(3, in: spool)
        try await wait { second.lines.count == 3 }
        first.isDown = false
        let more = try await record(2, from: 3, in: spool)
        try await wait { first.lines.count == 2 }
        #expect(second.lines == lines)
        #expect(first.lines == more)
        await spool.stop()
    }

    @Test func `what the first sink will never take goes to the second at once`() async throws {
        let (first, second) = (ScriptedSink("first"), ScriptedSink("second"))
        first.refuse { $0.contains("r-c1") }
        let spool = try await Spool(settings(), sinks: [first, second])
        let lines = try await record(3, in: spool)

        try await wait { first.lines.count + second.lines.count == 3 }

        #expect(second.lines == [lines[1]])
        #expect(first.lines == [lines[0], lines[2]])
        await spool.stop()
    }

    @Test func `delivered segments go after a week, and refused lines stay`() {
        var state = ShippedState()
        let day = 24 * 3600 as Int64
        state.segments["old"] = .init(bytes: 10, seconds: 0)
        state.segments["refused"] = .init(bytes: 10, refused: 1, seconds: 0)
        state.segments["new"] = .init(bytes: 10, seconds: 5 * day)
        state.segments["part"] = .init(bytes: 9, seconds: 0)
        let segments = ["old", "refused", "new", "part", "unsent"].map { (name: $0, size: 10) }
        func removable(_ excess: Int, _ seconds: Int64) -> [String] {
            state.removable(
                of: segments, excess: excess, at: Date(timeIntervalSince1970: Double(seconds)))
        }

        #expect(removable(0, 7 * day - 1).isEmpty)
        #expect(removable(0, 7 * day) == ["old"])
        #expect(removable(0, 12 * day) == ["old", "new"])
        #expect(removable(1, 0) == ["old"])
        #expect(removable(11, 0) == ["old", "new"])
        #expect(removable(1000, 0) == ["old", "new"])
    }

    @Test func `a spool makes room by what is delivered`() async throws {
        let sink = ScriptedSink()
        var settings = settings()
        settings.limit = 32 << 10
        settings.fileSize = 2 << 10
        let spool = try await Spool(settings, sinks: [sink])
        for index in 0..<300 {
            _ = try await record(1, from: index, in: spool)
            if index % 20 == 19 { try await wait { sink.lines.count == index + 1 } }
        }

        #expect(sink.lines.count == 300)
        #expect(spool.bytes < 32 << 10)
        await spool.stop()
    }

    // MARK: Without a spool

    @Test func `lines that end together go together, within milliseconds`() async throws {
        let sink = ScriptedSink()
        let usage = DirectUsage([sink])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<30 {
                group.addTask {
                    let call = CallIntent.test("c\(index)")
                    try await usage.record(SpoolTests.event(call), of: call)
                }
            }
            try await group.waitForAll()
        }

        #expect(sink.lines.count == 30)
        #expect(sink.batches.count < 10)
    }

    @Test func `the second sink takes what the first does not, and if none does the call fails`()
        async throws
    {
        let (first, second) = (ScriptedSink("first", isDown: true), ScriptedSink("second"))
        let usage = DirectUsage([first, second])
        let call = CallIntent.test("a")
        try await usage.record(SpoolTests.event(call), of: call)
        #expect(second.lines.count == 1)

        second.isDown = true
        let error = await #expect(throws: UsageError.self) {
            try await usage.record(SpoolTests.event(call), of: call)
        }
        #expect(error?.description.contains("acme") == false)

        first.isDown = false
        first.refuse { _ in true }
        second.isDown = false
        second.refuse { _ in true }
        await #expect(throws: UsageError.self) {
            try await usage.record(SpoolTests.event(call), of: call)
        }
    }

    // MARK: Sinks

    @Test func `moto's log group has the lines, byte for byte, and its bucket those of S3`()
        async throws
    {
        let moto = try MotoServer.shared
        let environment = try TestLimitStores.environment()
        let logs = AWSClient(environment, service: "logs")
        struct Group: Encodable {
            var logGroupName: String
        }
        struct Filtered: Decodable {
            struct Event: Decodable {
                var message: String
                var timestamp: Int64
            }
            var events: [Event]
        }
        struct Nothing: Decodable {}
        let group = "/test/\(UUID().uuidString)"
        _ = try await logs.call(
            "Logs_20140328.CreateLogGroup", Group(logGroupName: group), as: Nothing.self)
        var recent = CallIntent.test("now")
        recent.time = EventTime(
            microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) - 60_000_000)
        let events = [CallIntent.test("old"), recent].map { SpoolTests.event($0) }
        let sink = LogGroupSink(LogsClient(environment), group: group)

        #expect(try await sink.deliver(events) == [])
        #expect(try await sink.deliver([events[1]]) == [])

        let found = try await logs.call(
            "Logs_20140328.FilterLogEvents", Group(logGroupName: group), as: Filtered.self)
        #expect(found.events.count == 3)
        #expect(Set(found.events.map(\.message)) == Set(events.map(\.line)))
        #expect(
            found.events.contains { $0.timestamp == recent.time.microseconds / 1000 })

        let bucket = try moto.makeBucket()
        let store = BucketSink(S3Client(environment), bucket: bucket, prefix: "outbox/")
        #expect(try await store.deliver(events) == [])
        #expect(try await store.deliver(events) == [])
        let objects = try await S3Client(environment).listObjects(in: bucket).map(\.key)
        #expect(objects.count == 1)
        #expect(objects.first?.hasPrefix("outbox/2025-12-07/") == true)
    }

    @Test(arguments: [
        (
            #"{"timestamp":"2025-12-07T01:23:45.678901Z","tenant_id":"a"}"#,
            1_765_070_625_678 as Int64?
        ),
        (#"{"timestamp":"2025-13-07T01:23:45.678901Z","tenant_id":"a"}"#, nil), ("{}", nil),
    ])
    func `the time of a line is that of its event`(line: String, time: Int64?) {
        #expect(UsageEvent(bytes: Array(line.utf8)).milliseconds == time)
    }
}
