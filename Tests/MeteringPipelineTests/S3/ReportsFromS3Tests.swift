import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import Synchronization
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Reports from S3 are those from a folder, and read no more than they need.
@Suite struct ReportsFromS3Tests {
    private func report(
        _ query: UsageQuery, from input: ReportJob.Input, _ stores: Stores
    ) async throws -> ReportJob.Outcome {
        var job = ReportJob(query, from: input, jobs: 2)
        job.stores = stores
        return try await job.run()
    }

    private func ingest(
        _ store: TestStore, as format: LakeFormat, to lake: String = "lake"
    ) async throws {
        var job = IngestJob(
            source: store.location("source"), lake: store.location(lake), format: format)
        job.stores = store.stores()
        _ = try await job.run()
    }

    @Test(arguments: TestStore.Kind.servers, LakeFormat.allCases)
    func `sources and lakes give the rows of a folder`(
        kind: TestStore.Kind, format: LakeFormat
    ) async throws {
        var logs = RandomLogs(seed: 111)
        let objects = logs.objects(of: logs.events(of: logs.calls(300)), count: 5)
        let (here, there) = (try await TestStore(.local), try await TestStore(kind))
        let other = UsageCall(day: "2025-12-07", time: 9, tenant: Array("late".utf8)).row
        for store in [here, there] {
            for (name, bytes) in objects { try await store.write(bytes, to: "source/\(name)") }
            try await ingest(store, as: format)
            try await store.write(other, to: "lake/year=2025/month=12/day=07/other.json")
        }
        let period = try #require(UsagePeriod(from: .on("2025-11-01"), to: .on("2026-02-28")))
        let queries = [
            UsageQuery(per: .day, during: period),
            UsageQuery(per: .hour, during: period, by: [.model, .user]),
            UsageQuery(
                per: .day, during: period, in: try UsageZone("Asia/Seoul"), by: [.user]),
        ]

        for query in queries {
            for name in ["lake", "source"] {
                func input(_ store: TestStore) -> ReportJob.Input {
                    name == "lake"
                        ? .lake(store.location(name)) : .source(store.location(name))
                }
                let expected = try await report(query, from: input(here), here.stores())
                let outcome = try await report(query, from: input(there), there.stores())
                #expect(outcome.report.rows == expected.report.rows)
                #expect(!outcome.report.rows.isEmpty)
                #expect(outcome.report.days == expected.report.days)
                #expect(outcome.failures.isEmpty && outcome.rejected == expected.rejected)
            }
        }
    }

    @Test func `a report by day reads no times and no request ids`() async throws {
        let store = try await TestStore(.moto)
        var logs = RandomLogs(seed: 112)
        let rows = (0..<20_000).map { number in
            UsageCall(
                time: number * 1000 + logs.number(below: 1000),
                request: Array(UUID().uuidString.utf8)
            ).row
        }
        try await store.write(rows.joined(), to: "source/a.json")
        try await ingest(store, as: .parquet)
        let asked = Mutex(0)
        let transport = WatchedTransport { request, send in
            if request.method == "GET", request.path.contains("bedrock-usage-") {
                let range = try #require(request.headers["range"]).dropFirst("bytes=".count)
                let ends = range.split(separator: "-").compactMap { Int($0) }
                asked.withLock { $0 += ends[1] - ends[0] + 1 }
            }
            return try await send(request)
        }
        let query = UsageQuery(per: .day, during: .day(.on("2025-12-07")))

        let outcome = try await report(
            query, from: .lake(store.location("lake")), store.stores(through: transport))

        #expect(outcome.report.rows.map(\.usage.requests) == [20_000])
        let size = try #require(try await store.contents("lake").files.values.first?.count)
        #expect(asked.withLock { $0 } > 0 && asked.withLock { $0 } < size / 2)
    }

    @Test(arguments: LakeFormat.allCases)
    func `a day that is damaged or gone is named, and the others are reported`(
        format: LakeFormat
    ) async throws {
        let store = try await TestStore(.moto)
        let days = (1...9).map { "2025-12-0\($0)" }
        try await store.write(days.map { UsageCall(day: $0).row }.joined(), to: "source/a.json")
        try await ingest(store, as: format)
        let name = "lake/" + LakeContents.path(ofDay: days[4], ending: ".\(format.fileExtension)")
        try await store.write("PAR1 this is no such file PAR1", to: name)
        let period = try #require(UsagePeriod(from: .on(days[0]), to: .on(days[8])))

        let outcome = try await report(
            UsageQuery(per: .day, during: period), from: .lake(store.location("lake")),
            store.stores())

        #expect(outcome.failures.map(\.location) == [store.location(name)])
        #expect(outcome.report.rows.count == 8)
    }

    @Test(arguments: [
        ([], []), ([5..<9], [5..<9]), ([5..<5], []),
        ([200_000..<200_010, 0..<10, 10..<20], [0..<20, 200_000..<200_010]),
        ([0..<10, 65_546..<65_550], [0..<65_550]),
        ([0..<10, 65_547..<65_550], [0..<10, 65_547..<65_550]),
        ([0..<100, 20..<30], [0..<100]),
    ])
    func `parts that lie close together are fetched as one`(
        ranges: [Range<Int>], joined: [Range<Int>]
    ) {
        #expect(FetchedColumns.joined(ranges) == joined)
    }
}
