import BedrockMetering
import Foundation
import GRDB
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What an ingest asks the ledger, and what it records.
@Suite struct IngestLedgerTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let path: String
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
        path = folder.path("lake/_ledger.sqlite")
    }

    private func write(_ calls: [UsageCall], to name: String) throws {
        try folder.write(calls.map(\.row).joined(), to: "source/\(name)")
    }

    private func calls(_ times: Range<Int>, tenant: String = "acme") -> [UsageCall] {
        times.map { UsageCall(time: $0, tenant: Array(tenant.utf8)) }
    }

    private func ledger() throws -> Ledger { try Ledger(readingAt: path) }

    // MARK: Skipping

    @Test func `an unchanged object is not opened, and a changed one is read again`() async throws {
        try write(calls(0..<10), to: "a.json")
        try write(calls(10..<20), to: "b.json")
        _ = try await job.run()
        try write(calls(0..<30), to: "a.json")
        // What cannot be opened is not missed where it need not be.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0], ofItemAtPath: folder.path("source/b.json"))

        let summary = try await job.run()

        #expect(summary.isClean && summary.skipped == 1 && summary.objects == 1)
        #expect(summary.records == 10 && summary.isBalanced)
    }

    @Test func `an object is the same by whatever path it is reached`() async throws {
        try write(calls(0..<10), to: "a.json")
        try folder.link("linked", to: folder.path("source"))
        _ = try await job.run()
        var other = job
        other.source = folder.path("linked/../linked/./a.json")

        #expect(try await other.run().skipped == 1)
        other.source = folder.path("linked")
        #expect(try await other.run().skipped == 1)
        #expect(try ledger().objects().count == 1)
    }

    @Test func `rejects are told by the run that read them, and not again`() async throws {
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(UsageCall(time: 1).row + unsound, to: "source/a.json")

        let first = try await job.run()
        let second = try await job.run()

        #expect(!first.isClean && second.isClean && second.counts.rejected == 0)
        let rejects = try ledger().rejects(of: day)
        #expect(rejects.map(\.reason) == ["input_tokens is negative"])
        #expect(rejects.map(\.object) == [Folder.resolved(folder.path("source/a.json"))])
    }

    @Test func `a reject of an exported line is of the day of its event`() async throws {
        let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        let stamps = ["2025-12-06T23:59:59.999Z", "2025-12-07T00:00:00.000Z"]
        let lines = stamps.map { "\($0) \(unsound)" } + stamps.map { "\($0) \(UsageCall().row)" }
        try folder.write(lines.joined(), to: "source/a.txt")

        _ = try await job.run()

        let ledger = try ledger()
        #expect(try ledger.rejects(of: day).map(\.line) == [2])
        #expect(try ledger.rejects(of: day.advanced(by: -1)).map(\.line) == [1])
        #expect(try ledger.openRejects(of: day) == ["input_tokens is negative": 1])
    }

    @Test func `a lost day that comes back in part is told, and stays so until it is rebuilt`()
        async throws
    {
        try write(calls(0..<20), to: "a.json")
        try write(calls(20..<24), to: "b.json")
        _ = try await job.run()
        let name = "year=2025/month=12/day=07/bedrock-usage-20251207.json.gz"
        let whole = try #require(try folder.files("lake")[name])
        try FileManager.default.removeItem(atPath: folder.path("lake/\(name)"))
        var part = job
        part.source = folder.path("source/b.json")

        for _ in 0..<2 {
            let summary = try await part.run()

            let failure = try #require(summary.failures.first)
            #expect(
                !summary.isClean && failure.location.hasSuffix("bedrock-usage-20251207.json.gz"))
            #expect(failure.reason.contains("lacks 20 calls"))
            #expect(failure.reason.contains("meter-etl rebuild --day 2025-12-07"))
            #expect(summary.json().contains("lacks 20 calls"))
        }
        let verified = try await VerifyJob(of: job.lake).run().days
        #expect(verified.contains { !$0.findings.isEmpty })
        let rebuilt = try await RebuildJob(day, of: job.lake).run()
        #expect(rebuilt.lost.isEmpty && rebuilt.lostUsage.isEmpty)
        #expect(try folder.files("lake")[name] == whole)
        #expect(try await job.run().isClean)
    }

    @Test func `a lost day that comes back whole is as it was`() async throws {
        try write(calls(0..<20), to: "a.json")
        _ = try await job.run()
        let path = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.json.gz"
        try FileManager.default.removeItem(atPath: folder.path(path))

        let summary = try await job.run()

        #expect(summary.isClean && summary.records == 20)
    }

    @Test func `a report names a day whose file is gone`() async throws {
        try write(calls(0..<20), to: "a.json")
        _ = try await job.run()
        let query = UsageQuery(per: .day, during: .day(day))
        #expect(try await ReportJob(query, from: .lake(job.lake)).run().failures.isEmpty)
        let path = "lake/year=2025/month=12/day=07/bedrock-usage-20251207.json.gz"
        try FileManager.default.removeItem(atPath: folder.path(path))

        let outcome = try await ReportJob(query, from: .lake(job.lake)).run()

        #expect(outcome.report.rows.isEmpty && outcome.report.days?.map(\.day) == [day])
        #expect(outcome.failures.map(\.reason).first?.contains("20 calls") == true)
        let next = UsageQuery(per: .day, during: .day(day.advanced(by: 1)))
        #expect(try await ReportJob(next, from: .lake(job.lake)).run().failures.isEmpty)
    }

    @Test func `a day whose file comes while a report reads is not named as gone`() async throws {
        try write(calls(0..<20), to: "a.json")
        _ = try await job.run()
        let file = folder.path("lake/year=2025/month=12/day=07/bedrock-usage-20251207.json.gz")
        let elsewhere = folder.path("elsewhere")
        try FileManager.default.moveItem(atPath: file, toPath: elsewhere)
        try folder.write(
            UsageCall(day: "2025-12-08").row, to: "lake/year=2025/month=12/day=08/other.json")
        let days = UsagePeriod(from: day, to: day.advanced(by: 1))
        var report = ReportJob(
            UsageQuery(per: .day, during: try #require(days)), from: .lake(job.lake))
        report.progress = { _, _ in
            // Once the days have been listed, and before the ledger is read.
            try? FileManager.default.moveItem(atPath: elsewhere, toPath: file)
        }

        let outcome = try await report.run()

        #expect(FileManager.default.fileExists(atPath: file))
        #expect(outcome.failures.isEmpty)
    }

    @Test func `an object that failed is read again by every run`() async throws {
        let whole = GzipData.compressed(UsageCall().row.utf8)
        try folder.write(whole.dropLast(), to: "source/a.gz")

        #expect(try await job.run().failedObjects == 1)
        #expect(try await job.run().failedObjects == 1)
        #expect(try ledger().objects().map(\.isComplete) == [false])
        try folder.write(whole, to: "source/a.gz")
        #expect(try await job.run().records == 1)
        #expect(try await job.run().skipped == 1)
    }

    // MARK: What is recorded

    @Test func `a day is recorded with what its file holds`() async throws {
        try write(calls(0..<10) + calls(0..<5, tenant: "b"), to: "a.json")
        _ = try await job.run()
        try write(calls(10..<12), to: "b.json")
        _ = try await job.run()

        let stored = try #require(try ledger().day(day))
        let file = folder.path("lake/\(stored.file)")
        #expect(try stored.checksum == Checksum(ofFileAt: file))
        #expect(try stored.fileSize == Int64(Data(contentsOf: URL(fileURLWithPath: file)).count))
        #expect(!stored.mayHoldUnknownRows)
        var requests: [TenantID: Int64] = [:]
        for (key, sum) in try ledger().sums(of: day).byName {
            requests[key.tenant, default: 0] += sum.requests
        }
        #expect(requests == ["acme": 12, "b": 5] && stored.totals.total == 255)
        let runs = try ledger().runs()
        #expect(runs.map(\.outcome) == [.complete, .complete])
        #expect(runs.map(\.counts.records) == [15, 2] && runs[1].counts.skippedObjects == 1)
    }

    @Test func `sums and conflicts by day are those of the rows`() async throws {
        var logs = RandomLogs(seed: 7)
        for (name, bytes) in logs.objects(of: logs.events(of: logs.calls(400)), count: 6) {
            try folder.write(bytes, to: "source/\(name)")
        }

        let summary = try await job.run()

        let ledger = try ledger()
        let days = try ledger.days()
        #expect(days.map(\.totals.total) == summary.days.map(\.totalTokens))
        #expect(
            try await ConflictsJob(of: job.lake).run().calls.count == summary.duplicates.conflicts)
        let lake = Lake(at: job.lake)
        for known in days {
            let file = try #require(try await lake.partition(of: known.day).file(in: .json))
            let copy = try await lake.copy(of: file)
            let sums = UsageSums(try copy.sums())
            #expect(try sums == ledger.sums(of: known.day))
        }
        let usage = try ledger.objects().map { $0.usageByDay.values.reduce(0, +) }
        #expect(try usage == ledger.objects().map(\.counts.usage))
    }

    @Test func `a file that was taken over is known where it lies now`() async throws {
        let partition = "year=2025/month=12/day=07"
        let kept = "_replaced/\(partition)/part_json.replaced"
        try folder.write(calls(0..<10).map(\.row).joined(), to: "lake/\(partition)/part.json")
        try folder.makeFolder("source")

        _ = try await job.run()

        #expect(try ledger().sources(of: day).map(\.location) == [kept])
        try FileManager.default.removeItem(atPath: path)
        #expect(try await job.run().duplicates.duplicates == 10)
        #expect(try ledger().sources(of: day).map(\.location) == [kept])
    }

    @Test func `a converted day is recorded anew, and is no restatement`() async throws {
        try write(calls(0..<10), to: "a.json")
        _ = try await job.run()
        _ = try await CloseJob(day, of: job.lake).run()

        _ = try await ConvertJob(lake: job.lake, to: .parquet).run()

        let stored = try #require(try ledger().day(day))
        #expect(stored.file.hasSuffix(".parquet") && !stored.mayHoldUnknownRows)
        #expect(try ledger().restatements().isEmpty)
        #expect(try await VerifyJob(of: job.lake).run().days.map(\.findings) == [[]])
        var again = job
        again.format = nil
        #expect(try await again.run().skipped == 1)
    }

    // MARK: Days that are not what they were

    @Test(arguments: ["gone", "changed", "of another run"])
    func `the objects of a day whose file is not as recorded are read again`(
        change: String
    ) async throws {
        try write(calls(0..<10), to: "a.json")
        try write([UsageCall(day: "2025-12-08")], to: "b.json")
        _ = try await job.run()
        let lake = try LakeContents(job.lake)
        let file = folder.path("lake/\(LakeContents.path(ofDay: "2025-12-07"))")
        switch change {
        case "gone": try FileManager.default.removeItem(atPath: file)
        case "changed":
            let rows = calls(0..<5).map(\.row).joined()
            try Data(GzipData.compressed(rows.utf8)).write(to: URL(fileURLWithPath: file))
        default:
            try folder.write(GzipData.compressed(calls(0..<9).map(\.row).joined().utf8), to: "x")
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.moveItem(atPath: folder.path("x"), toPath: file)
        }

        let summary = try await job.run()

        #expect(summary.objects == 1 && summary.skipped == 1)
        #expect(try LakeContents(job.lake) == lake)
        #expect(try ledger().day(day)?.mayHoldUnknownRows == false)
        #expect(try await job.run().skipped == 2)
    }

    @Test func `a lake that was copied is known as it is`() async throws {
        try write(calls(0..<10), to: "a.json")
        _ = try await job.run()
        try FileManager.default.copyItem(
            atPath: folder.path("lake"), toPath: folder.path("copy"))
        var copy = job
        copy.lake = folder.path("copy")

        #expect(try await copy.run().skipped == 1)
    }

    @Test func `rows of no source that the ledger names are marked, until all are read`()
        async throws
    {
        try write(calls(0..<10), to: "a.json")
        try write(calls(10..<20), to: "b.json")
        _ = try await job.run()
        try FileManager.default.removeItem(atPath: path)
        var part = job
        part.source = folder.path("source/a.json")

        _ = try await part.run()
        #expect(try ledger().day(day)?.mayHoldUnknownRows == true)
        part = job
        part.rereads = true
        _ = try await part.run()
        #expect(try ledger().day(day)?.mayHoldUnknownRows == false)
    }

    // MARK: Other ledgers

    @Test func `the ledger may lie elsewhere, but not among the sources`() async throws {
        try write(calls(0..<10), to: "a.json")
        var job = job
        job.ledger = folder.path("books.sqlite")

        _ = try await job.run()

        #expect(try Ledger(readingAt: folder.path("books.sqlite")).objects().count == 1)
        #expect(!FileManager.default.fileExists(atPath: path))
        job.ledger = folder.path("source/books.sqlite")
        let misplaced = job
        let error = await #expect(throws: PipelineError.self) { try await misplaced.run() }
        #expect(error?.code == .usage)
    }

    @Test func `a database of something else stops the run before anything is done`()
        async throws
    {
        try write(calls(0..<10), to: "a.json")
        let other = folder.path("invoices.sqlite")
        let queue = try DatabaseQueue(path: other)
        try await queue.write { try $0.execute(sql: "CREATE TABLE invoice (total INTEGER)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: other))
        let job = IngestJob(source: job.source, lake: job.lake, ledger: other)

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.location == other && error?.exitCode == 65)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
        #expect(try LakeContents(job.lake).files.isEmpty)
    }

    @Test func `a ledger that cannot be written leaves the lake right, and is named`() async throws
    {
        try write(calls(0..<10), to: "a.json")
        _ = try await job.run()
        // What SQLite itself refuses at the end of the run, and not before.
        let queue = try DatabaseQueue(path: path)
        try await queue.write {
            try $0.execute(
                sql: "INSERT INTO sqlite_sequence VALUES ('reject', 9223372036854775807)")
        }
        try queue.close()
        let rejected = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")
        try folder.write(calls(10..<20).map(\.row).joined() + rejected, to: "source/b.json")

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.exitCode == 74 && error?.location == path)
        #expect(error?.reason.contains("the lake is written") == true)
        #expect(try LakeContents(job.lake).texts() == ExpectedLake(calls(0..<20)).days)
        #expect(try ledger().runs().map(\.outcome) == [.complete, .failed])
    }
}
