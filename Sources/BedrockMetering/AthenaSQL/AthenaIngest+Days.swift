/// The statements about the days of the table.
extension AthenaIngest {
    /// Merges a day's new records with its present rows. Of equal rows one stays; of the versions of a
    /// request the one with the largest sum of counts, then the largest logged total, then the one that
    /// sorts first by time and then by the other columns, strings by their bytes.
    ///
    /// Rows without a request id are spread by their times, so that no worker holds all of a tenant's.
    /// There is no `ORDER BY`, which would bring all rows to one worker; readers need no order. The
    /// folder must be empty, else Athena refuses to write; see "UNLOAD" in its user guide.
    ///
    /// Where the whole record tells calls apart, equal rows become one, and nothing else.
    func write(_ day: UsageDay) -> String {
        """
        UNLOAD (
        \(identity == .record ? distinctRows(of: day, "    ") : callsOnce(of: day))
        )
        TO \(SQLText.literal(folder(of: day).location))
        WITH (format = '\(format == .parquet ? "PARQUET" : "JSON")', compression = 'GZIP')
        """
    }

    private func callsOnce(of day: UsageDay) -> String {
        let columns = Self.columns.joined(separator: ", ")
        return """
                SELECT \(columns)
                FROM (
                    SELECT
                        \(columns),
                        ROW_NUMBER() OVER (
                            PARTITION BY
                                tenant_id,
                                request_id,
                                CASE WHEN request_id IS NULL THEN "timestamp" END
                            ORDER BY \(Self.versionOrder)
                        ) AS version
                    FROM (
            \(distinctRows(of: day, "            "))
                    ) AS calls
                ) AS versions
                WHERE version = 1 OR request_id IS NULL
            """
    }

    /// The present rows of a day and its new ones, equal ones once, behind a margin. No text is moved to
    /// the right once it is made, since a name in it may have line ends.
    private func distinctRows(of day: UsageDay, _ margin: String) -> String {
        """
        \(margin)SELECT \(Self.presentColumns.joined(separator: ", "))
        \(margin)FROM \(table.quoted)
        \(margin)WHERE \(PartitionFilter.sql(.day(day)))
        \(margin)    AND tenant_id IS NOT NULL
        \(margin)UNION
        \(margin)SELECT \(Self.columns.joined(separator: ", "))
        \(margin)FROM \(events.quoted)
        \(margin)WHERE usage_date = \(SQLText.literal(day.description))
        \(margin)    AND fate = 'record'
        """
    }

    /// A partition that is there keeps its place; see "ALTER TABLE ADD PARTITION" in the user guide.
    func addPartition(_ day: UsageDay) -> String {
        """
        ALTER TABLE \(table.definitionQuoted) ADD IF NOT EXISTS
        PARTITION (\(Self.partition(day)))
        LOCATION \(SQLText.definitionLiteral(folder(of: day).location))
        """
    }

    /// One change in the catalog; see "ALTER TABLE SET LOCATION" in the user guide.
    func replace(_ day: UsageDay) -> String {
        """
        ALTER TABLE \(table.definitionQuoted)
        PARTITION (\(Self.partition(day)))
        SET LOCATION \(SQLText.definitionLiteral(folder(of: day).location))
        """
    }

    private static func partition(_ day: UsageDay) -> String {
        zip(PartitionSpec.keys, PartitionSpec.values(of: day))
            .map { "\($0) = '\($1)'" }.joined(separator: ", ")
    }

    /// The days as they were written, whether or not readers see them.
    var createWritten: String {
        let columns = UsageSchema.columns.map {
            "    \(SQLText.definitionIdentifier($0.name)) \($0.type.rawValue)"
        }
        let properties =
            definition.fileProperties + [
                ("projection.enabled", "true"),
                ("projection.usage_date.type", "enum"),
                (
                    "projection.usage_date.values",
                    days.map(\.description).joined(separator: ",")
                ),
                ("storage.location.template", runFolder.location + "${usage_date}/"),
            ]
        let pairs = properties.map {
            "    \(SQLText.definitionLiteral($0.name)) = \(SQLText.definitionLiteral($0.value))"
        }
        return """
            CREATE EXTERNAL TABLE \(written.definitionQuoted) (
            \(columns.joined(separator: ",\n"))
            )
            PARTITIONED BY (
                `usage_date` string
            )
            \(definition.rowFormat)
            LOCATION \(SQLText.definitionLiteral(runFolder.location))
            TBLPROPERTIES (
            \(pairs.joined(separator: ",\n"))
            )
            """
    }

    /// Rows and tokens of the days. The moment makes two statements of the two, so that no engine
    /// answers the second one with the rows of the first.
    func countRows(_ moment: String) -> String {
        counts(
            by: Self.date, from: table,
            where: "\(PartitionFilter.sql(days))\n    AND tenant_id IS NOT NULL",
            also: "'\(moment)' AS moment"
        ) + "\nORDER BY usage_date"
    }

    /// Days of which readers see other rows than were written, as of a table whose partitions are
    /// projected, or whose files are of the other format.
    var checkTable: String {
        counts(by: "usage_date", from: written, where: writtenDays) + "\nEXCEPT\n"
            + counts(
                by: Self.date, from: table,
                where: "\(PartitionFilter.sql(days))\n    AND tenant_id IS NOT NULL"
            ) + "\nORDER BY usage_date"
    }

    private func counts(
        by day: String, from table: TableName, where condition: String, also column: String? = nil
    ) -> String {
        """
        SELECT
            \(day) AS usage_date,
            COUNT(*) AS row_count,
            SUM(CAST(total_tokens AS DECIMAL(38, 0))) AS total_tokens\(column.map { ",\n    \($0)" } ?? "")
        FROM \(table.quoted)
        WHERE \(condition)
        GROUP BY 1
        """
    }

    var writtenDays: String {
        "usage_date IN (\(days.map { "'\($0)'" }.joined(separator: ", ")))"
    }

    /// Calls of the table or of the source that no written row stands for, calls that have more than
    /// one row, and rows that neither has.
    var checkWritten: String {
        let names = (["usage_date"] + identifying.map(\.name)).joined(separator: ", ")
        let calls = identifying.map { $0.sql == $0.name ? $0.name : "\($0.sql) AS \($0.name)" }
            .joined(separator: ",\n        ")
        return """
            WITH written_calls AS (
                SELECT
                    usage_date,
                    \(calls)
                FROM \(written.quoted)
                WHERE \(writtenDays)
            ),
            known_calls AS (
                SELECT
                    usage_date,
                    \(calls)
                FROM (
                    SELECT \(Self.date) AS usage_date, \(Self.presentColumns.joined(separator: ", "))
                    FROM \(table.quoted)
                    WHERE \(PartitionFilter.sql(days))
                        AND tenant_id IS NOT NULL
                ) AS present_rows
                UNION ALL
                SELECT
                    usage_date,
                    \(calls)
                FROM \(events.quoted)
                WHERE \(writtenDays)
                    AND fate = 'record'
            )
            SELECT problem, usage_date, COUNT(*) AS calls
            FROM (
                SELECT 'missing' AS problem, usage_date
                FROM (
                    SELECT \(names) FROM known_calls
                    EXCEPT
                    SELECT \(names) FROM written_calls
                ) AS missing_calls
                UNION ALL
                SELECT 'unknown' AS problem, usage_date
                FROM (
                    SELECT \(names) FROM written_calls
                    EXCEPT
                    SELECT \(names) FROM known_calls
                ) AS unknown_calls
                UNION ALL
                SELECT 'twice' AS problem, usage_date
                FROM (
                    SELECT usage_date
                    FROM written_calls
                    GROUP BY \(names)
                    HAVING COUNT(*) > 1
                ) AS double_calls
            ) AS problems
            GROUP BY 1, 2
            ORDER BY problem, usage_date
            """
    }

    /// The day of a row of the table, written `2025-12-07`.
    static let date = "year || '-' || month || '-' || day"

    /// What tells calls of one day apart: tenant and request, or the whole row where there is none, or
    /// where that is what the lake goes by.
    private var identifying: [(sql: String, name: String)] {
        UsageSchema.columns.compactMap { column in
            let name = Self.name(column)
            return switch column.field {
            case .tenant, .request: (column.name, column.name)
            case .eventType: nil
            default:
                identity == .record
                    ? (name, "own_\(column.name)")
                    : ("CASE WHEN request_id IS NULL THEN \(name) END", "own_\(column.name)")
            }
        }
    }

    /// The columns of the table as they are read of it: one that an older version has written may hold
    /// placeholders of request ids.
    static let presentColumns = UsageSchema.columns.map { column in
        column.field == .request ? "\(request(column.name)) AS \(column.name)" : name(column)
    }

    /// The columns of the table, as they are named in queries.
    static let columns = UsageSchema.columns.map(name)

    /// `timestamp` is a type's name as well, so it is quoted.
    static func name(_ column: UsageSchema.Column) -> String {
        column.field == .timestamp ? SQLText.identifier(column.name) : column.name
    }
}
