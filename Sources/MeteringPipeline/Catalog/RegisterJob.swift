package import AWSServices
package import BedrockMetering
internal import Foundation

/// Makes or changes the Glue database and table over a lake, so that Athena reads it.
///
/// What is there is read first, and only what differs is written; a second run does nothing.
package struct RegisterJob: Sendable {
    package var lake: String
    package var table: TableName
    /// Where Athena finds the lake, as `s3://bucket/prefix`; the lake itself where nil.
    package var location: String?
    /// What day files are; as the lake has them where nil.
    package var format: LakeFormat?
    /// Whether Athena computes partitions, in place of looking up registered ones.
    package var projectsPartitions = true
    /// Whether changes are made that break queries or hide files.
    package var force = false
    /// Whether nothing is written.
    package var isDryRun = false
    /// Nil for that of the standard variables and files.
    package var environment: AWSEnvironment?
    var stores = Stores.standard

    package init(_ table: TableName = .standard, over lake: String) {
        self.table = table
        self.lake = lake
    }

    /// Times that a table is read again because something else has changed it meanwhile.
    private static let attempts = 5

    /// What the table shall be.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the lake is not in S3 or a name is none, with
    ///   `notFound` where there is no lake or no day in it.
    package func definition() async throws -> TableDefinition {
        for name in [table.database, table.table] where !Self.isName(name) {
            throw PipelineError(
                code: .usage, location: name,
                reason: "is no name in Glue: lower-case letters, digits and _, at most 255")
        }
        let place = location ?? lake
        guard try ObjectLocation(place).bucket != nil else {
            throw PipelineError(
                code: .usage, location: place,
                reason: "Athena reads lakes in S3 only; --location says where a copy lies")
        }
        var format = self.format
        if format == nil { format = try await LakeLayout(of: lake, stores: stores).format }
        guard let format else {
            throw PipelineError(
                code: .notFound, location: lake,
                reason: "has no day files that would tell their format; --format does")
        }
        var definition = TableDefinition(table: table, format: format, location: place)
        definition.isProjected = projectsPartitions
        return definition
    }

    private static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
    }

    /// The statements that make the same table in Athena's console.
    package func statements() async throws -> [String] {
        let definition = try await definition()
        let days = projectsPartitions ? [] : try await LakeLayout(of: lake, stores: stores).days
        return [definition.createDatabase, definition.createTable] + definition.addPartitions(days)
    }

    /// What CreateTable of Glue's API takes, as JSON.
    package func tableInput() async throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let data = try encoder.encode(GlueTable(try await definition()).input)
        return String(decoding: data, as: UTF8.self)
    }

    /// Brings the catalog in line with the lake.
    ///
    /// - Throws: ``PipelineError`` with `usage` where a change is incompatible and not forced; a dry run
    ///   tells that as ``Registration/refusal``.
    package func run() async throws -> Registration {
        let definition = try await definition()
        let days = projectsPartitions ? [] : try await LakeLayout(of: lake, stores: stores).days
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
            try await register(GlueTable(definition), in: glue, &registration)
            if !projectsPartitions, registration.refusal == nil {
                try await register(days, of: definition, in: glue, &registration)
            }
            return registration
        }
    }

    private func register(
        _ wanted: GlueTable, in glue: GlueClient, _ registration: inout Registration
    ) async throws {
        for attempt in 1...Self.attempts {
            do {
                guard let present = try await glue.table(table.table, in: table.database) else {
                    registration.makesTable = true
                    if !isDryRun { try await glue.createTable(wanted, in: table.database) }
                    return
                }
                let comparison = TableComparison(of: present, with: wanted)
                registration.makesTable = false
                registration.differences = comparison.differences
                registration.refusal = refusal(of: comparison)
                if comparison.differences.isEmpty || isDryRun { return }
                if let refusal = registration.refusal { throw refusal }
                try await glue.updateTable(comparison.merged, in: table.database)
                return
            } catch let error as AWSError
                where [GlueError.alreadyExists, GlueError.concurrentModification]
                .contains(error.code) && attempt < Self.attempts
            {
                continue
            }
        }
    }

    private func refusal(of comparison: TableComparison) -> PipelineError? {
        guard !force, !comparison.incompatible.isEmpty else { return nil }
        let differences = comparison.incompatible.map(\.description).joined(separator: "; ")
        return PipelineError(
            code: .usage, location: "Glue table \(table.database).\(table.table)",
            reason: isDryRun
                ? "this change would be refused; meter-etl register --force makes it"
                : "is another table: \(differences); nothing was changed; "
                    + "meter-etl register --force changes it")
    }

    private func register(
        _ days: [UsageDay], of definition: TableDefinition, in glue: GlueClient,
        _ registration: inout Registration
    ) async throws {
        let present =
            registration.makesTable && isDryRun
            ? [] : try await glue.partitions(of: table.table, in: table.database)
        let byValues = Dictionary(
            present.map { ($0.values, $0) }, uniquingKeysWith: { first, _ in first })
        var (new, changed): ([GluePartition], [GluePartition]) = ([], [])
        for day in days {
            var wanted = GluePartition(of: day, definition)
            guard let known = byValues[wanted.values] else {
                new.append(wanted)
                continue
            }
            if known.reads(like: wanted) { continue }
            wanted.parameters = known.parameters
            changed.append(wanted)
        }
        registration.newPartitions = new.count
        registration.changedPartitions = changed.count
        if isDryRun { return }
        try await glue.createPartitions(new, of: table.table, in: table.database)
        try await glue.updatePartitions(changed, of: table.table, in: table.database)
    }
}
