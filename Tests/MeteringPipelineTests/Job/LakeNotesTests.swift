import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// What a report over a lake says that its rows do not show.
@Suite struct LakeNotesTests {
    private let folder: TemporaryFolder
    private let job: IngestJob
    private let day = UsageDay.on("2025-12-07")

    init() throws {
        folder = try TemporaryFolder()
        job = IngestJob(
            source: folder.path("source"), lake: folder.path("lake"), format: .json, jobs: 2)
    }

    /// Makes a lake of calls on some days.
    private func makeLake(_ days: [String], tenant: String = "acme") async throws {
        for day in days {
            try folder.write(
                UsageCall(day: day, tenant: Array(tenant.utf8)).row, to: "source/\(day).json")
        }
        _ = try await job.run()
    }

    private func report(
        from first: String = "2025-12-07", to last: String = "2025-12-07",
        tenants: Set<TenantID> = [], in zone: UsageZone = .utc,
        hoursAfterLast hours: Int64 = 1000
    ) async throws -> UsageReport {
        let period = try #require(UsagePeriod(from: .on(first), to: .on(last)))
        let query = UsageQuery(per: .day, during: period, in: zone, tenants: tenants)
        var report = ReportJob(query, from: .lake(job.lake))
        let now = EventTime.hours(hours, after: .on(last))
        report.clock = LedgerClock { now }
        return try await report.run().report
    }

    private func texts(_ report: UsageReport) -> [String] { report.noteLines.map(\.text) }

    private func doubts(_ report: UsageReport) -> [String] {
        report.noteLines.filter(\.isDoubt).map(\.text)
    }

    // MARK: Days

    @Test(arguments: [
        ("2025-12-07", "2025-12-08", []),
        ("2025-12-06", "2025-12-07", ["no data: 2025-12-06"]),
        ("2025-12-06", "2025-12-12", ["no data: 2025-12-06, 2025-12-09, 2025-12-11 to 2025-12-12"]),
        ("2025-12-11", "2025-12-11", ["no data: 2025-12-11"]),
    ])
    func `days that the lake lacks are named, and money is missing`(
        first: String, last: String, expected: [String]
    ) async throws {
        try await makeLake(["2025-12-07", "2025-12-08", "2025-12-10"])

        let report = try await report(from: first, to: last)

        #expect(doubts(report) == expected)
        #expect(report.isComplete == expected.isEmpty)
        let lake = "the lake has 2025-12-07 to 2025-12-08, 2025-12-10"
        #expect(texts(report).contains(lake) == (first == "2025-12-11"))
    }

    /// Hours after the end of the last day.
    @Test(arguments: [(-30, true), (-1, true), (0, true), (11, true), (12, false), (500, false)])
    func `a day whose exports cannot be final is not missing yet`(
        hours: Int64, isPending: Bool
    ) async throws {
        try await makeLake(["2025-12-07"])

        let report = try await report(to: "2025-12-08", hoursAfterLast: hours)

        #expect(report.isComplete == isPending)
        #expect(report.notes?.pending == (isPending ? [.on("2025-12-08")] : []))
        #expect(report.notes?.missing == (isPending ? [] : [.on("2025-12-08")]))
    }

    @Test func `a day that was closed as empty is not missing`() async throws {
        try await makeLake(["2025-12-07"])
        var close = CloseJob(.on("2025-12-08"), of: job.lake, force: true)
        close.closesEmpty = true
        _ = try await close.run()

        let report = try await report(to: "2025-12-09")

        #expect(doubts(report) == ["no data: 2025-12-09"])
        #expect(report.days?.map(\.day) == [.on("2025-12-07"), .on("2025-12-08")])
    }

    @Test func `of another zone's day both days of UTC may be missing`() async throws {
        try await makeLake(["2025-12-07"])

        let report = try await report(in: UsageZone("Asia/Seoul"))

        #expect(doubts(report) == ["no data: 2025-12-06 (UTC days)"])
    }

    @Test func `a lake without any day says so`() async throws {
        try folder.write("START\n", to: "source/a.txt")
        _ = try await job.run()

        let report = try await report()

        #expect(texts(report).prefix(2) == ["no data: 2025-12-07", "the lake has no days"])
    }

    // MARK: Tenants

    @Test(arguments: [
        (["acme"], []), (["acmee"], ["unknown tenant: acmee", "tenants of these days: acme"]),
        (["acme", "x"], ["unknown tenant: x", "tenants of these days: acme"]),
        (["elsewhere"], []),
        (["a\u{301}"], ["unknown tenant: a\u{301}", "tenants of these days: acme"]),
    ])
    func `a tenant that the lake does not know is told from one without usage`(
        tenants: [String], expected: [String]
    ) async throws {
        try await makeLake(["2025-12-07"])
        try await makeLake(["2025-12-20"], tenant: "elsewhere")

        let report = try await report(tenants: Set(tenants.map { TenantID($0) }))

        #expect(texts(report).filter { $0.contains("tenant") } == expected)
        #expect(report.isComplete)
    }

    // MARK: Lines and calls

    private static let unsound = UsageCall().row.replacingOccurrences(of: ":10,", with: ":-10,")

    @Test func `rejected lines are open on their days until they are taken back in`() async throws {
        let stamped = ["07", "08"].map { "2025-12-\($0)T01:00:00.000Z \(Self.unsound)" }
        let sound = ["07", "08", "09"].map { UsageCall(day: "2025-12-\($0)").row }
        try folder.write(stamped.joined(), to: "source/a.txt")
        try folder.write(sound.joined(), to: "source/b.json")
        _ = try await job.run()

        let open = ": meter-etl rejects --lake \(job.lake)"
        for (first, last, text) in [
            ("2025-12-07", "2025-12-07", "1 rejected line is open on these days" + open),
            ("2025-12-07", "2025-12-09", "2 rejected lines are open on these days" + open),
        ] {
            #expect(doubts(try await report(from: first, to: last)) == [text])
        }
        #expect(try await report(from: "2025-12-09", to: "2025-12-09").isComplete)

        let ledger = try Ledger(at: folder.path("lake/_ledger.sqlite"))
        let run = try #require(try ledger.runs().last?.number)
        try ledger.markReplayed(
            ledger.rejects(of: day).map(\.number), by: run, now: EventTime(microseconds: 1))
        try ledger.close()
        #expect(try await report().isComplete)
    }

    /// Of an object that holds usage of the 7th.
    @Test(arguments: [
        (true, "2025-12-07", 1), (true, "2025-12-08", 0), (false, "2025-12-07", 1),
        (false, "2025-12-08", 1),
    ])
    func `a rejected line of no known day is open on each day that it may be of`(
        hasUsage: Bool, day: String, count: Int
    ) async throws {
        try folder.write(
            Self.unsound + (hasUsage ? UsageCall().row : ""), to: "source/a.json")
        try await makeLake(["2025-12-07", "2025-12-08"])

        let report = try await report(from: day, to: day)

        #expect(report.notes?.counts.rejects == count)
        #expect(report.isComplete == (count == 0))
    }

    @Test func `a rejected line was logged before it was read`() async throws {
        try folder.write(Self.unsound, to: "source/a.json")
        try await makeLake(["2025-12-07", "2050-12-31"])

        let report = try await report(from: "2050-12-31", to: "2050-12-31")

        #expect(report.isComplete)
    }

    @Test func `calls in conflict are counted once, whoever has met them`() async throws {
        var calls = (0..<2).map { UsageCall(time: $0, request: Array("r\($0)".utf8)) }
        var changed = calls
        for index in calls.indices {
            changed[index].model = Array("other".utf8)
            changed[index].time += 5
        }
        try folder.write((calls + changed).map(\.row).joined(), to: "source/a.json")
        _ = try await job.run()
        let text = ": meter-etl conflicts --lake \(job.lake)"
        #expect(doubts(try await report()) == ["2 calls in conflict" + text])

        // A file beside the day's has a version of one of them, and of a third call two.
        calls = [
            changed[0], UsageCall(time: 7, request: [0x33]), UsageCall(time: 8, request: [0x33]),
        ]
        try folder.write(
            calls.map(\.row).joined(), to: "lake/year=2025/month=12/day=07/other.json")

        #expect(try await report().notes?.counts.conflicts == 3)
    }

    @Test(arguments: [([], 1), (["acme"], 1), (["b"], 0), (["acme", "b"], 1)])
    func `conflicts are those of the tenants that count`(
        tenants: [String], count: Int
    ) async throws {
        let call = UsageCall(request: [0x31])
        var other = call
        other.model = [0x6d]
        other.time += 1
        let third = UsageCall(tenant: [0x62], request: [0x31])
        try folder.write((call.row + other.row + third.row), to: "source/a.json")
        _ = try await job.run()
        let tenants = Set(tenants.map { TenantID($0) })

        let lake = try await report(tenants: tenants)
        let query = UsageQuery(per: .day, during: .day(day), tenants: tenants)
        let source = try await ReportJob(query, from: .source(folder.path("source"))).run().report

        #expect(lake.notes?.counts.conflicts == count)
        #expect(source.notes?.counts.conflicts == count)
        #expect(source.isComplete == (count == 0) && lake.isComplete == (count == 0))
    }

    // MARK: Without a ledger

    @Test func `without a ledger finality is not known, nor what it counts`() async throws {
        try await makeLake(["2025-12-07"])
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))

        let report = try await report()

        #expect(report.isComplete && report.days == nil)
        #expect(
            texts(report) == [
                "ambiguous calls: not known here: there is no ledger of this lake here",
                "finality: not known here: there is no ledger of this lake here",
            ])
    }

    @Test func `rejected lines that a lake keeps are in doubt where no ledger tells of them`()
        async throws
    {
        try folder.write(Self.unsound, to: "source/a.json")
        try await makeLake(["2025-12-07"])
        try FileManager.default.removeItem(atPath: folder.path("lake/_ledger.sqlite"))

        let report = try await report()

        #expect(
            doubts(report) == [
                "1 file of rejected lines in _rejected; which lines are open is not known here"
            ])
    }

    @Test func `a ledger that cannot be read is told with its reason`() async throws {
        try await makeLake(["2025-12-07"])
        try folder.write(String(repeating: "x", count: 5000), to: "lake/_ledger.sqlite")

        let report = try await report()

        #expect(report.days == nil)
        #expect(report.notes?.finalityNotKnown?.contains("_ledger.sqlite: ") == true)
    }

    // MARK: Files

    @Test func `a day that is gone or damaged is not read, and is no missing day`() async throws {
        try await makeLake(["2025-12-07", "2025-12-08"])
        let folder = folder.path("lake/year=2025/month=12")
        try FileManager.default.removeItem(
            atPath: "\(folder)/day=07/bedrock-usage-20251207.json.gz")
        try Data("x".utf8).write(
            to: URL(fileURLWithPath: "\(folder)/day=08/bedrock-usage-20251208.json.gz"))

        let report = try await report(to: "2025-12-08")

        #expect(report.notes?.missing == [])
        #expect(doubts(report).count == 2)
        for (text, name) in zip(doubts(report), ["20251208", "20251207"]) {
            #expect(text.hasPrefix("not read: ") && text.contains(name))
        }
    }
}
