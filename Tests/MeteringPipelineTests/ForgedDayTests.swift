import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Reports over day files that are not what was recorded of them.
@Suite struct ForgedDayTests {
    private static let day = "2025-12-07"
    private let query = UsageQuery(per: .day, during: .day(.on(day)))

    private func ingest(
        _ calls: [UsageCall], named name: String, _ store: TestStore, _ format: LakeFormat,
        onMachine machine: String = "machine"
    ) async throws -> IngestSummary {
        try await store.write(calls.map(\.row).joined(), to: "source/\(name)")
        var job = IngestJob(
            source: store.location("source"), lake: store.location("lake"), format: format)
        job.stores = store.stores(ofMachine: machine)
        return try await job.run()
    }

    private func report(
        _ store: TestStore, onMachine machine: String = "machine"
    ) async throws -> UsageReport {
        var job = ReportJob(query, from: .lake(store.location("lake")))
        job.stores = store.stores(ofMachine: machine)
        return try await job.run().report
    }

    private static func file(_ format: LakeFormat) -> String {
        "lake/" + LakeContents.path(ofDay: day, ending: ".\(format.fileExtension)")
    }

    /// A sound file of the day that holds other calls.
    private func forged(_ calls: [UsageCall], _ format: LakeFormat) async throws -> [UInt8] {
        let other = try await TestStore(.local)
        _ = try await ingest(calls, named: "a.json", other, format)
        return Array(try #require(try await other.contents("lake").files.values.first))
    }

    private func isDoubted(_ report: UsageReport, _ store: TestStore, _ format: LakeFormat) -> Bool
    {
        let place = store.location(Self.file(format))
        return report.notes?.inDoubt.map(\.location) == [place] && !report.isComplete
            && report.noteLines.contains { $0.isDoubt && $0.text.hasPrefix("in doubt: \(place)") }
            && report.noteLines.contains { $0.text.contains(command("verify", store)) }
            && report.noteLines.contains { $0.text.contains(command("rebuild", store)) }
            && report.json().contains(#""in_doubt": [{"location": "#)
    }

    /// A command as people can paste it, up to what may follow.
    private func command(_ word: String, _ store: TestStore) -> String {
        ShellWord.command(
            [word, "--day", Self.day]
                + (word == "rebuild" && store.kind == .local ? ["--force"] : []),
            lake: store.location("lake"))
    }

    @Test(arguments: LakeFormat.allCases, [1, 2])
    func `a file that something else wrote is in doubt until it is made again`(
        format: LakeFormat, calls: Int
    ) async throws {
        let store = try await TestStore(.local)
        _ = try await ingest([UsageCall(input: 1)], named: "a.json", store, format)
        #expect(try await report(store).isComplete)
        let forged = try await forged(
            (0..<calls).map { UsageCall(time: $0, input: 9) }, format)

        try await store.write(forged, to: Self.file(format))

        let doubted = try await report(store)
        #expect(isDoubted(doubted, store, format))
        #expect(doubted.rows.map(\.usage.requests) == [Int64(calls)])
        var verify = VerifyJob(of: store.location("lake"))
        verify.stores = store.stores()
        #expect(try await verify.run().days.first?.findings.contains(.checksum) == true)
        // An ingest that merges it says so too.
        let summary = try await ingest([UsageCall(time: 77)], named: "b.json", store, format)
        #expect(
            summary.warnings.contains {
                $0.contains("is not the file that was recorded")
                    && $0.contains(command("rebuild", store))
            })

        var rebuild = RebuildJob(.on(Self.day), of: store.location("lake"), force: true)
        rebuild.stores = store.stores()
        _ = try await rebuild.run()
        let healed = try await report(store)
        #expect(healed.isComplete && healed.rows.map(\.usage.tokens.input) == [11])
    }

    @Test func `lines with an old time and of the same size are in doubt`() async throws {
        let store = try await TestStore(.local)
        _ = try await ingest([UsageCall(input: 1)], named: "a.json", store, .json)
        let path = store.location(Self.file(.json))
        let before = try FileManager.default.attributesOfItem(atPath: path)
        // The same letters in another order, which codes by frequency alone make no longer.
        let forged = try await forged([UsageCall(tenant: Array("emca".utf8), input: 1)], .json)
        #expect(before[.size] as? Int == forged.count)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: forged)
        try file.close()
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(before[.modificationDate])], ofItemAtPath: path)

        #expect(isDoubted(try await report(store), store, .json))
    }

    @Test(arguments: LakeFormat.allCases)
    func `a file that was announced or copied is in no doubt`(format: LakeFormat) async throws {
        let store = try await TestStore(.local)
        _ = try await ingest([UsageCall(input: 1)], named: "a.json", store, format)
        let path = store.location(Self.file(format))
        // Another file of the same bytes, as in a lake that was copied.
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        try await store.write(bytes, to: Self.file(format))
        #expect(try await report(store).isComplete)

        // As a run leaves it that is killed before it records the day.
        let next = try await forged([UsageCall(input: 1), UsageCall(time: 5)], format)
        let ledger = try Ledger(at: store.location("lake/_ledger.sqlite"))
        try ledger.announce(Checksum(of: next), of: .on(Self.day))
        try ledger.close()
        try await store.write(next, to: Self.file(format))
        #expect(try await report(store).isComplete)

        let summary = try await ingest(
            [UsageCall(input: 1), UsageCall(time: 5)], named: "a.json", store, format)
        #expect(summary.warnings.isEmpty)
        let books = try Ledger(readingAt: store.location("lake/_ledger.sqlite"))
        #expect(try books.announcedFiles().isEmpty)
        #expect(try await report(store).isComplete)
    }

    @Test func `a run announces a file before it puts it in place`() async throws {
        let folder = try TemporaryFolder()
        let lake = Lake(at: try ObjectLocation(folder.path("lake")), stores: .standard)
        try lake.makeStateFolder()
        let place = lake.place(of: .on(Self.day), in: .json).path
        let merger = UsageMerger()
        var collector = merger.makeCollector()
        var session = DecodingSession(named: "a")
        try session.feed(Array(UsageCall().row.utf8).span.bytes, into: &collector)
        _ = try session.finish(into: &collector)
        let snapshot = merger.snapshot()
        let announced = Mutex<[Checksum]>([])
        let writer = DayFileWriter(
            lake: lake, format: .json, jobs: 1, conflicts: ConflictBook(of: lake)
        ) { _, checksum in
            #expect(!FileManager.default.fileExists(atPath: place))
            announced.withLock { $0.append(checksum) }
        }

        let written = try await writer.write(
            snapshot.days()[0].references, of: snapshot, to: .on(Self.day), present: nil)

        #expect(announced.withLock { $0 } == [written.checksum])
    }

    @Test(arguments: LakeFormat.allCases)
    func `another machine's run is no forgery, and what lacks usage is one`(
        format: LakeFormat
    ) async throws {
        let store = try await TestStore(.moto)
        _ = try await ingest([UsageCall(input: 1)], named: "a.json", store, format)
        _ = try await ingest(
            [UsageCall(time: 5)], named: "b.json", store, format, onMachine: "other")

        let report = try await report(store)
        #expect(report.isComplete && report.notes?.inDoubt == [])
        #expect(report.notes?.changedElsewhere == [.on(Self.day)])
        #expect(report.rows.map(\.usage.requests) == [2])

        try await store.write(
            try await forged([UsageCall(tenant: Array("emca".utf8))], format), to: Self.file(format)
        )
        #expect(isDoubted(try await self.report(store), store, format))
    }

    @Test(arguments: LakeFormat.allCases)
    func `a closed day is known by its facts on every machine`(format: LakeFormat) async throws {
        let store = try await TestStore(.moto)
        _ = try await ingest([UsageCall(input: 1)], named: "a.json", store, format)
        var close = CloseJob(.on(Self.day), of: store.location("lake"), force: true)
        close.stores = store.stores()
        _ = try await close.run()
        _ = try await ingest(
            [UsageCall(time: 5)], named: "b.json", store, format, onMachine: "other")

        let restated = try await report(store)
        #expect(restated.isComplete && restated.notes?.changedElsewhere == [])

        try await store.write(
            try await forged((0..<9).map { UsageCall(time: $0) }, format), to: Self.file(format))
        #expect(try await !report(store).isComplete)
        #expect(try await !report(store, onMachine: "third").isComplete)
    }
}
