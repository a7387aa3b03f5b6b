import AWSServices
import BedrockMetering
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

@Suite struct AthenaIngestJobTests {
    private static func job(_ stub: IngestStub, format: LakeFormat? = nil) -> AthenaIngestJob {
        var runner = AthenaRunner(workgroup: "w")
        runner.pause = { _ in }
        var job = AthenaIngestJob(stub.ingest, format: format, runner: runner)
        job.environment = stub.environment
        return job
    }

    @Test func `all statements run in their order, for the days that have usage`() async throws {
        let stub = try await IngestStub()

        let summary = try await Self.job(stub).run()

        let days = Set(["2025-12-06", "2025-12-08"].compactMap { UsageDay($0) })
        #expect(stub.statements == stub.ingest.writing(only: days).statements.map(\.sql))
        #expect(
            summary.json() == """
                {"version": 1, "failed_objects": 0, "events": 24, "records": 13, "duplicates": 2, \
                "conflicts": 0, "foreign": 4, "rejected": 2, "outside_period": 3, \
                "days": [{"date": "2025-12-06", "rows": 15, \
                "total_tokens": 150}, {"date": "2025-12-08", "rows": 5, "total_tokens": 50}], \
                "bytes_scanned": \(10 * stub.statements.count), "failures": []}

                """)
        #expect(
            summary.rejects == [
                .init(object: "s3://bucket/exports/a.gz", reason: "malformed JSON", lines: 2)
            ])
        #expect(summary.warnings.isEmpty && !summary.isClean)
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }

    @Test(arguments: [
        "-1", "+5", "", "5.0", "1e3", "68719476737", "9223372036854775807", "9223372036854775808",
    ])
    func `a count that cannot be is no answer`(count: String) async throws {
        let record: [String?] = ["record", nil, "2025-12-06", count]
        let stub = try await IngestStub([
            .countFates: .init(["fate", "reason", "usage_date", "events"], [record, record])
        ])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.reason.hasPrefix("its answer cannot be read") == true)
    }

    @Test(arguments: ["-1", "", "5, \"more\": 1", "1e3", "null", String(repeating: "9", count: 39)])
    func `tokens are digits, as they are written into JSON`(tokens: String) async throws {
        let stub = try await IngestStub([
            .countRowsAgain: .init(
                ["usage_date", "row_count", "total_tokens"], [["2025-12-06", "15", tokens]])
        ])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.reason.hasPrefix("its answer cannot be read") == true)
    }

    @Test func `a source without usage changes no day`() async throws {
        let stub = try await IngestStub([
            .countFates: .init(
                ["fate", "reason", "usage_date", "events"], [["foreign", nil, "none", "4"]])
        ])

        let summary = try await Self.job(stub).run()

        #expect(summary.events == 4 && summary.records == 0)
        #expect(stub.statements == stub.ingest.writing(only: []).statements.map(\.sql))
        #expect(!stub.statements.contains { $0.contains("UNLOAD") && $0.contains("2025-12-06/") })
    }

    @Test func `a check that finds something stops before any day is replaced`() async throws {
        let stub = try await IngestStub([
            .checkWritten: .init(
                ["problem", "usage_date", "calls"], [["missing", "2025-12-06", "1"]])
        ])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 65)
        #expect(error?.reason.contains("no day was changed") == true)
        #expect(!stub.statements.contains { $0.contains("SET LOCATION") })
        #expect(stub.statements.suffix(3) == stub.ingest.cleanup.map(\.sql)[...])
    }

    @Test func `an error after days were replaced names them, and what was read before`()
        async throws
    {
        let stub = try await IngestStub([
            .checkTable: .init(
                ["usage_date", "row_count", "total_tokens"], [["2025-12-06", "15", "150"]])
        ])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 65)
        let read = 10 * (stub.statements.count - 3)
        #expect(
            error?.reason.hasSuffix(
                "; days that were replaced before: 2025-12-06, 2025-12-08; "
                    + "statements before it read \(read) bytes") == true)
    }

    @Test func `a statement that fails ends the run, which leaves no table and no lock`()
        async throws
    {
        let stub = try await IngestStub(failing: "UNLOAD")

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 74)
        #expect(
            error?.description.contains("failed in Athena: HIVE_BAD_DATA; it read 10 bytes") == true
        )
        #expect(stub.statements.suffix(3) == stub.ingest.cleanup.map(\.sql)[...])
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }

    @Test(
        arguments: [
            [["record", nil, "2025-13-06", "10"]], [["record", nil, "2025-12-06", nil]],
            [["lost", nil, "none", "1"]], [[nil, nil, "none", "1"]],
        ] as [[[String?]]])
    func `counts that cannot be read end the run`(rows: [[String?]]) async throws {
        let stub = try await IngestStub([
            .countFates: .init(["fate", "reason", "usage_date", "events"], rows)
        ])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.reason.hasPrefix("its answer cannot be read") == true)
    }

    @Test func `tables that could not be dropped are a warning, and the days are told`()
        async throws
    {
        let stub = try await IngestStub(failing: "DROP TABLE")

        let summary = try await Self.job(stub).run()

        #expect(summary.days.count == 2 && summary.records == 13)
        #expect(summary.warnings.count == 3)
        for (warning, statement) in zip(summary.warnings, stub.ingest.cleanup) {
            #expect(warning.hasSuffix("; left undone: \(statement.sql)"))
        }
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }

    // MARK: The table

    /// What Glue may have, and what the refusal says of it.
    private static let refused: [(change: @Sendable (inout JSONValue) -> Void, words: String)] = [
        ({ $0["Parameters"]?["projection.enabled"] = "TRUE" }, "computes its partitions"),
        (
            { $0["StorageDescriptor"]?["Location"] = "s3://elsewhere/lake/" },
            "~ location: s3://elsewhere/lake/ -> "
        ),
        (
            { $0["StorageDescriptor"]?["SerdeInfo"]?["SerializationLibrary"] = "other.SerDe" },
            "~ SerDe: other.SerDe -> "
        ),
        (
            { $0["StorageDescriptor"]?["InputFormat"] = "other.Format" },
            "~ input format: other.Format -> "
        ),
        (
            { table in
                let columns = table["StorageDescriptor"]?["Columns"]?.array ?? []
                table["StorageDescriptor"]?["Columns"] = .array(Array(columns.dropLast()))
            }, "+ column cache_write_input_tokens: bigint"
        ),
        (
            { table in
                var columns = table["StorageDescriptor"]?["Columns"]?.array ?? []
                columns[4]["Type"] = "int"
                table["StorageDescriptor"]?["Columns"] = .array(columns)
            }, "~ column input_tokens: int -> bigint"
        ),
        (
            { $0["PartitionKeys"] = .array([.object(["Name": "date", "Type": "string"])]) },
            "~ partition keys: date string -> "
        ),
        ({ $0["TableType"] = "VIRTUAL_VIEW" }, "~ table type: VIRTUAL_VIEW -> "),
        ({ $0["Parameters"]?["table_type"] = "ICEBERG" }, "- property table_type: ICEBERG"),
    ]

    @Test(arguments: refused.indices)
    func `a table that would not read the days is refused before anything is written`(
        index: Int
    ) async throws {
        let stub = try await IngestStub(tables: [Self.refused[index].change])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }
        let checked = await #expect(throws: PipelineError.self) {
            _ = try await Self.job(stub).check()
        }

        #expect(error?.exitCode == 64 && checked?.exitCode == 64)
        #expect(error?.reason.contains(Self.refused[index].words) == true)
        #expect(stub.statements == [])
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }

    @Test(arguments: LakeFormat.allCases)
    func `days are written in the table's format, and no other may be asked for`(
        format: LakeFormat
    ) async throws {
        let stub = try await IngestStub(tables: [{ _ in }], format: format)
        let other = try #require(LakeFormat.allCases.first { $0 != format })

        _ = try await Self.job(stub).run()
        let error = await #expect(throws: PipelineError.self) {
            _ = try await Self.job(stub, format: other).check()
        }

        let name = format == .parquet ? "PARQUET" : "JSON"
        let days = stub.statements.filter { $0.contains("UNLOAD") }.dropFirst()
        #expect(days.count == 2)
        #expect(days.allSatisfy { $0.contains("WITH (format = '\(name)'") })
        #expect(error?.exitCode == 64)
        #expect(error?.reason.contains("leave --format out") == true)
    }

    @Test func `a table that another run makes meanwhile is looked at as well`() async throws {
        let stub = try await IngestStub(tables: [nil, { _ in }], format: .parquet)

        let error = await #expect(throws: PipelineError.self) {
            try await Self.job(stub, format: .json).run()
        }

        #expect(error?.exitCode == 64)
        #expect(stub.statements == stub.ingest.cleanup.map(\.sql))
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }

    @Test(arguments: [("2025-12-07", true), ("2025-12-09", false)])
    func `a day whose partition reads another format cannot be replaced`(
        day: String, isRefused: Bool
    ) async throws {
        let day = try #require(UsageDay(day))
        let stub = try await IngestStub(tables: [{ _ in }], format: .parquet) { definition in
            var definition = definition
            definition.format = .json
            return [GluePartition(of: day, definition)]
        }

        let error: PipelineError?
        do {
            _ = try await Self.job(stub).check()
            error = nil
        } catch let failure as PipelineError {
            error = failure
        }

        #expect(error?.exitCode == (isRefused ? 64 : nil))
    }

    // MARK: The lake and the source

    @Test func `a lake of day files is refused before anything runs`() async throws {
        let stub = try await IngestStub(
            objects: ["athena-lake/year=2025/month=12/day=07/bedrock-usage-20251207.parquet": "x"])

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }
        let checked = await #expect(throws: PipelineError.self) {
            _ = try await Self.job(stub).check()
        }

        #expect(error?.exitCode == 64 && checked?.exitCode == 64)
        #expect(error?.location == "s3://\(stub.bucket)/athena-lake")
        #expect(stub.statements == [])
    }

    /// The settings of a lake as an ingest writes them.
    private static func settings(_ identity: UsageIdentity) -> String {
        "{\"version\": 1, \"identity\": \"\(identity.rawValue)\"}\n"
    }

    @Test(arguments: [
        (UsageIdentity?.none, UsageIdentity?.none, UsageIdentity?.some(.request)),
        (nil, .record, .record), (nil, .request, .request), (.record, nil, .record),
        (.record, .record, .record), (.record, .request, nil), (.request, .record, nil),
    ])
    func `calls are told apart as the lake has it, which keeps what it was made with`(
        present: UsageIdentity?, asked: UsageIdentity?, settled: UsageIdentity?
    ) async throws {
        let stub = try await IngestStub(
            objects: present.map { ["athena-lake/_settings": Self.settings($0)] } ?? [:])
        var job = Self.job(stub)
        job.identity = asked

        guard let settled else {
            let running = job
            let error = await #expect(throws: PipelineError.self) { try await running.run() }
            let checked = await #expect(throws: PipelineError.self) {
                _ = try await running.check()
            }
            #expect(error?.exitCode == 64 && checked?.exitCode == 64 && stub.statements == [])
            return
        }
        #expect(try await job.check().identity == settled)
        _ = try await job.run()

        let store = Stores(remote: S3Store(stub.environment), stateHome: "")
        let place = try ObjectLocation("s3://\(stub.bucket)/athena-lake/_settings")
        let bytes = try await store.read(StoredObject(location: place))
        #expect(String(decoding: bytes, as: UTF8.self) == Self.settings(settled))
        let partitions = stub.statements.contains { $0.contains("PARTITION BY\n") }
        #expect(partitions == (settled == .request))
    }

    @Test(arguments: ["conflict_decided", "day_closed"])
    func `a day about which somebody has decided is refused by its name, with the next step`(
        kind: String
    ) async throws {
        let day = UsageDay.on("2025-12-07")
        let record = UsageRecord(
            time: day.start, tenant: "a", user: "u", model: "m", tokens: TokenCounts(),
            request: "r")
        let content: Fact.Content =
            kind == "day_closed"
            ? .dayClosed(.state(1, of: day, ["a": 1]))
            : .conflictDecided(
                ConflictDecision(
                    day: day, tenant: "a", request: "r",
                    decision: CallDecision(kept: [record], dropped: []), counted: [record],
                    reason: nil))
        let fact = [content].chained()[0]
        let stub = try await IngestStub(objects: [
            "athena-lake/_facts/\(FactFile.name(of: 1))": String(
                decoding: fact.bytes, as: UTF8.self)
        ])

        for body in [
            { _ = try await Self.job(stub).run() }, { _ = try await Self.job(stub).check() },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: PipelineError.self) { try await body() }
            #expect(error?.exitCode == 65 && error?.location == "2025-12-07")
            #expect(error?.reason.contains("meter-etl ingest --source s3://") == true)
        }
        #expect(stub.statements == [])
    }

    @Test func `objects that Athena passes over are named, and everything else is taken`()
        async throws
    {
        let stub = try await IngestStub(objects: [
            "exports/_late.gz": "x", "exports/.old/b.gz": "x", "exports/_SUCCESS": "",
            "exports/2025/_12/c.gz": "x", "exports/a_b/c.d.gz": "x", "exports/_folder/": "",
        ])

        let summary = try await Self.job(stub).run()

        #expect(summary.records == 13)
        #expect(!summary.isClean)
        #expect(
            summary.failures.map(\.location)
                == [".old/b.gz", "2025/_12/c.gz", "_late.gz"].map {
                    "s3://\(stub.bucket)/exports/\($0)"
                })
    }

    @Test func `a source without objects is no such input`() async throws {
        let stub = try await IngestStub(hasSource: false)

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }

        #expect(error?.exitCode == 66)
        #expect(stub.statements == [])
    }

    // MARK: The lock

    @Test func `a lake that another run holds is left alone, until its lock is gone`()
        async throws
    {
        let stub = try await IngestStub()
        let place = try ObjectLocation(stub.ingest.lockPlace)
        let other = try await AthenaLock(
            at: place, in: S3Store(stub.environment), for: "run_other")

        let error = await #expect(throws: PipelineError.self) { try await Self.job(stub).run() }
        let statements = stub.statements
        try await other.check()
        try await other.release()
        _ = try await Self.job(stub).run()

        #expect(error?.exitCode == 75)
        #expect(error?.location == stub.ingest.lockPlace)
        #expect(error?.reason.contains("holds this lake: run_other, process ") == true)
        #expect(statements == [])
    }

    @Test(arguments: [true, false])
    func `a run whose lock was taken away replaces no further day`(isTakenOver: Bool) async throws {
        let stub = try await IngestStub()
        let (s3, bucket) = (S3Client(stub.environment), stub.bucket)
        var job = Self.job(stub)
        job.environment?.transport = WatchedTransport { request, send in
            if request.registers("08") {
                let key = "athena-lake/athena/_lock"
                try await s3.deleteObject(key, in: bucket)
                if isTakenOver { _ = try await s3.putObject(.bytes([1]), at: key, in: bucket) }
            }
            return try await send(request)
        }
        let running = job

        let error = await #expect(throws: PipelineError.self) { try await running.run() }

        #expect(error?.exitCode == 75)
        #expect(error?.reason.contains("days that were replaced before: 2025-12-06;") == true)
        #expect(stub.statements.count { $0.contains("SET LOCATION") } == 1)
        // That of somebody else stays.
        #expect(try await stub.objects("athena-lake/athena/").count == (isTakenOver ? 1 : 0))
    }

    @Test func `of two runs at once one does it all, and the other nothing`() async throws {
        let stub = try await IngestStub()
        let job = Self.job(stub)

        let outcomes = await withTaskGroup(of: Result<Int64, any Error>.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do { return .success(try await job.run().records) } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: [Result<Int64, any Error>]()) { $0.append($1) }
        }

        // They may as well come one after the other.
        let held = outcomes.compactMap { outcome -> Int32? in
            guard case .failure(let error) = outcome else { return nil }
            return (error as? PipelineError)?.exitCode
        }
        #expect(held == [75] || held == [])
        let days = Set(["2025-12-06", "2025-12-08"].compactMap { UsageDay($0) })
        let statements = stub.ingest.writing(only: days).statements.map(\.sql)
        #expect(
            stub.statements == Array(repeating: statements, count: 2 - held.count).flatMap { $0 })
        #expect(try await stub.objects("athena-lake/athena/").isEmpty)
    }
}

extension HTTPRequest {
    /// Whether it has Athena register a day of the month.
    fileprivate func registers(_ day: String) -> Bool {
        guard case .bytes(let bytes) = payload else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("ADD IF NOT EXISTS") && text.contains("day = '\(day)'")
    }
}
