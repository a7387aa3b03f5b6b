import BedrockMetering
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

@Suite struct LedgerNightsTests {
    private let folder: TemporaryFolder
    private let path: String
    private let ledger: Ledger
    private let days = [UsageDay.on("2025-12-06"), UsageDay.on("2025-12-07")]

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("_ledger.sqlite")
        ledger = try Ledger(at: path)
    }

    private func read(_ days: [UsageDay], of input: String) throws {
        let now = days[0].end
        let run = try ledger.beginRun(now: now)
        let read = InputDays(days, of: input)
        try ledger.finish(run, with: RunResult(emptyDays: days, read: read), now: now)
    }

    @Test func `days that were begun are known to their input, also once they are read`() throws {
        try ledger.begin(days, of: "a", now: days[1].end)
        try read([days[0]], of: "a")
        try ledger.begin(days, of: "a", now: days[1].end)

        #expect(try ledger.begunDays(of: "a", closed: []) == Set(days))
        #expect(try ledger.readDays(of: "a") == [days[0]])
        #expect(try ledger.readDays(of: "b") == [])
    }

    @Test func `another input knows of days that are not read, or not closed`() throws {
        try ledger.begin(days, of: "a", now: days[1].end)
        try read([days[0]], of: "a")

        #expect(try ledger.begunDays(of: "b", closed: []) == Set(days))
        #expect(try ledger.begunDays(of: "b", closed: [days[0]]) == [days[1]])
    }

    @Test func `a day that was read and not begun is none that nights go on with`() throws {
        try read(days, of: "a")

        #expect(
            try ledger.begunDays(of: "a", closed: []) == []
                && ledger.begunDays(of: "b", closed: []) == [])
        #expect(try ledger.readDays(of: "a") == Set(days))
    }

    @Test func `a day that is given up counts as read for each of its inputs`() throws {
        try ledger.begin(days, of: "a", now: days[1].end)
        try ledger.begin([days[1]], of: "b", now: days[1].end)

        try ledger.noteClosing(of: days[1], isEmpty: true, givesUp: true, now: days[1].end)
        try ledger.noteClosing(of: days[0], isEmpty: true, givesUp: false, now: days[1].end)

        #expect(try ledger.readDays(of: "a") == [days[1]])
        #expect(try ledger.readDays(of: "b") == [days[1]])
        try ledger.noteClosing(of: days[0], isEmpty: false, givesUp: true, now: days[1].end)
        #expect(try ledger.readDays(of: "a") == Set(days))
        #expect(try ledger.begunDays(of: "c", closed: Set(days)) == [])
    }

    @Test func `a ledger of before there were nights is read, and made one with them`() throws {
        let old = folder.path("old.sqlite")
        let queue = try DatabaseQueue(path: old)
        try LedgerSchema.migrator.migrate(queue, upTo: "first")
        try queue.write {
            try $0.execute(sql: "INSERT INTO run (kind, started_microseconds) VALUES ('ingest', 1)")
        }
        try queue.close()

        let reading = try Ledger(readingAt: old)
        #expect(try reading.runs().count == 1)
        #expect(try reading.begunDays(of: "a", closed: []) == [] && reading.readDays(of: "a") == [])
        try reading.close()
        let writing = try Ledger(at: old, isOwn: false)
        try writing.begin(days, of: "a", now: days[1].end)

        #expect(try writing.damaged == nil && writing.runs().count == 1)
        #expect(try writing.begunDays(of: "a", closed: []) == Set(days))
    }
}
