internal import AWSServices
internal import BedrockMetering
internal import MeteringLake

/// How the catalog is changed.
extension RegisterJob {
    /// Times that a table is read again because something else has changed it meanwhile.
    private static let attempts = 5

    /// Brings the catalog in line with the lake.
    ///
    /// - Throws: ``PipelineError`` with `usage` where a change is incompatible and not forced; nothing
    ///   was changed then. A dry run tells that as ``Registration/refusal``.
    package func run() async throws -> Registration {
        let definition = try await definition()
        let place = "Glue table \(table.database).\(table.table)"
        return try await AWSFailure.translating(at: place, in: environment) { environment in
            let glue = GlueClient(environment)
            var registration = Registration(table: table, isDryRun: isDryRun)
            if try await !glue.hasDatabase(table.database) {
                registration.makesDatabase = true
                if !isDryRun {
                    try await glue.createDatabase(
                        table.database, description: "Bedrock usage metering")
                }
            }
            for attempt in 1... {
                do {
                    try await register(definition, in: glue, &registration)
                    break
                } catch let error as AWSError
                    where [GlueError.alreadyExists, GlueError.concurrentModification]
                    .contains(error.code) && attempt < Self.attempts
                {
                    continue
                }
            }
            return registration
        }
    }

    private func register(
        _ definition: TableDefinition, in glue: GlueClient, _ registration: inout Registration
    ) async throws {
        let present = try await glue.table(table.table, in: table.database)
        var definition = definition
        definition.isProjected = projectsPartitions ?? present?.projectsPartitions ?? true
        let wanted = GlueTable(definition)
        var partitions = PartitionComparison()
        if !definition.isProjected {
            let registered =
                present == nil ? [] : try await glue.partitions(of: table.table, in: table.database)
            partitions = PartitionComparison(
                of: registered, with: try await days(), by: definition)
        } else if let present, !present.projectsPartitions {
            partitions = PartitionComparison(
                hiding: try await glue.partitions(of: table.table, in: table.database),
                by: definition)
        }
        guard let present else {
            registration.makesTable = true
            if !isDryRun { try await glue.createTable(wanted, in: table.database) }
            return try await register(partitions, in: glue, &registration)
        }
        let comparison = TableComparison(of: present, with: wanted)
        registration.makesTable = false
        registration.differences = comparison.differences + partitions.differences
        registration.refusal = refusal(of: registration.differences)
        if let refusal = registration.refusal, !isDryRun { throw refusal }
        // Before days are not computed any more, so that no reader misses one.
        if present.projectsPartitions { try await register(partitions, in: glue, &registration) }
        if !comparison.differences.isEmpty, !isDryRun {
            try await glue.updateTable(comparison.merged, in: table.database)
        }
        if !present.projectsPartitions { try await register(partitions, in: glue, &registration) }
    }

    private func refusal(of differences: [TableDifference]) -> PipelineError? {
        let incompatible = differences.filter { !$0.isCompatible }
        guard !force, !incompatible.isEmpty else { return nil }
        var words = ["register", "--database", table.database, "--table", table.table]
        if let location { words += ["--location", location] }
        let forced = ShellWord.command(words + ["--force"], lake: lake)
        return PipelineError(
            code: .usage, location: "Glue table \(table.database).\(table.table)",
            reason: isDryRun
                ? "this change would be refused; \(forced) makes it"
                : "is another table: "
                    + incompatible.map(\.description).joined(separator: "; ")
                    + "; nothing was changed; \(forced) changes it")
    }

    private func register(
        _ partitions: PartitionComparison, in glue: GlueClient, _ registration: inout Registration
    ) async throws {
        registration.newPartitions += partitions.new.count
        registration.changedPartitions += partitions.changed.count
        if isDryRun { return }
        try await glue.createPartitions(partitions.new, of: table.table, in: table.database)
        try await glue.updatePartitions(partitions.changed, of: table.table, in: table.database)
    }
}
