import BedrockMetering
import Foundation
import LakeTestSupport
import Logging
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Nights over log objects that something else delivers.
@Suite struct NightlySourceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.makeFolder("source")
    }

    private func deliver(_ days: [String], to name: String) throws {
        let lines = days.map { day -> String in
            var call = UsageCall()
            call.day = day
            call.request = Array(name.utf8)
            return call.row
        }
        try folder.write(lines.joined(), to: "source/\(name).json")
    }

    /// - Parameter hour: when it runs, in hours after the end of the day.
    private func night(
        of day: String, hour: Int64 = 13, logger: Logger? = nil
    ) async throws -> NightlySummary {
        let day = try #require(UsageDay(day))
        let now = EventTime(
            microseconds: day.end.microseconds + hour * EventTime.perHour)
        var job = NightlyJob(
            .night(hour == 13 ? nil : day), from: .source(folder.path("source")),
            into: folder.path("lake"),
            logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        job.clock = LedgerClock { now }
        return try await job.run()
    }

    private func backfill(
        _ period: UsagePeriod, after day: String
    ) async throws -> NightlySummary {
        let now = EventTime.hours(13, after: try #require(UsageDay(day)))
        var job = NightlyJob(
            .backfill(period), from: .source(folder.path("source")), into: folder.path("lake"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        job.clock = LedgerClock { now }
        return try await job.run()
    }

    private func closed() throws -> [String] {
        let ledger = try Ledger(readingAt: folder.path("lake/_ledger.sqlite"))
        return try ledger.closedStates().keys.sorted().map(\.description)
    }

    @Test func `each night ingests, verifies, and closes the day before`() async throws {
        try deliver(["2025-12-06"], to: "a")
        let first = try await night(of: "2025-12-06")
        let afterFirst = try closed()
        try deliver(["2025-12-06", "2025-12-07"], to: "b")
        let second = try await night(of: "2025-12-07")

        #expect(first.isClean && second.isClean)
        #expect(afterFirst == [])
        #expect(try closed() == ["2025-12-06"])
        #expect(second.days.map(\.day.description) == ["2025-12-06", "2025-12-07"])
        #expect(second.verified?.count == 2)
        #expect(second.exitCode == 0)
    }

    @Test func `a night that is repeated changes nothing`() async throws {
        try deliver(["2025-12-06", "2025-12-07"], to: "a")
        _ = try await night(of: "2025-12-07")
        let before = try folder.files("lake")

        let again = try await night(of: "2025-12-07")

        #expect(again.isClean)
        #expect(again.ingest?.records == 0)
        #expect(try folder.files("lake") == before)
        #expect(try closed() == ["2025-12-06"])
    }

    @Test func `a night names what it could not take, and what it restated`() async throws {
        try deliver(["2025-12-06"], to: "a")
        _ = try await night(of: "2025-12-06")
        _ = try await night(of: "2025-12-07")
        try deliver(["2025-12-06"], to: "late")
        try folder.write(Array("\u{1f}".utf8) + [0x8b, 8, 0], to: "source/cut.gz")
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(unsound, to: "source/unsound.json")

        let summary = try await night(of: "2025-12-07")

        let text = summary.text()
        #expect(summary.exitCode == 65)
        #expect(text.contains("not taken: ") && text.contains("source/cut.gz: "))
        #expect(text.contains("\n2025-12-06: 1 new record; restated\n"))
        #expect(text.contains("meter-etl rejects"))
        #expect(summary.json().contains("source/cut.gz"))
    }

    @Test func `a closed day whose file was lost is done again`() async throws {
        try deliver(["2025-12-06", "2025-12-07"], to: "a")
        _ = try await night(of: "2025-12-07")
        let name = "year=2025/month=12/day=06/bedrock-usage-20251206.parquet"
        let whole = try #require(try folder.files("lake")[name])
        try FileManager.default.removeItem(atPath: folder.path("lake/\(name)"))

        let summary = try await night(of: "2025-12-08")

        #expect(summary.isClean)
        #expect(
            summary.days.map(\.day.description) == ["2025-12-06", "2025-12-07", "2025-12-08"])
        #expect(try folder.files("lake")[name] == whole)
        #expect(try closed() == ["2025-12-06", "2025-12-07"])
        #expect(
            summary.text().contains(
                /\n2025-12-06: .*its file was lost or replaced, and was made again; .*closed\n/))
        #expect(summary.json().contains("\"file_was_lost\": true"))
    }

    @Test func `nights that were missed are made up`() async throws {
        try deliver(["2025-12-04"], to: "a")
        _ = try await night(of: "2025-12-04")
        try deliver(["2025-12-05", "2025-12-06", "2025-12-07"], to: "b")

        let later = try await night(of: "2025-12-07")

        #expect(later.isClean)
        #expect(try closed() == ["2025-12-04", "2025-12-05", "2025-12-06"])
        let next = try await night(of: "2025-12-08")
        #expect(next.isClean)
        #expect(try closed() == ["2025-12-04", "2025-12-05", "2025-12-06", "2025-12-07"])
    }

    @Test func `a day is not closed before its exports can be final`() async throws {
        try deliver(["2025-12-06", "2025-12-07"], to: "a")
        _ = try await night(of: "2025-12-06")

        _ = try await night(of: "2025-12-07", hour: -13)
        let early = try closed()
        _ = try await night(of: "2025-12-07", hour: -12)

        #expect(early == [])
        #expect(try closed() == ["2025-12-06"])
    }

    @Test func `an object that cannot be read keeps its days open, and the next night closes them`()
        async throws
    {
        try deliver(["2025-12-05"], to: "a")
        _ = try await night(of: "2025-12-05")
        try deliver(["2025-12-06"], to: "b")
        try folder.write([0x1f, 0x8b, 0x08, 0x00], to: "source/cut.gz")

        let failed = try await night(of: "2025-12-06")
        let whileFailing = try closed()
        try FileManager.default.removeItem(atPath: folder.path("source/cut.gz"))
        let mended = try await night(of: "2025-12-06")

        #expect(!failed.isClean)
        #expect(failed.exitCode == 65)
        #expect(whileFailing == [])
        #expect(mended.isClean)
        #expect(try closed() == ["2025-12-05"])
    }

    @Test func `a day without usage closes in its turn like any other`() async throws {
        try deliver(["2025-12-05"], to: "a")
        let first = try await night(of: "2025-12-05")
        let second = try await night(of: "2025-12-06")
        let third = try await night(of: "2025-12-07")
        let fourth = try await night(of: "2025-12-08")

        #expect(first.isClean && second.isClean && third.isClean && fourth.isClean)
        #expect(try closed() == ["2025-12-05", "2025-12-06", "2025-12-07"])
        #expect(third.days.map(\.day.description) == ["2025-12-06", "2025-12-07"])
        #expect(fourth.days.map(\.day.description) == ["2025-12-07", "2025-12-08"])
        #expect(third.text().contains("\n2025-12-06: no usage; closed\n"))
    }

    @Test func `late usage of a day that closed without any restates it`() async throws {
        try deliver(["2025-12-05"], to: "a")
        for day in ["2025-12-05", "2025-12-06", "2025-12-07"] { _ = try await night(of: day) }
        try deliver(["2025-12-06"], to: "late")

        let night = try await night(of: "2025-12-08")

        #expect(night.isClean)
        #expect(night.ingest?.restated.map(\.description) == ["2025-12-06"])
        let ledger = try Ledger(readingAt: folder.path("lake/_ledger.sqlite"))
        let restatement = try #require(try ledger.restatements().first?.restatement)
        #expect(restatement.changes.map(\.difference.requests) == [1])
    }

    @Test(arguments: [
        (-13 as Int64, "closes after 2025-12-08 12:00 UTC"),
        (12, "closes with the night of 2025-12-08"),
    ])
    func `a day that stays provisional says why`(hour: Int64, reason: String) async throws {
        try deliver(["2025-12-07"], to: "a")

        let summary = try await night(of: "2025-12-07", hour: hour)

        #expect(summary.days.map(\.reason) == [reason])
        #expect(summary.text().contains("; provisional: \(reason)\n"))
    }

    @Test func `a day that could not be read as a whole says so`() async throws {
        try deliver(["2025-12-07"], to: "a")
        try folder.write([0x1f, 0x8b, 0x08, 0x00], to: "source/cut.gz")

        let summary = try await night(of: "2025-12-07")

        #expect(summary.days.map(\.reason) == ["not all was ingested: 1 failure"])
    }

    @Test(arguments: [NightlySummary.LedgerState.missing, .unreadable])
    func `without its ledger a night makes up the days since the lake's, and says so`(
        state: NightlySummary.LedgerState
    ) async throws {
        try deliver(["2025-12-04"], to: "a")
        _ = try await night(of: "2025-12-04")
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))
        if state == .unreadable { try folder.write("no ledger", to: "lake/_ledger.sqlite") }
        try deliver(["2025-12-05", "2025-12-06"], to: "b")

        let later = try await night(of: "2025-12-06")

        #expect(later.isClean && later.ledger == state)
        #expect(later.text().hasPrefix("the ledger was \(state.rawValue): "))
        #expect(
            later.days.map(\.day.description) == ["2025-12-04", "2025-12-05", "2025-12-06"])
        #expect(try closed() == ["2025-12-04", "2025-12-05"])
    }

    @Test func `without its ledger a night goes back no further than ever`() async throws {
        try deliver(["2025-11-01"], to: "a")
        _ = try await night(of: "2025-11-01")
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))

        let later = try await night(of: "2025-12-20")

        #expect(later.days.count == NightlyPlan.reach)
        #expect(later.days.first?.day.description == "2025-12-07")
        let next = try await night(of: "2025-12-21")
        for (night, last) in [(later, "2025-12-06"), (next, "2025-12-06")] {
            #expect(night.outOfReach.first?.description == "2025-11-01")
            #expect(night.outOfReach.last?.description == last)
        }
    }

    @Test func `days that no night can make up any more are named until a backfill does`()
        async throws
    {
        try deliver(["2025-11-01", "2025-11-20", "2025-12-10"], to: "a")
        _ = try await night(of: "2025-11-01")
        _ = try await night(of: "2025-11-02")

        let late = try await night(of: "2025-12-10")
        let again = try await night(of: "2025-12-11")

        for night in [late, again] {
            #expect(night.exitCode == 65 && !night.isClean && night.failures.isEmpty)
            #expect(
                night.text().contains(
                    "\nout of reach: 2025-11-02 to 2025-11-26; "
                        + "meter-etl nightly --backfill 2025-11-02 2025-11-26 "
                        + "--source \(folder.path("source")) --lake \(folder.path("lake")) makes them "
                        + "up, meter-etl close --day 2025-11-02 --force --lake \(folder.path("lake")) "
                        + "gives up a day\n"))
            #expect(night.json().contains("\"out_of_reach\": [\"2025-11-02\", "))
        }
        let period = try #require(UsagePeriod(from: late.outOfReach[0], to: late.outOfReach[24]))
        let backfill = try await self.backfill(period, after: "2025-12-11")
        let after = try await night(of: "2025-12-12")
        #expect(backfill.isClean && after.isClean && after.outOfReach == [])
        #expect(try closed().count == 41)
    }

    @Test func `a night that ends at its first step is made up by the next one`() async throws {
        try FileManager.default.removeItem(atPath: folder.path("source"))
        let failed = try await night(of: "2025-12-05")
        try deliver(["2025-12-06"], to: "a")

        let next = try await night(of: "2025-12-06")

        #expect(failed.exitCode == 66)
        #expect(next.isClean)
        #expect(try closed() == ["2025-12-05"])
    }

    @Test func `a night of long ago begins nothing that the next one would go on with`()
        async throws
    {
        try deliver(["2025-11-01", "2025-12-07"], to: "a")
        _ = try await night(of: "2025-11-01", hour: 24 * 36 + 13)

        let next = try await night(of: "2025-12-07")

        #expect(next.isClean && next.outOfReach == [])
    }

    @Test func `a day that has not begun is no night's`() async throws {
        try deliver(["2025-12-07"], to: "a")

        let error = await #expect(throws: PipelineError.self) {
            try await night(of: "2025-12-07", hour: -24)
        }

        #expect(error?.code == .usage)
    }

    @Test func `a day file that is not as recorded is not closed, and the night is not clean`()
        async throws
    {
        try deliver(["2025-12-05"], to: "a")
        _ = try await night(of: "2025-12-05")
        try deliver(["2025-12-06"], to: "b")
        let unread = "lake/year=2025/month=12/day=04/bedrock-usage-20251204.parquet"
        try folder.write("no Parquet", to: unread)
        try deliver(["2025-12-04"], to: "c")

        let summary = try await night(of: "2025-12-06")

        #expect(!summary.isClean)
        #expect(summary.exitCode == 65)
    }

    @Test func `a lake that another run holds ends the night with its code`() async throws {
        try deliver(["2025-12-06"], to: "a")
        _ = try await night(of: "2025-12-06")
        let lock = try LakeLock(on: Lake(at: folder.path("lake")))

        let summary = try await night(of: "2025-12-07")

        _ = consume lock
        #expect(summary.exitCode == 75)
        #expect(summary.failures.map(\.step) == ["ingest"])
        #expect(summary.text().contains("ingest failed: "))
    }

    @Test func `a source that is missing ends the night with its code`() async throws {
        try FileManager.default.removeItem(atPath: folder.path("source"))

        let summary = try await night(of: "2025-12-07")

        #expect(summary.exitCode == 66)
    }

    @Test func `the summary is one JSON object`() async throws {
        try deliver(["2025-12-06", "2025-12-07"], to: "a")
        _ = try await night(of: "2025-12-06")

        let summary = try await night(of: "2025-12-07")

        let object = try JSONSerialization.jsonObject(with: Data(summary.json().utf8))
        let members = try #require(object as? [String: Any])
        #expect(members["clean"] as? Bool == true)
        #expect((members["failures"] as? [Any])?.isEmpty == true)
        let days = try #require(members["days"] as? [[String: Any]])
        #expect(days.map { $0["date"] as? String } == ["2025-12-06", "2025-12-07"])
        #expect(days[0]["closed_at"] as? String == "2025-12-08T13:00:00.000000Z")
        #expect(days[0]["provisional_because"] is NSNull && days[1]["closed_at"] is NSNull)
        #expect(days[1]["provisional_because"] as? String == "closes with the night of 2025-12-08")
        #expect(members["ledger"] as? String == "read")
        #expect((members["not_done"] as? [Any])?.isEmpty == true)
        #expect(days.allSatisfy { $0["ingest"] is NSNull && $0["records"] as? Int == 0 })
        #expect((members["ingest"] as? [String: Any])?["records"] as? Int == 0)
        #expect((members["verified"] as? [Any])?.count == 2)
    }

    @Test func `what a source held is told once, and of each day what it was`() async throws {
        try deliver(["2025-12-05"], to: "a")
        _ = try await night(of: "2025-12-05")
        try deliver(["2025-12-04", "2025-12-05", "2025-12-07"], to: "b")
        try deliver(["2025-12-07", "2025-12-08"], to: "c")

        let summary = try await night(of: "2025-12-07")

        #expect(
            summary.text() == """
                source: 5 new records, 0 rejected lines, 0 failures
                2025-12-05: 1 new record; closed
                2025-12-06: no usage; closed
                2025-12-07: 2 new records; provisional: closes with the night of 2025-12-08
                2025-12-04: 1 new record
                2025-12-08: 1 new record
                days verified: 5, 0 not as recorded

                """)
    }

    @Test func `each step is logged with what it was about`() async throws {
        try deliver(["2025-12-05", "2025-12-06"], to: "a")
        let log = LogRecord()
        let logger = Logger(label: "test") { _ in RecordingLogHandler(log: log) }
        _ = try await night(of: "2025-12-05", logger: logger)
        log.clear()

        _ = try await night(of: "2025-12-06", logger: logger)
        try FileManager.default.removeItem(atPath: folder.path("source"))
        _ = try await night(of: "2025-12-07", logger: logger)

        let messages = log.all
        #expect(
            messages.map(\.message) == [
                "night begins", "ingested", "closed", "night ends",
                "night begins", "step failed", "night ends",
            ])
        #expect(messages[1].metadata["records"] == "0")
        #expect(messages[1].metadata["date"] == "2025-12-05/2025-12-06")
        #expect(messages[2].metadata["date"] == "2025-12-05")
        #expect(messages[3].metadata["clean"] == "true")
        #expect(messages[5].metadata["date"] == "2025-12-06/2025-12-07")
    }

    @Test func `the heartbeat is written in one step, and says which night it was`() async throws {
        try deliver(["2025-12-07"], to: "a")
        let summary = try await night(of: "2025-12-07")
        let path = try folder.write("old", to: "heartbeat.json")

        try Heartbeat(at: path).beat(after: summary, at: Date(timeIntervalSince1970: 1_765_200_000))

        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            text == "{\"ended_at\": \"2025-12-08T13:20:00.000000Z\", \"day\": \"2025-12-07\"}\n")
        let nowhere = Heartbeat(at: folder.path("none/heartbeat.json"))
        #expect(throws: PipelineError.self) { try nowhere.beat(after: summary) }
    }
}

/// What was logged.
final class LogRecord: Sendable {
    struct Entry: Sendable {
        let message: String
        let metadata: [String: String]
    }

    private let entries = Mutex<[Entry]>([])

    func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
    func clear() { entries.withLock { $0 = [] } }
    var all: [Entry] { entries.withLock { $0 } }
}

struct RecordingLogHandler: LogHandler {
    let log: LogRecord
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(log: LogRecord) {
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: Logging.LogEvent) {
        log.add(
            LogRecord.Entry(
                message: "\(event.message)",
                metadata: (event.metadata ?? [:]).mapValues { "\($0)" }))
    }
}
