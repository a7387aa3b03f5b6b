import AWSServices
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import BedrockMetering
@testable import MeteringLake
@testable import MeteringPipeline

/// Reports that moto's Athena answers with what was queued.
@Suite(.serialized) struct AthenaReportTests {
    /// A region of its own: moto hands out queued results in the order of executions.
    private static let region = "eu-central-1"

    private let moto: MotoServer
    private let records: [UsageRecord]

    init() throws {
        moto = try MotoServer.shared
        var records: [UsageRecord] = []
        for object in try Repository.sampleObjects() {
            records += (try? UsageRecordDecoder().decode(object.data, named: "").records) ?? []
        }
        self.records = records.deduplicated()
    }

    private var environment: AWSEnvironment {
        var environment = moto.environment
        environment.region = Self.region
        return environment
    }

    private func queue(_ rows: [[String?]], _ columns: [String]) async throws {
        let json = """
            {"region": "\(Self.region)", "results": [{
              "rows": \(AthenaStub.json([columns.map(Optional.some)] + rows)),
              "column_info": \(AthenaStub.metadata(columns).dropFirst("{\"ColumnInfo\": ".count).dropLast())
            }]}
            """
        let request = HTTPRequest(
            "POST", Endpoint(isSecure: false, host: "127.0.0.1", port: moto.port),
            path: "/moto-api/static/athena/query-results",
            headers: ["content-type": "application/json"], payload: .bytes(Array(json.utf8)))
        let response = try await SharedTransport().send(request, timeout: .seconds(10))
        #expect(response.status == 201)
        _ = try await response.bytes(upTo: 1000)
    }

    private func cells(_ rows: [UsageRow], _ query: UsageQuery) -> [[String?]] {
        rows.map { row in
            query.columns.map { column in
                switch column.value(of: row) {
                case .text(let text): text
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .money(let amount): amount.rounded(toDecimals: 12)
                case .none: nil
                }
            }
        }
    }

    private func job(_ query: UsageQuery) -> AthenaReportJob {
        var runner = AthenaRunner(workgroup: "primary", outputLocation: "s3://results/")
        runner.pause = { _ in }
        var job = AthenaReportJob(query, from: .standard, runner: runner)
        job.environment = environment
        return job
    }

    private static func query(
        per window: UsageWindow.Size = .day, in zone: String = "UTC",
        by groups: Set<UsageQuery.Group> = [],
        prices: Bool = false
    ) throws -> UsageQuery {
        let file = Repository.root.appending(path: "samples/prices.json")
        return UsageQuery(
            per: window, during: try .day("2025-12-07"), in: try UsageZone(zone), by: groups,
            prices: prices ? try PriceBook(json: Data(contentsOf: file)) : nil)
    }

    @Test(arguments: [
        (UsageWindow.Size.day, "UTC", false), (.hour, "UTC", false), (.month, "UTC", true),
        (.hour, "Asia/Seoul", true), (.day, "America/New_York", true),
    ])
    func `a report from Athena is the one of this process`(
        window: UsageWindow.Size, zone: String, prices: Bool
    ) async throws {
        let query = try Self.query(per: window, in: zone, by: [.model], prices: prices)
        let here = try query.rows(from: records)
        try #require(here.count > 1)
        try await queue(cells(here, query), query.columns.map(\.name))

        let outcome = try await job(query).run()

        var own = UsageReport(query: query, rows: here)
        own.notes = outcome.report.notes
        #expect(outcome.report.json() == own.json())
        #expect(outcome.report.csv() == own.csv())
        #expect(outcome.report.table() == own.table())
        #expect(
            outcome.cost == "Athena query \(outcome.execution) read 0 bytes; "
                + "a query is billed for 10 MB at least")
    }

    @Test func `where the table is missing, what makes it is told`() async throws {
        var athena = AthenaStub()
        athena.states = ["FAILED"]
        athena.status = """
            , "StateChangeReason": "TABLE_NOT_FOUND: line 1:15: Table 'a.b' does not exist"
            """
        let stub = try athena.start()
        var changed = job(try Self.query())
        changed.environment = stub.environment
        let job = changed

        let error = await #expect(throws: PipelineError.self) { try await job.run() }

        #expect(error?.exitCode == 66)
        #expect(
            error?.reason.hasSuffix(
                "; meter-etl register makes the table bedrock_metering_db.token_usage_logs") == true
        )
    }

    @Test func `an answer of something else is an error that shows no cell`() async throws {
        let query = try Self.query()
        try await queue(
            [["secret tenant", "2025-12-07", "many", "1", "1", "2", "2.0", "0", "0"]],
            query.columns.map(\.name))

        let error = await #expect(throws: PipelineError.self) { try await job(query).run() }

        #expect(error?.exitCode == 74)
        #expect(
            error?.reason == "row 1 of the answer: request_count cannot be read")
    }
}
