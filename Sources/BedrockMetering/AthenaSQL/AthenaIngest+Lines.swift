/// The tables of the source's lines and of what became of them.
extension AthenaIngest {
    /// One row a line, in one column.
    ///
    /// Athena reads objects whose names end in `.gz` as gzip, with any number of members, and all
    /// others as they are. A line ends at `\n`, `\r` or both. LazySimpleSerDe separates columns at U+0001,
    /// as `serialization.format` says, which JSON may not hold; where a line does, the last column takes
    /// the rest. See "LazySimpleSerDe" in the Athena user guide, and Hive's class of that name.
    var createSource: String {
        """
        CREATE EXTERNAL TABLE \(sourceTable.definitionQuoted) (
            `line` string
        )
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
        WITH SERDEPROPERTIES (
            'serialization.format' = '1',
            'serialization.last.column.takes.rest' = 'true'
        )
        STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
        OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        LOCATION \(SQLText.definitionLiteral(source.location))
        """
    }

    /// The partition of lines that are of no day, and that of usage on days outside the period.
    static let noDay = "none"
    static let otherDay = "other"

    /// One row a line that is not blank. Its partitions are projected, so that none needs registration.
    var createEvents: String {
        let columns = UsageSchema.columns.map {
            "    \(SQLText.definitionIdentifier($0.name)) \($0.type.rawValue)"
        }
        let days = period.days.map(\.description) + [Self.noDay, Self.otherDay]
        return """
            CREATE EXTERNAL TABLE \(events.definitionQuoted) (
                `object` string,
                `fate` string,
                `reason` string,
                `line` string,
            \(columns.joined(separator: ",\n"))
            )
            PARTITIONED BY (
                `usage_date` string
            )
            STORED AS PARQUET
            LOCATION \(SQLText.definitionLiteral(eventsFolder.location))
            TBLPROPERTIES (
                'classification' = 'parquet',
                'projection.enabled' = 'true',
                'projection.usage_date.type' = 'enum',
                'projection.usage_date.values' = '\(days.joined(separator: ","))'
            )
            """
    }

    var countFates: String {
        """
        SELECT fate, reason, usage_date, COUNT(*) AS events
        FROM \(events.quoted)
        GROUP BY 1, 2, 3
        ORDER BY fate, reason, usage_date
        """
    }

    /// The lines themselves are in the column `line`, and only there.
    var listRejects: String {
        """
        SELECT object, reason, COUNT(*) AS lines
        FROM \(events.quoted)
        WHERE usage_date = '\(Self.noDay)'
            AND fate = 'rejected'
        GROUP BY 1, 2
        ORDER BY object, reason
        """
    }
}
