internal import AWSServices
internal import BedrockMetering

/// Whether days that Athena writes would be read as they were written, by the table and in the lake that
/// are there.
struct AthenaTableCheck {
    /// In the table's format.
    private(set) var ingest: AthenaIngest

    /// - Parameter format: what days shall be written as; as the table has them where nil.
    /// - Throws: ``PipelineError`` with `usage` where they would not.
    init(
        _ ingest: AthenaIngest, _ format: LakeFormat?, in environment: AWSEnvironment
    ) async throws {
        self.ingest = ingest
        let glue = GlueClient(environment)
        let name = ingest.definition.table
        if let table = try await glue.table(name.table, in: name.database) {
            try check(table, format)
            try check(try await glue.partitions(of: name.table, in: name.database))
        }
        let stores = Stores(s3: S3Store(environment), stateHome: Stores.standard.stateHome)
        let lake = Lake(at: try ObjectLocation(ingest.definition.location), stores: stores)
        guard try await lake.hasYears() else { return }
        throw PipelineError(
            code: .usage, location: "\(lake.root)",
            reason: "is a lake of day files, which know nothing of days that Athena writes; "
                + "name another place")
    }

    private mutating func check(_ table: GlueTable, _ format: LakeFormat?) throws {
        // Partitions that are registered would never be read.
        if table.projectsPartitions {
            throw refusal(
                "computes its partitions, and days that Athena writes are registered; "
                    + "name another table")
        }
        if let present = table.format {
            if let format, format != present {
                throw refusal(
                    "reads files of \(present.rawValue), not of \(format.rawValue); "
                        + "leave --format out, or name another table")
            }
            ingest.format = present
        }
        let differences = TableComparison(of: table, with: GlueTable(ingest.definition)).ofReading
        guard !differences.isEmpty else { return }
        throw refusal(
            "would not read what Athena writes for it: "
                + differences.map(\.description).joined(separator: "; ")
                + "; name another table, or the lake that it lies in")
    }

    /// A partition keeps the way in which it is read when its place is changed.
    private func check(_ partitions: [GluePartition]) throws {
        for partition in partitions {
            guard let day = partition.day, ingest.period.contains(day) else { continue }
            let wanted = GluePartition(of: day, ingest.definition)
            guard partition.reading != wanted.reading else { continue }
            throw refusal(
                "has a partition of \(day) that reads files of another format than the table; "
                    + "name another table")
        }
    }

    private func refusal(_ reason: String) -> PipelineError {
        let name = ingest.definition.table
        return PipelineError(
            code: .usage, location: "\(name.database).\(name.table)", reason: reason)
    }
}
