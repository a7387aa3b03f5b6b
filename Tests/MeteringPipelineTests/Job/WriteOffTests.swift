import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Rejected lines of which somebody decides that they stay out.
@Suite struct WriteOffTests {
    private static let day = UsageDay.on("2025-12-07")

    private static func unsound(_ time: Int) -> String {
        UsageCall(time: time).row.replacingOccurrences(of: ":10,", with: ":-10,")
    }

    /// A lake, and two sources with rejected lines: lines 2 and 4 of `a`, line 1 of `b`.
    private static func world(_ kind: TestStore.Kind) async throws -> FactWorld {
        let world = try await FactWorld(kind)
        try await world.store.write(
            UsageCall(time: 1).row + unsound(2) + UsageCall(time: 3).row + unsound(4),
            to: "source/a.json")
        try await world.store.write(unsound(5) + UsageCall(time: 6).row, to: "source/b.json")
        _ = try await world.ingest("source", by: "first")
        return world
    }

    private static func job(_ world: FactWorld, by machine: String = "first") -> WriteOffJob {
        var job = WriteOffJob(
            of: world.lake, ledger: world.ledger(machine), reason: "a test of the producer")
        job.stores = world.store.stores(ofMachine: machine)
        return job
    }

    private static func rejects(
        _ world: FactWorld, by machine: String = "first", all: Bool = false
    ) async throws -> [LedgerReject] {
        var job = RejectsJob(of: world.lake, ledger: world.ledger(machine))
        job.stores = world.store.stores(ofMachine: machine)
        job.includesSettled = all
        return try await job.run()
    }

    @Test(arguments: [
        ("day", 3, 2), ("object", 2, 1), ("line", 1, 1), ("all", 3, 2), ("whole name", 2, 1),
    ])
    func `the lines that were meant are not open any more, and one fact tells of each object`(
        selection: String, lines: Int, facts: Int
    ) async throws {
        let world = try await Self.world(.local)
        var job = Self.job(world)
        switch selection {
        case "day": job.day = Self.day
        case "object": job.object = try await Self.rejects(world)[0].object
        case "whole name": job.object = world.store.location("source/a.json")
        case "line":
            job.object = try await Self.rejects(world)[0].object
            job.lines = [4]
        default: break
        }

        let outcome = try await job.run()

        #expect(outcome.lines == lines && outcome.open == 3 - lines)
        #expect(try await world.kinds() == Array(repeating: "reject_written_off", count: facts))
        #expect(try await Self.rejects(world).count == 3 - lines)
        #expect(try await Self.rejects(world, all: true).count == 3)
        #expect(try await world.status("first").openRejects == 3 - lines)
        #expect(try await world.verify("first").isClean)
        let text = outcome.text()
        #expect(text.contains("a.json: \(min(lines, 2)) rejected line"))
        #expect(text.contains(" written off\n"))
    }

    @Test(arguments: TestStore.Kind.allCases)
    func `they stay so when objects are read again, without the ledger, and on other machines`(
        kind: TestStore.Kind
    ) async throws {
        let world = try await Self.world(kind)
        _ = try await Self.job(world).run()
        let facts = try await world.facts()

        var again = IngestJob(
            source: world.store.location("source"), lake: world.lake,
            ledger: world.ledger("first"))
        again.stores = world.store.stores(ofMachine: "first")
        again.rereads = true
        let summary = try await again.run()
        #expect(summary.counts.rejected == 3 && summary.openRejects == 0 && summary.isClean)
        #expect(summary.rejects.isEmpty)
        #expect(summary.text().contains("3 rejected (3 written off or taken back in before)"))
        #expect(summary.json().contains("\"rejected\": 3, \"open_rejects\": 0"))
        #expect(try await Self.rejects(world).isEmpty)

        try world.dropLedger(of: "first")
        _ = try await world.ingest("source", by: "first")
        _ = try await world.ingest("source", by: "second")

        for machine in ["first", "second"] {
            #expect(try await Self.rejects(world, by: machine).isEmpty)
            let all = try await Self.rejects(world, by: machine, all: true)
            #expect(all.count == 3 && all.allSatisfy { $0.writtenOff != nil && $0.replayed == nil })
            #expect(try await world.status(machine).openRejects == 0)
        }
        let report = try await world.report("first").report
        if kind != .local { #expect(report.notes?.counts.rejects == 0 && report.isComplete) }
        #expect(try await world.facts() == facts)
        let error = await #expect(throws: PipelineError.self) { try await Self.job(world).run() }
        #expect(error?.exitCode == 66 && error?.reason.contains("still open") == true)
        #expect(try await world.facts() == facts)
    }

    @Test(arguments: ["a", "b", ""])
    func `an ingest and a night name what is open, and end well if nothing is`(
        writtenOff: String
    ) async throws {
        let world = try await Self.world(.local)
        var job = Self.job(world)
        if !writtenOff.isEmpty { job.object = world.store.location("source/\(writtenOff).json") }
        let decided = try await job.run().lines
        // Another machine's ledger reads all anew, and knows the facts.
        let night = try await world.night("second", over: "source")

        let summary = try #require(night.ingest)
        #expect(summary.counts.rejected == 3 && summary.openRejects == 3 - decided)
        #expect(summary.rejects.count == 3 - decided)
        #expect(summary.isClean == (decided == 3) && night.isClean == (decided == 3))
        #expect(summary.rejects.allSatisfy { !$0.object.hasSuffix("/\(writtenOff).json") })
        #expect(night.text().contains("names the rejected lines") == (decided < 3))
        let ledger = try Ledger(readingAt: #require(world.ledger("second")))
        #expect(try ledger.runs().last?.outcome == (decided == 3 ? .complete : .partial))
    }

    @Test func `a line that is repaired and replayed comes back, which is said`() async throws {
        let world = try await Self.world(.local)
        var list = RejectsJob(of: world.lake, ledger: world.ledger("first"))
        let repairs = try await list.repairable().lines
        _ = try await Self.job(world).run()
        #expect(try await list.repairable().lines.isEmpty)
        list.includesSettled = true
        #expect(try await list.repairable().lines == repairs)
        let file = try world.store.folder.write(
            repairs[0].replacingOccurrences(of: ":-10,", with: ":10,") + "\n", to: "repairs.jsonl")

        let outcome = try await ReplayJob(
            [file], into: world.lake, ledger: world.ledger("first")
        ).run()

        #expect(outcome.replayed == 1 && outcome.writtenOff == 1 && outcome.faults.isEmpty)
        #expect(outcome.summary.records == 1)
        let back = try await Self.rejects(world, all: true).filter { $0.replayed != nil }
        #expect(back.count == 1 && back.allSatisfy { $0.writtenOff != nil })
    }

    @Test(arguments: ["other.json", ""])
    func `what names no line changes nothing`(object: String) async throws {
        let world = try await Self.world(.local)
        var job = Self.job(world)
        job.object = object.isEmpty ? world.store.location("source/a.json") : object
        if object.isEmpty { job.lines = [1] }
        let running = job

        let error = await #expect(throws: PipelineError.self) { try await running.run() }

        #expect(error?.exitCode == 66 && error?.reason.contains("meter-etl rejects --all") == true)
        #expect(try await world.facts().isEmpty)
        #expect(try await Self.rejects(world).count == 3)
    }

    @Test(arguments: [Self.day, nil])
    func `a fact comes back from its bytes, whatever the object's name`(
        day: UsageDay?
    ) throws {
        let writeOff = WriteOff(
            object: "a\u{1b}[2J\u{202e}\n.json", day: day, reason: "so\u{0}",
            lines: (1...3).map {
                WriteOff.Line(
                    line: $0, byteOffset: 10 * $0, checksum: Checksum(of: [UInt8($0)]),
                    rejection: "input_tokens is negative")
            })
        let stored = [Fact.Content.rejectWrittenOff(writeOff)].chained()[0]

        #expect(stored.fact?.content == .rejectWrittenOff(writeOff))
        #expect(try FactCodec.decode(stored.bytes).content == .rejectWrittenOff(writeOff))
        let text = String(decoding: stored.bytes, as: UTF8.self)
        for broken in [
            text.replacingOccurrences(of: "\"lines\": [{", with: "\"lines\": [], \"x\": [{"),
            text.replacingOccurrences(of: "\"sha256\": \"", with: "\"sha256\": \"x"),
            text.replacingOccurrences(of: "\"object\"", with: "\"o\""),
        ] {
            #expect(throws: FactCodec.Fault.self) { try FactCodec.decode(Array(broken.utf8)) }
        }
    }

    @Test func `a fact has at most so many lines, and all lines are in some fact`() async throws {
        let world = try await FactWorld(.local)
        let count = WriteOff.maximumLines + 7
        let line = Self.unsound(1)
        try await world.store.write(
            String(repeating: line, count: count), to: "source/a.json")
        _ = try await world.ingest("source", by: "first")

        let outcome = try await Self.job(world).run()

        #expect(outcome.writeOffs.map(\.lines.count) == [WriteOff.maximumLines, 7])
        #expect(outcome.open == 0)
    }
}
