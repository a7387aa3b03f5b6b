/// The statements that make the database and the table over a lake of gzip JSON lines.
public struct TableDefinition: Sendable {
    public var table: TableName
    /// Where the lake lies, as `s3://bucket/prefix/`.
    public var location: String

    public init(table: TableName = .standard, location: String) {
        self.table = table
        self.location = location.hasSuffix("/") ? location : location + "/"
    }

    /// Makes the database, where there is none.
    public var createDatabase: String {
        "CREATE DATABASE IF NOT EXISTS \(SQLText.definitionIdentifier(table.database))"
    }

    /// Makes the table, where there is none.
    ///
    /// Partitions are projected, not registered. `digits` makes the projected values two digits
    /// wide, without which `day = '07'` would find nothing; see "Supported types for partition
    /// projection" in the Athena user guide.
    public var createTable: String {
        let columns = UsageSchema.columns.map { column in
            "    \(SQLText.definitionIdentifier(column.name)) \(column.type.rawValue)"
                + " COMMENT \(SQLText.definitionLiteral(column.comment))"
        }
        let keys = PartitionSpec.keys.map { "    \(SQLText.definitionIdentifier($0)) string" }
        let properties = properties.map {
            "    \(SQLText.definitionLiteral($0.name)) = \(SQLText.definitionLiteral($0.value))"
        }
        return """
            CREATE EXTERNAL TABLE IF NOT EXISTS \
            \(SQLText.definitionIdentifier(table.database)).\(SQLText.definitionIdentifier(table.table)) (
            \(columns.joined(separator: ",\n"))
            )
            PARTITIONED BY (
            \(keys.joined(separator: ",\n"))
            )
            ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
            WITH SERDEPROPERTIES (
                'case.insensitive' = 'TRUE',
                'ignore.malformed.json' = 'TRUE'
            )
            STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
            OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
            LOCATION \(SQLText.definitionLiteral(location))
            TBLPROPERTIES (
            \(properties.joined(separator: ",\n"))
            )
            """
    }

    private var properties: [(name: String, value: String)] {
        let template = PartitionSpec.keys.map { "\($0)=${\($0)}/" }.joined()
        let years = UsageDay.years
        return [
            ("classification", "json"),
            ("compressionType", "gzip"),
            ("projection.enabled", "true"),
            ("projection.year.type", "integer"),
            ("projection.year.range", "\(years.lowerBound),\(years.upperBound)"),
            ("projection.year.digits", "4"),
            ("projection.month.type", "integer"),
            ("projection.month.range", "1,12"),
            ("projection.month.digits", "2"),
            ("projection.day.type", "integer"),
            ("projection.day.range", "1,31"),
            ("projection.day.digits", "2"),
            ("storage.location.template", location + template),
        ]
    }
}
