/// An ingest that Athena does by itself: statements that make the days of a table from exported log
/// objects, each call once.
///
/// A day of the table is a folder that one statement has written and none changes. A run parses the
/// source once, merges each day with what the table holds of it, by the rule of the day files, into a
/// folder of its own, checks what it has written, and only then points the days' partitions there. So
/// readers see the old day or the new one, a run that ends early has changed no day or whole ones, and
/// running again adds nothing.
///
/// Lines of export tasks, JSON lines, and bare messages of one line each are read; whatever else claims
/// to be usage is rejected and listed: documents that hold several events, events over several lines,
/// and data that is compressed without its object's name ending in `.gz`, or twice.
///
/// Statements run one after the other, each once the one before has succeeded. Two runs into one table
/// at the same time would undo each other's days; who runs them keeps them apart, such as by a lock at
/// ``lockPlace``.
package struct AthenaIngest: Sendable {
    let table: TableName
    package let source: S3Folder
    /// What days are written as; the table must be one of it.
    package var format: LakeFormat
    /// What tells calls apart.
    package var identity = UsageIdentity.request
    package let period: UsagePeriod
    /// Bytes of UTF-8 that a tenant, user, model or request id may have.
    package var maximumNameSize = DecodingLimits().maximumNameSize
    /// The days that are written, in order.
    private(set) var days: [UsageDay]
    private let lake: S3Folder
    package let run: String

    /// The most days that one run writes. Athena writes at most 100 partitions in a statement, and two
    /// are for what belongs to no day of the period; see "UNLOAD" in its user guide.
    package static let maximumDays = 98

    /// - Parameters:
    ///   - source: where the objects lie, those in all folders below it included.
    ///   - lake: where the days are written, which is no lake of day files.
    ///   - period: the UTC days that are written; usage of others is counted and left out.
    ///   - run: what tells this run from all others: 1 to 48 letters, digits and `_`, all lower-case.
    /// - Throws: ``AthenaIngestError`` where the statements would not be sound.
    package init(
        source: String, lake: String, table: TableName = .standard, format: LakeFormat = .parquet,
        period: UsagePeriod, run: String
    ) throws(AthenaIngestError) {
        guard let source = S3Folder(source) else { throw .notAFolder("source") }
        guard let lake = S3Folder(lake) else { throw .notAFolder("lake") }
        guard !source.overlaps(lake) else { throw .overlappingFolders }
        days = period.days
        guard days.count <= Self.maximumDays else { throw .tooManyDays }
        let isSound = run.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
        }
        guard isSound, (1...48).contains(run.utf8.count) else { throw .unsoundRun }
        self.source = source
        self.lake = lake
        self.table = table
        self.format = format
        self.period = period
        self.run = run
    }

    /// The same run, which replaces no days but those of the period that are among `days`: such as
    /// those that have usage, by the rows of ``IngestStatement/Step/countFates``.
    package func writing(only days: Set<UsageDay>) -> AthenaIngest {
        var ingest = self
        ingest.days.removeAll { !days.contains($0) }
        return ingest
    }

    // MARK: Statements

    /// All statements in their order.
    package var statements: [IngestStatement] {
        preparation + writing + replacement + conclusion + cleanup
    }

    /// What comes before any day is written.
    package var preparation: [IngestStatement] {
        [
            IngestStatement(
                step: .makeDatabase, purpose: "Makes the database, where there is none.",
                sql: definition.createDatabase
            ),
            IngestStatement(
                step: .makeTable, purpose: "Makes the table of usage, where there is none.",
                sql: definition.createTable
            ),
            IngestStatement(
                step: .makeSource,
                purpose: "Makes a table of the lines of the exported objects, as they are.",
                sql: createSource
            ),
            IngestStatement(
                step: .parse,
                purpose: "Reads each line once and writes what becomes of it, usage by its day.",
                sql: parse
            ),
            IngestStatement(
                step: .makeEvents, purpose: "Makes a table of what became of the lines.",
                sql: createEvents
            ),
            IngestStatement(
                step: .countFates,
                purpose: "Counts the lines by what became of them; the sum is that of all lines.",
                sql: countFates
            ),
            IngestStatement(
                step: .listRejects,
                purpose: "Lists the objects that hold rejected lines, with the reasons.",
                sql: listRejects
            ),
        ]
    }

    /// What writes the days, where nobody reads yet, and checks them. A row of
    /// ``IngestStatement/Step/checkWritten`` says that they must not be replaced.
    package var writing: [IngestStatement] {
        guard !days.isEmpty else { return [] }
        let count = IngestStatement(
            step: .countRows, purpose: "Counts the rows of the days before they are replaced.",
            sql: countRows("before")
        )
        let writes = days.map { day in
            IngestStatement(
                step: .write(day),
                purpose: "Merges \(day) with what the table holds of it, each call once.",
                sql: write(day)
            )
        }
        let conflicts = IngestStatement(
            step: .countConflicts,
            purpose: "Counts calls of which versions contradict each other; the larger one stays.",
            sql: countConflicts
        )
        // Where ids tell nothing, no two records are versions of one call.
        return [count] + (identity == .request ? [conflicts] : []) + writes + [
            IngestStatement(
                step: .makeWritten, purpose: "Makes a table of what was written.",
                sql: createWritten
            ),
            IngestStatement(
                step: .checkWritten,
                purpose:
                    "Counts calls that what was written lacks, holds twice or has from nowhere;"
                    + " go on only if there is no row.",
                sql: checkWritten
            ),
        ]
    }

    /// What lets readers see the new days, each in one step.
    package var replacement: [IngestStatement] {
        days.flatMap { day in
            [
                IngestStatement(
                    step: .addPartition(day),
                    purpose: "Registers \(day), where it is not registered.",
                    sql: addPartition(day)
                ),
                IngestStatement(
                    step: .replace(day), purpose: "Lets readers see the new \(day).",
                    sql: replace(day)
                ),
            ]
        }
    }

    /// What comes after the days are replaced. A row of ``IngestStatement/Step/checkTable`` says that
    /// readers do not see what was written.
    package var conclusion: [IngestStatement] {
        guard !days.isEmpty else { return [] }
        return [
            IngestStatement(
                step: .checkTable,
                purpose:
                    "Lists the days that readers do not see as they were written; there must be no"
                    + " row.",
                sql: checkTable
            ),
            IngestStatement(
                step: .countRowsAgain,
                purpose: "Counts the rows of the days again; what was added is new.",
                sql: countRows("after")
            ),
        ]
    }

    /// Drops the run's own tables, after it succeeded or failed. No file is deleted by it.
    package var cleanup: [IngestStatement] {
        func drop(
            _ step: IngestStatement.Step, _ table: TableName, of what: String
        ) -> IngestStatement {
            IngestStatement(
                step: step, purpose: "Drops the table of \(what).",
                sql: "DROP TABLE IF EXISTS \(table.definitionQuoted)"
            )
        }
        return [
            drop(.dropWritten, written, of: "what was written"),
            drop(.dropEvents, events, of: "what became of the lines"),
            drop(.dropSource, sourceTable, of: "the objects' lines"),
        ]
    }

    /// All statements as a text for people, each under its purpose.
    package var script: String {
        let head = """
            -- Ingests exported log objects inside Athena, run \(run).
            --
            -- Run the statements in their order, each once the one before has succeeded, and no other run
            -- into the same table meanwhile. A run that failed, or that a check stops, is made up by another
            -- one with another name.
            --
            -- Read are lines of export tasks, JSON lines, and bare messages of one line each, plain or in
            -- objects whose names end in .gz. Rejected and listed are documents that hold several events,
            -- events over several lines, and data that is compressed under another name, or twice. Athena
            -- passes over objects whose names, or whose folders' names, begin with _ or ., and over those
            -- in an archive.

            """
        let parts = statements.enumerated().map { index, statement in
            "-- \(index + 1). \(statement.purpose)\n\(statement.sql);\n"
        }
        return ([head] + parts).joined(separator: "\n")
    }

    // MARK: Tables and folders

    /// The table of usage. One that is there already must be like it: of the same format, and with
    /// registered partitions, since projected ones would hide them.
    package var definition: TableDefinition {
        var definition = TableDefinition(table: table, format: format, location: lake.location)
        definition.isProjected = false
        return definition
    }

    /// The lines of the source.
    var sourceTable: TableName {
        TableName(database: table.database, table: "\(table.table)_source_\(run)")
    }

    /// What became of them.
    var events: TableName {
        TableName(database: table.database, table: "\(table.table)_events_\(run)")
    }

    /// The days that were written.
    var written: TableName {
        TableName(database: table.database, table: "\(table.table)_written_\(run)")
    }

    private var athenaFolder: S3Folder { lake.folder("athena") }

    /// Where an object keeps other runs away.
    package var lockPlace: String { athenaFolder.location + "_lock" }

    var runFolder: S3Folder { athenaFolder.folder(run) }

    var eventsFolder: S3Folder { runFolder.folder("events") }

    /// Where the run writes a day.
    func folder(of day: UsageDay) -> S3Folder { runFolder.folder("\(day)") }
}
