/// The statements that make the database and the table over a lake.
///
/// The table has the same columns and partitions whatever its files are, so queries know no formats.
public struct TableDefinition: Sendable {
    public var table: TableName
    /// What the lake's day files are. A table reads one format only.
    public var format: LakeFormat
    /// Where the lake lies, as `s3://bucket/prefix/`.
    public var location: String
    /// Whether partitions are projected, each at its place in the lake; else they are registered one
    /// by one, wherever they lie.
    package var isProjected = true

    public init(
        table: TableName = .standard, format: LakeFormat = .parquet, location: String
    ) {
        self.table = table
        self.format = format
        self.location = location.hasSuffix("/") ? location : location + "/"
    }

    /// Makes the database, where there is none.
    public var createDatabase: String {
        "CREATE DATABASE IF NOT EXISTS \(SQLText.definitionIdentifier(table.database))"
    }

    /// Makes the table, where there is none.
    ///
    /// Partitions are projected unless ``isProjected`` says otherwise. `digits` makes the projected
    /// values two digits wide, without which `day = '07'` would find nothing; see "Supported types for
    /// partition projection" in the Athena user guide.
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
            CREATE EXTERNAL TABLE IF NOT EXISTS \(table.definitionQuoted) (
            \(columns.joined(separator: ",\n"))
            )
            PARTITIONED BY (
            \(keys.joined(separator: ",\n"))
            )
            \(rowFormat)
            LOCATION \(SQLText.definitionLiteral(location))
            TBLPROPERTIES (
            \(properties.joined(separator: ",\n"))
            )
            """
    }

    /// How Athena reads the files: the clauses of its user guide, "Parquet SerDe" and "OpenX JSON
    /// SerDe". Columns of Parquet files are found by their names, as in JSON lines.
    var rowFormat: String {
        switch format {
        case .parquet: "STORED AS PARQUET"
        case .json:
            """
            ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
            WITH SERDEPROPERTIES (
                'case.insensitive' = 'TRUE',
                'ignore.malformed.json' = 'TRUE'
            )
            STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
            OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
            """
        }
    }

    /// Each Parquet page says by itself how it is compressed.
    var fileProperties: [(name: String, value: String)] {
        switch format {
        case .parquet: [("classification", "parquet")]
        case .json: [("classification", "json"), ("compressionType", "gzip")]
        }
    }

    private var properties: [(name: String, value: String)] {
        guard isProjected else { return fileProperties }
        let template = PartitionSpec.keys.map { "\($0)=${\($0)}/" }.joined()
        let years = UsageDay.years
        return fileProperties + [
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
