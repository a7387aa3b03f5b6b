import AWSServices
import BedrockMetering
import Foundation
import LakeTestSupport
import TestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// Registration in moto's catalog.
@Suite struct RegisterTests {
    private let folder: TemporaryFolder
    private let moto: MotoServer
    private let glue: GlueClient
    private let table = TableName.unique()

    init() throws {
        folder = try TemporaryFolder()
        moto = try MotoServer.shared
        glue = GlueClient(moto.environment)
    }

    private func job(
        _ days: [String] = ["2025-12-07"], format: LakeFormat = .parquet
    ) throws -> RegisterJob {
        var job = RegisterJob(table, over: try folder.makeLake(days, format: format))
        job.location = "s3://bucket/lake"
        job.environment = moto.environment
        return job
    }

    private func registered() async throws -> GlueTable {
        try #require(try await glue.table(table.table, in: table.database))
    }

    private func change(_ body: (inout JSONValue) -> Void) async throws {
        var present = try await registered()
        body(&present.input)
        try await glue.updateTable(present, in: table.database)
    }

    @Test(arguments: LakeFormat.allCases)
    func `the table of the catalog is that of the statement`(format: LakeFormat) async throws {
        let job = try job(format: format)

        let registration = try await job.run()

        #expect(registration.makesDatabase && registration.makesTable)
        let input = try await registered().input
        let definition = TableDefinition(
            table: table, format: format, location: "s3://bucket/lake/")
        let statement = definition.createTable
        let storage = try #require(input["StorageDescriptor"])
        for column in try #require(storage["Columns"]?.array) {
            let (name, type) = (column["Name"]?.string ?? "", column["Type"]?.string ?? "")
            let comment = column["Comment"]?.string ?? ""
            #expect(statement.contains("    `\(name)` \(type) COMMENT '\(comment)'"))
        }
        #expect(storage["Columns"]?.array?.count == UsageSchema.columns.count)
        #expect(storage["Location"] == "s3://bucket/lake/")
        for (name, value) in try #require(input["Parameters"]?.strings) where name != "EXTERNAL" {
            #expect(statement.contains("'\(name)' = '\(value)'"))
        }
        #expect(input["Parameters"]?.strings?.count == definition.properties.count + 1)
        let keys = try #require(input["PartitionKeys"]?.array)
        #expect(keys.map { $0["Name"] } == ["year", "month", "day"])
        #expect(keys.map { $0["Type"] } == ["string", "string", "string"])
        if format == .json {
            let serde = storage["SerdeInfo"]?["SerializationLibrary"]?.string ?? "none"
            #expect(statement.contains("ROW FORMAT SERDE '\(serde)'"))
        }
    }

    @Test(arguments: [true, false])
    func `a second run does nothing`(projects: Bool) async throws {
        var job = try job()
        job.projectsPartitions = projects
        _ = try await job.run()
        let before = try await registered()

        let second = try await job.run()

        #expect(!second.isChange)
        #expect(second.text() == "table \(table.database).usage: as it should be\n")
        #expect(try await registered() == before)
    }

    @Test func `what others have put into the table stays when something is changed`() async throws
    {
        let job = try job()
        _ = try await job.run()
        try await change { input in
            input["Owner"] = "finance"
            input["Description"] = "billed usage"
            input["Parameters"]?["team"] = "billing"
            input["Parameters"]?["projection.year.range"] = "2025,2030"
            let columns = input["StorageDescriptor"]?["Columns"]?.array ?? []
            input["StorageDescriptor"]?["Columns"] = .array(
                columns.filter { $0["Name"] != "request_id" }
                    + [.object(["Name": "region", "Type": "string"])])
        }

        let registration = try await job.run()

        #expect(
            registration.differences.map(\.description) == [
                "+ column request_id: string",
                "~ property projection.year.range: 2025,2030 -> 2020,2050",
            ])
        let input = try await registered().input
        #expect(input["Owner"] == "finance")
        #expect(input["Description"] == "billed usage")
        #expect(input["Parameters"]?["team"] == "billing")
        #expect(
            input["StorageDescriptor"]?["Columns"]?.array?.map { $0["Name"] }
                == UsageSchema.columns.map { .string($0.name) } + ["region"])
        #expect(try await !job.run().isChange)
    }

    @Test func `an incompatible change is refused, and made where it is forced`() async throws {
        var job = try job()
        _ = try await job.run()
        try await change { input in
            input["StorageDescriptor"]?["Location"] = "s3://other/lake"
            var columns = input["StorageDescriptor"]?["Columns"]?.array ?? []
            columns[4]["Type"] = "double"
            input["StorageDescriptor"]?["Columns"] = .array(columns)
        }
        let before = try await registered()

        let error = await #expect(throws: PipelineError.self) { try await job.run() }
        let afterRefusal = try await registered()
        job.force = true
        _ = try await job.run()

        #expect(error?.code == .usage)
        let text = error?.description ?? ""
        #expect(text.contains("~ column input_tokens: double -> bigint"))
        #expect(text.contains("~ location: s3://other/lake -> s3://bucket/lake/"))
        #expect(afterRefusal == before)
        #expect(
            try await registered().input["StorageDescriptor"]?["Location"] == "s3://bucket/lake/")
    }

    @Test func `a dry run writes nothing and says what it would`() async throws {
        var job = try job()
        job.isDryRun = true

        let registration = try await job.run()

        #expect(
            registration.text() == """
                database \(table.database): to be made
                table \(table.database).usage: to be made

                """)
        #expect(try await !glue.hasDatabase(table.database))
    }

    @Test func `a lake that was converted changes how the table reads it`() async throws {
        let other = try TemporaryFolder()
        var job = try job(format: .json)
        _ = try await job.run()
        job.lake = try other.makeLake(["2025-12-07"])

        let registration = try await job.run()

        #expect(registration.differences.allSatisfy { $0.isCompatible })
        #expect(
            registration.differences.map(\.description).contains(
                "- property compressionType: gzip"))
        let input = try await registered().input
        #expect(input["Parameters"]?["classification"] == "parquet")
        #expect(
            input["StorageDescriptor"]?["SerdeInfo"]?["Parameters"]
                == .object(["serialization.format": "1"]))
    }

    @Test func `without projection days are registered, those alone that are missing`()
        async throws
    {
        let january = (1...31).map { "2025-01-\(UsageDay.padded($0, 2))" }
        let march = january.map { "2025-03" + $0.dropFirst(7) }
        let may = january.map { "2025-05" + $0.dropFirst(7) }
        var job = try job(january + march + may + ["2025-07-01"])
        job.projectsPartitions = false

        let first = try await job.run()
        _ = try folder.makeLake(["2025-07-02", "2025-07-03"])
        let second = try await job.run()

        #expect(first.newPartitions == 94)
        #expect(second.newPartitions == 2)
        #expect(second.changedPartitions == 0)
        let partitions = try await glue.partitions(of: table.table, in: table.database)
        #expect(partitions.count == 96)
        #expect(
            partitions.first { $0.values == ["2025", "07", "03"] }?.storage["Location"]
                == "s3://bucket/lake/year=2025/month=07/day=03/")
        #expect(try await registered().input["Parameters"]?["projection.enabled"] == nil)
    }

    @Test(arguments: [true, false])
    func `a table keeps its way to find partitions unless another one is asked for`(
        projects: Bool
    ) async throws {
        var job = try job()
        job.projectsPartitions = projects
        _ = try await job.run()
        job.projectsPartitions = nil

        let kept = try await job.run()
        let isProjected = try await registered().projectsPartitions
        job.projectsPartitions = !projects
        let changed = try await job.run()

        #expect(!kept.isChange)
        #expect(isProjected == projects)
        #expect(changed.differences.allSatisfy { $0.isCompatible })
        #expect(try await registered().projectsPartitions == !projects)
        #expect(
            try await glue.partitions(of: table.table, in: table.database).count == 1)
    }

    @Test(arguments: ["s3://bucket/lake/athena/r1/2025-12-07/", "s3://other/"])
    func `projection that would hide registered days is refused unless forced`(
        location: String
    ) async throws {
        var job = try job(["2025-12-06", "2025-12-07"])
        job.projectsPartitions = false
        _ = try await job.run()
        var partitions = try await glue.partitions(of: table.table, in: table.database)
        let index = try #require(
            partitions.firstIndex { $0.values == ["2025", "12", "07"] })
        partitions[index].storage["Location"] = .string(location)
        try await glue.updatePartitions(
            [partitions[index]], of: table.table, in: table.database)
        job.projectsPartitions = true

        let error = await #expect(throws: PipelineError.self) { try await job.run() }
        let isProjected = try await registered().projectsPartitions
        job.force = true
        _ = try await job.run()

        #expect(error?.exitCode == 64)
        #expect(
            error?.reason.contains(
                "~ location of partition 2025/12/07: \(location) -> "
                    + "s3://bucket/lake/year=2025/month=12/day=07/;") == true)
        #expect(!isProjected)
        #expect(try await registered().projectsPartitions)
    }

    @Test
    func `partitions of another place are changed only by force, and keep what others put there`()
        async throws
    {
        var job = try job()
        job.projectsPartitions = false
        _ = try await job.run()
        var partitions = try await glue.partitions(of: table.table, in: table.database)
        partitions[0].storage["Location"] = "s3://other"
        partitions[0].parameters["checked"] = "yes"
        try await glue.updatePartitions(partitions, of: table.table, in: table.database)

        let error = await #expect(throws: PipelineError.self) { try await job.run() }
        let afterRefusal = try await glue.partitions(of: table.table, in: table.database)
        job.force = true
        let registration = try await job.run()

        #expect(error?.exitCode == 64)
        #expect(
            error?.reason.contains(
                "~ location of partition 2025/12/07: s3://other/ -> "
                    + "s3://bucket/lake/year=2025/month=12/day=07/") == true)
        #expect(afterRefusal == partitions)
        #expect(registration.changedPartitions == 1)
        let now = try await glue.partitions(of: table.table, in: table.database)
        #expect(now.count == 1)
        #expect(
            now[0].storage["Location"] == "s3://bucket/lake/year=2025/month=12/day=07/")
        #expect(now[0].parameters["checked"] == "yes")
    }
}
