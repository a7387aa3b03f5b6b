import BedrockMetering
import LakeTestSupport
import MeteringLake
import Testing

@Suite struct LedgerRejectsTests {
    private let ledger: Ledger
    private let day = UsageDay.on("2025-12-07")
    private let next = UsageDay.on("2025-12-08")
    private let now: EventTime

    init() throws {
        ledger = try Ledger()
        now = .hours(1, after: day)
    }

    @Test func `rejects are listed with object, line, byte offset and reason`() throws {
        let rejects: [ObjectReading.Reject] = [
            .line(7, bytes: "x", day: day, reason: .negative(.inputTokens)), .line(2),
        ]
        try ledger.run(
            .ingest, [.read("b", rejects: rejects), .read("a", rejects: [.line(9)])], now: now)

        let listed = try ledger.rejects()

        #expect(listed.map(\.object) == ["a", "b", "b"])
        #expect(listed.map(\.line) == [9, 2, 7])
        #expect(listed.map(\.byteOffset) == [900, 200, 700])
        #expect(
            listed.map(\.reason) == [
                "malformed JSON", "malformed JSON", "input_tokens is negative",
            ])
        #expect(listed.map(\.day) == [nil, nil, day])
        #expect(listed.map(\.replayed) == [nil, nil, nil])
        #expect(listed.last?.checksum == Checksum(of: Array("x".utf8)))
    }

    @Test func `a line of unknown day is among the rejects of every day of its object`() throws {
        let objects: [ObjectReading] = [
            .read("a", [day: 1, next: 1], rejects: [.line(1), .line(2, day: next)]),
            .read("b", rejects: [.line(3), .line(4, day: day)]),
        ]
        try ledger.run(.ingest, objects, now: now)

        #expect(try ledger.rejects(of: day).map(\.line) == [1, 4])
        #expect(try ledger.rejects(of: next).map(\.line) == [1, 2])
        #expect(try ledger.rejects(of: .on("2025-12-09")).isEmpty)
        #expect(try ledger.rejects().map(\.line) == [1, 2, 3, 4])
    }

    @Test func `open rejects are counted by reason`() throws {
        let rejects: [ObjectReading.Reject] = [
            .line(1, day: day), .line(2, day: day), .line(3, day: next, reason: .invalidUTF8),
        ]
        try ledger.run(.ingest, [.read("a", rejects: rejects)], now: now)
        #expect(try ledger.openRejects() == ["malformed JSON": 2, "invalid UTF-8": 1])

        let run = try ledger.beginRun(.replay, now: now)
        try ledger.markReplayed([try ledger.rejects()[0].number], by: run, now: now)

        #expect(try ledger.openRejects(of: day) == ["malformed JSON": 1])
        #expect(try ledger.openRejects(of: next) == ["invalid UTF-8": 1])
    }

    @Test func `a reject is replayed in the same step as the days of its run`() throws {
        try ledger.run(.ingest, [.read("a", rejects: [.line(1), .line(2)])], now: now)
        let number = try ledger.rejects()[1].number

        try ledger.run(.replay, replayed: [number], now: .hours(5, after: day))
        try ledger.run(.replay, replayed: [number], now: .hours(6, after: day))

        #expect(try ledger.rejects().map(\.replayed) == [nil, .hours(5, after: day)])
    }

    @Test func `reading an object again doubles no reject and forgets no replay`() throws {
        // As in one Lambda event, where lines share their place.
        let rejects: [ObjectReading.Reject] = [.line(1), .line(1), .line(1, bytes: "[")]
        try ledger.run(.ingest, [.read("a", rejects: rejects)], now: now)
        try ledger.run(.replay, replayed: [try ledger.rejects()[0].number], now: now)

        try ledger.run(.ingest, [.read("a", version: 2, rejects: rejects)], now: now)

        let listed = try ledger.rejects()
        #expect(listed.count == 3)
        #expect(listed.filter { $0.replayed == now }.map(\.checksum) == [rejects[0].checksum])
    }

    @Test func `another line at the place of a replayed one is open`() throws {
        try ledger.run(.ingest, [.read("a", rejects: [.line(1, bytes: "{")])], now: now)
        try ledger.run(.replay, replayed: [try ledger.rejects()[0].number], now: now)

        try ledger.run(.ingest, [.read("a", version: 2, rejects: [.line(1, bytes: "[")])], now: now)

        #expect(try ledger.rejects().map(\.replayed) == [nil])
    }

    @Test func `rejects that a repaired object no longer has are gone`() throws {
        try ledger.run(
            .ingest, [.read("a", rejects: [.line(1)]), .read("b", rejects: [.line(1)])], now: now)

        try ledger.run(.ingest, [.read("a", version: 2)], now: now)

        #expect(try ledger.rejects().map(\.object) == ["b"])
    }
}
