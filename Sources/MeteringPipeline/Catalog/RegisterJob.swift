package import AWSServices
package import BedrockMetering
internal import Foundation
internal import MeteringLake

/// Makes or changes the Glue database and table over a lake, so that Athena reads it.
///
/// What is there is read first, and only what differs is written; a second run does nothing. Files that
/// readers see are hidden by no step on the way.
package struct RegisterJob: Sendable {
    package var lake: String
    package var table: TableName
    /// Where Athena finds the lake, as `s3://bucket/prefix`; the lake itself where nil.
    package var location: String?
    /// What day files are; as the lake has them where nil.
    package var format: LakeFormat?
    /// Whether Athena computes partitions, in place of looking up registered ones; as the table has it
    /// where nil, and so for a new one.
    package var projectsPartitions: Bool?
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

    /// What the table shall be.
    ///
    /// - Throws: ``PipelineError`` with `usage` where the lake is not in S3 or of another format than is
    ///   said, or a name is none, with `notFound` where there is no lake or no day in it.
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
        let present = try await presentFormat()
        if let format, let present, format != present {
            throw PipelineError(
                code: .usage, location: lake,
                reason: "has day files of \(present.rawValue), not of \(format.rawValue); "
                    + ShellWord.command(["convert", "--to", format.rawValue], lake: lake)
                    + " changes them")
        }
        guard let format = format ?? present else {
            throw PipelineError(
                code: .notFound, location: lake,
                reason: "has no day files that would tell their format; --format does")
        }
        var definition = TableDefinition(table: table, format: format, location: place)
        definition.isProjected = projectsPartitions ?? true
        return definition
    }

    /// What the lake's day files are; nil where there are none, or it cannot be read and need not be.
    private func presentFormat() async throws -> LakeFormat? {
        do {
            return try await LakeLayout(of: lake, stores: stores).format
        } catch let error as PipelineError
            where format != nil && [.notFound, .inputOutput].contains(error.code)
        {
            return nil
        }
    }

    /// The days that are registered where partitions are not computed.
    func days() async throws -> [UsageDay] {
        try await LakeLayout(of: lake, stores: stores).days
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
        let days = definition.isProjected ? [] : try await self.days()
        return [definition.createDatabase, definition.createTable] + definition.addPartitions(days)
    }

    /// What CreateTable of Glue's API takes, as JSON.
    package func tableInput() async throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let data = try encoder.encode(GlueTable(try await definition()).input)
        return String(decoding: data, as: UTF8.self)
    }
}
