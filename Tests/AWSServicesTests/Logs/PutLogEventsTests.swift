import Foundation
import TestSupport
import Testing

@testable import AWSServices

/// Events that are written to log streams.
@Suite struct PutLogEventsTests {
    private static let now: Int64 = 1_765_108_800_000
    private let time = ScriptedTime()

    private static func events(_ timestamps: [Int64]) -> [LogEvent] {
        timestamps.map { LogEvent(timestamp: $0, message: "m\($0)") }
    }

    @Test func `batches are in order of time, and of each other where times are equal`() {
        let events = Self.events([5, 3, 5, 1, 3])

        #expect(LogEvent.batches(of: events) == [[3, 1, 4, 0, 2]])
        #expect(LogEvent.batches(of: []).isEmpty)
    }

    @Test func `no batch has more events, bytes or time than a request may have`() {
        let many = Self.events([Int64](repeating: 1, count: 20_001))
        #expect(LogEvent.batches(of: many).map(\.count) == [10_000, 10_000, 1])

        let half = String(repeating: "x", count: (1 << 19) - 26)
        let large = [half, half, "y", half].map { LogEvent(timestamp: 1, message: $0) }
        #expect(LogEvent.batches(of: large) == [[0, 1], [2, 3]])

        let day: Int64 = 24 * 3600 * 1000
        #expect(
            LogEvent.batches(of: Self.events([0, day - 1, day, 2 * day])) == [[0, 1], [2], [3]])
    }

    @Test func `what no request may hold is in no batch`() {
        let largest = String(repeating: "x", count: (1 << 20) - 26)
        let events = [largest, largest + "x", "", "\u{ac00}"].map {
            LogEvent(timestamp: 1, message: $0)
        }

        #expect(LogEvent.batches(of: events) == [[0], [3]])
    }

    @Test(arguments: Fuzzing.seeds(20))
    func `each event is in one batch, and batches are in order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let events = (0..<200).map { _ in
            LogEvent(
                timestamp: .random(in: 0...random.pick([10, 200_000_000]), using: &random),
                message: String(repeating: "x", count: random.pick([1, 100, 50_000, 400_000])))
        }

        let batches = LogEvent.batches(of: events)

        #expect(batches.joined().sorted() == Array(events.indices))
        for batch in batches {
            let times = batch.map { events[$0].timestamp }
            #expect(times == times.sorted())
            #expect((times.last ?? 0) - (times.first ?? 0) < 24 * 3600 * 1000)
            #expect(batch.reduce(0) { $0 + events[$1].message.utf8.count + 26 } <= 1 << 20)
        }
    }

    @Test(arguments: [
        ("{}", []), (#"{"nextSequenceToken":"1"}"#, []),
        (#"{"rejectedEntityInfo":{"errorType":"x"}}"#, []),
        (#"{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}}"#, [1, 3]),
        (
            #"{"rejectedLogEventsInfo":{"expiredLogEventEndIndex":1,"tooOldLogEventEndIndex":1}}"#,
            [1, 3]
        ),
        (#"{"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":3}}"#, [2]),
        (
            #"{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":0,"tooNewLogEventStartIndex":2}}"#,
            [0, 1, 2]
        ),
        (#"{"rejectedLogEventsInfo":{}}"#, [0, 1, 2, 3]),
        (#"{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":9}}"#, [0, 1, 2, 3]),
        (#"{"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":-1}}"#, [0, 1, 2, 3]),
    ])
    func `what a success rejects is told by its place among the events`(
        answer: String, rejected: [Int]
    ) async throws {
        // Sent in the order 1, 3, 0, 2.
        let events = Self.events([7, 1, 9, 3])
        let transport = ScriptedTransport([.answer(200, [:], answer)])

        let found = try await LogsClient(.scripted(transport, time)).putLogEvents(
            events, to: "s", in: "g")

        #expect(found == rejected)
    }

    @Test func `a request is repeated with the same bytes`() async throws {
        let transport = ScriptedTransport([
            .answer(500), .failure(.broken(reason: "reset")),
            .answer(400, [:], #"{"__type":"ThrottlingException"}"#), .answer(200, [:], "{}"),
        ])

        let rejected = try await LogsClient(.scripted(transport, time)).putLogEvents(
            Self.events([2, 1]), to: "s", in: "g")

        #expect(rejected.isEmpty)
        let bodies = Set(transport.requests.map { "\($0.payload)" })
        #expect(bodies.count == 1)
        guard case .bytes(let bytes)? = transport.requests.first?.payload else { return }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"logEvents":[{"message":"m1","timestamp":1},{"message":"m2","timestamp":2}],"#
                + #""logGroupName":"g","logStreamName":"s"}"#)
    }

    @Test func `moto keeps what it is sent, and what is too old comes back`() async throws {
        let moto = try MotoServer.shared
        let environment = AWSEnvironment(
            region: "us-east-1", credentials: StaticCredentials(AWSEnvironment.testCredentials),
            endpoints: ["*": Endpoint(isSecure: false, host: "127.0.0.1", port: moto.port)])
        let client = LogsClient(environment)
        struct Group: Encodable {
            var logGroupName: String
        }
        struct Nothing: Decodable {}
        let group = "/test/\(UUID().uuidString)"
        let missing = try await #require(throws: AWSError.self) {
            try await client.createLogStream("s", in: group)
        }
        #expect(missing.isNotFound)
        _ = try await client.client.call(
            LogsClient.target("CreateLogGroup"), Group(logGroupName: group), as: Nothing.self)
        try await client.createLogStream("s", in: group)
        try await client.createLogStream("s", in: group)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let old = now - 20 * 24 * 3600 * 1000

        let rejected = try await client.putLogEvents(
            [
                LogEvent(timestamp: now, message: "new \u{ac00}"),
                LogEvent(timestamp: old, message: "old"),
            ], to: "s", in: group)

        #expect(rejected == [1])
    }
}
