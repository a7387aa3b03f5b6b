import BedrockMetering
import Foundation
import LakeTestSupport
import MeteringLake
import MeteringPipeline
import TestSupport
import Testing

/// A report over log objects and one over the lake that they make are the same.
@Suite struct ReportAgreementTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let zones = [
        "UTC", "Asia/Seoul", "America/New_York", "Asia/Kolkata", "Pacific/Pago_Pago",
    ]

    @Test(arguments: 41...43 as ClosedRange<UInt64>)
    func `source and lake give the same rows and totals`(seed: UInt64) async throws {
        var logs = RandomLogs(seed: seed)
        for object in logs.objects(of: logs.events(of: logs.calls(300)), count: 6) {
            try folder.write(object.bytes, to: "source/\(object.name)")
        }
        let source = folder.path("source")
        let lake = folder.path("lake")
        let ingested = try await IngestJob(source: source, lake: lake, format: .json).run()
        let periods = [
            ("2025-12-07", "2025-12-07"), ("2025-12-06", "2026-01-01"),
            ("2020-01-01", "2050-12-31"),
            ("2030-01-01", "2030-01-02"),
        ]
        for (first, last) in periods {
            let days = try (UsagePeriod.day(first).first, UsagePeriod.day(last).first)
            let period = try #require(UsagePeriod(from: days.0, to: days.1))
            for window in UsageWindow.Size.allCases {
                for tenants: Set<TenantID> in [[], ["acme", "\u{ac00}"]] {
                    let query = UsageQuery(
                        per: window,
                        during: period,
                        in: try UsageZone(logs.element(of: Self.zones)),
                        by: logs.element(of: [[], [.model], [.user], [.model, .user]]),
                        tenants: tenants,
                        limit: logs.element(of: [nil, 5])
                    )

                    let bySource = try await ReportJob(query, from: .source(source)).run()
                    let byLake = try await ReportJob(query, from: .lake(lake)).run()

                    #expect(bySource.report.rows == byLake.report.rows)
                    #expect(bySource.report.totals == byLake.report.totals)
                    #expect(byLake.rejected == 0 && byLake.failures.isEmpty)
                    #expect(bySource.rejected == ingested.counts.rejected)
                    let lines = try #require(bySource.report.lines)
                    #expect(
                        lines.records + lines.outside + lines.duplicates.duplicates
                            + lines.events.foreign + lines.events.rejected
                            == ingested.counts.events
                    )
                    if tenants.isEmpty && query.limit == nil {
                        #expect(bySource.report.totals?.requests == Int64(lines.records))
                    }
                }
            }
        }
    }

    @Test func `a lake that is none is told`() async throws {
        let query = UsageQuery(per: .day, during: try .day("2025-12-07"))
        try folder.write("x", to: "file")

        for name in ["nowhere", "file", "file/x"] {
            let job = ReportJob(query, from: .lake(folder.path(name)))
            let error = await #expect(throws: PipelineError.self) { try await job.run() }
            #expect(error?.code == .notFound)
        }
    }

    @Test func `a sum that does not fit is an error, not a wrong sum`() async throws {
        var call = UsageCall(total: .max)
        var rows = call.row
        call.time += 1
        rows += call.row
        try folder.write(rows, to: "source/a.json")
        let job = IngestJob(source: folder.path("source"), lake: folder.path("lake"), format: .json)
        let query = UsageQuery(per: .day, during: try .day("2025-12-07"))

        let summary = try await job.run()

        #expect(summary.days.map(\.totalTokens) == [UInt128(Int64.max) * 2])
        for input in [ReportJob.Input.source(folder.path("source")), .lake(job.lake)] {
            await #expect(throws: UsageOverflowError.self) {
                try await ReportJob(query, from: input).run()
            }
        }
    }
}
