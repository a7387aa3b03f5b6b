internal import AWSServices
internal import BedrockMetering
internal import MeteringLake

/// Whether days that Athena writes would be read as they were written, by the table and in the lake that
/// are there.
struct AthenaTableCheck {
    /// In the table's format.
    private(set) var ingest: AthenaIngest
    let lake: Lake
    /// Whether the table has no days yet.
    private(set) var isNew = true

    /// - Parameter format: what days shall be written as; as the table has them where nil.
    /// - Throws: ``PipelineError`` with `usage` where they would not, with `damagedLake` where facts of
    ///   the lake decide about days of the period.
    init(
        _ ingest: AthenaIngest, _ format: LakeFormat?, in environment: AWSEnvironment
    ) async throws {
        self.ingest = ingest
        let stores = Stores(remote: S3Store(environment))
        lake = Lake(at: try ObjectLocation(ingest.definition.location), stores: stores)
        let glue = GlueClient(environment)
        let name = ingest.definition.table
        if let table = try await glue.table(name.table, in: name.database) {
            try check(table, format)
            let partitions = try await glue.partitions(of: name.table, in: name.database)
            isNew = partitions.isEmpty
            try check(partitions)
        }
        try await checkFacts()
        guard try await lake.hasYears() else { return }
        throw PipelineError(
            code: .usage, location: "\(lake.root)",
            reason: "is a lake of day files, which know nothing of days that Athena writes; "
                + "name another place")
    }

    /// Refuses days about which somebody has decided for good: statements know nothing of that, and would
    /// undo it without a word.
    private func checkFacts() async throws {
        let facts = LakeFacts(of: lake)
        for stored in try await facts.read(facts.list()) {
            guard let content = stored.fact?.content, let day = content.day,
                ingest.period.contains(day)
            else { continue }
            let decided: String
            switch content {
            case .conflictDecided: decided = "calls in conflict were decided"
            case .dayClosed, .dayRestated: decided = "the day was closed"
            default: continue
            }
            let command = lake.command("ingest", "--source", ingest.source.location)
            throw PipelineError(
                code: .damagedLake, location: "\(day)",
                reason:
                    "\(decided) by fact \(stored.sequence) of \(lake.root), and an ingest inside "
                    + "Athena knows nothing of facts; nothing was changed; \(command) heeds them")
        }
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
