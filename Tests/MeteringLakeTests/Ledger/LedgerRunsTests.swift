import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake

@Suite struct LedgerRunsTests {
    private let folder: TemporaryFolder
    private let path: String
    private let day = UsageDay.on("2025-12-07")
    private let now: EventTime

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("_ledger.sqlite")
        now = .hours(1, after: day)
    }

    private var result: RunResult {
        RunResult(
            objects: [.read("a", [day: 2], rejects: [.line(1)])],
            days: [.state(1, of: day, ["t": 2])]
        )
    }

    /// What the files hold at this moment, as a run that is killed now would leave them.
    private func killed() throws -> Ledger {
        let copy = "killed-\(UUID().uuidString).sqlite"
        for ending in ["", "-journal"] {
            let file = URL(fileURLWithPath: path + ending)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            try folder.write(try Data(contentsOf: file), to: copy + ending)
        }
        return try Ledger(at: folder.path(copy))
    }

    @Test func `a run is kept with its counts`() throws {
        let ledger = try Ledger(at: path)
        var result = RunResult()
        result.counts.objects = 1
        result.counts.skippedObjects = 2
        result.counts.failedObjects = 3
        result.counts.events.usage = 4
        result.counts.events.foreign = 5
        result.counts.events.rejected = 6
        result.counts.events.totalMismatches = 7
        result.counts.records = 8
        result.counts.duplicates.duplicates = 9
        result.counts.duplicates.ambiguous = 10
        result.counts.duplicates.conflicts = 11
        result.counts.uncommitted = 12

        let run = try ledger.beginRun(.replay, now: now)
        try ledger.finish(run, with: result, now: .hours(2, after: day))

        let stored = try #require(try ledger.runs().first)
        #expect(stored.number == run && stored.kind == .replay && stored.counts == result.counts)
        #expect(stored.started == now && stored.ended == .hours(2, after: day))
        #expect(stored.outcome == .partial)
    }

    @Test func `a run that took everything is complete`() throws {
        let ledger = try Ledger(at: path)

        try ledger.run(.ingest, now: now)

        #expect(try ledger.runs().map(\.outcome) == [.complete])
    }

    @Test func `what a finished run recorded is there when the ledger is opened again`() throws {
        let first = try Ledger(at: path)
        try first.finish(try first.beginRun(now: now), with: result, now: now)
        let fact = [Fact.Content.dayClosed(.state(1, of: day, ["a": 1]))].chained()
        try first.add(fact)
        let (objects, days) = (try first.objects(), try first.days())
        try first.close()

        for ledger in [try Ledger(at: path), try Ledger(readingAt: path)] {
            #expect(try ledger.objects() == objects && ledger.days() == days)
            #expect(try ledger.factChain().links == fact.map(\.link))
            #expect(ledger.damaged == nil)
        }
    }

    @Test func `a run that is killed before its end leaves nothing but its beginning`() throws {
        let ledger = try Ledger(at: path)
        _ = try ledger.beginRun(now: now)

        let after = try killed()

        #expect(after.damaged == nil)
        #expect(try after.objects().isEmpty && after.days().isEmpty && after.rejects().isEmpty)
        #expect(try after.runs().map(\.outcome) == [nil])
        _ = try after.beginRun(now: now)
        #expect(try after.runs().map(\.outcome) == [.interrupted, nil])
        #expect(try after.runs().map(\.ended) == [nil, nil])
    }

    @Test func `a run that is killed after its end has left everything`() throws {
        let ledger = try Ledger(at: path)
        try ledger.finish(try ledger.beginRun(now: now), with: result, now: now)

        let after = try killed()

        #expect(try after.objects() == ledger.objects() && after.days() == ledger.days())
        #expect(try after.rejects() == ledger.rejects() && after.runs() == ledger.runs())
    }

    @Test(arguments: ["day", "day_sum", "object", "object_day", "reject"])
    func `a run whose recording fails half-way leaves nothing`(table: String) throws {
        let ledger = try Ledger(at: path)
        // A trigger of the connection alone: those of the file are off.
        try ledger.write { database in
            let table = SQL(sql: table)
            try database.execute(
                literal: """
                    CREATE TEMP TRIGGER fault AFTER INSERT ON main.\(table) BEGIN
                        SELECT raise(ABORT, 'as if the disk were full');
                    END
                    """
            )
        }
        let run = try ledger.beginRun(now: now)

        #expect(throws: PipelineError.self) { try ledger.finish(run, with: result, now: now) }

        #expect(try ledger.objects().isEmpty && ledger.days().isEmpty && ledger.rejects().isEmpty)
        #expect(try !ledger.knows("a") && ledger.runs().map(\.outcome) == [nil])
        try ledger.write { try $0.execute(sql: "DROP TRIGGER fault") }
        try ledger.finish(run, with: result, now: now)
        #expect(try ledger.knows("a"))
    }

    @Test func `a run that ended in an error says so and cannot go on`() throws {
        let ledger = try Ledger(at: path)
        let run = try ledger.beginRun(now: now)

        try ledger.fail(run, now: now)

        #expect(try ledger.runs().map(\.outcome) == [.failed])
        #expect(throws: PipelineError.self) { try ledger.finish(run, with: result, now: now) }
        #expect(throws: PipelineError.self) { try ledger.fail(run, now: now) }
        #expect(throws: PipelineError.self) { try ledger.finish(99, with: result, now: now) }
        #expect(try ledger.days().isEmpty)
    }

    @Test func `a ledger can be read while a run is under way`() throws {
        let ledger = try Ledger(at: path)
        try ledger.finish(try ledger.beginRun(now: now), with: result, now: now)
        let other = try DatabaseQueue(path: path)

        try other.write { database in
            try database.execute(sql: "DELETE FROM object_day")

            let reader = try Ledger(readingAt: path)
            #expect(try reader.sources(of: day).map(\.location) == ["a"])
        }
    }

    @Test func `a reader changes nothing`() throws {
        let ledger = try Ledger(at: path)
        try ledger.finish(try ledger.beginRun(now: now), with: result, now: now)

        let reader = try Ledger(readingAt: path)

        #expect(throws: PipelineError.self) { try reader.beginRun(now: now) }
        #expect(throws: PipelineError.self) {
            try reader.noteClosing(of: day, isEmpty: true, givesUp: true, now: now)
        }
        #expect(try ledger.runs().count == 1)
    }
}
