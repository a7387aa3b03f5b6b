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
    /// Partitions are projected unless `isProjected` says otherwise. `digits` makes the projected
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

    /// How Athena reads the files, as a clause.
    var rowFormat: String {
        guard format != .parquet else { return "STORED AS PARQUET" }
        let properties = storage.serdeParameters.map {
            "    \(SQLText.definitionLiteral($0.name)) = \(SQLText.definitionLiteral($0.value))"
        }
        return """
            ROW FORMAT SERDE \(SQLText.definitionLiteral(storage.serde))
            WITH SERDEPROPERTIES (
            \(properties.joined(separator: ",\n"))
            )
            STORED AS INPUTFORMAT \(SQLText.definitionLiteral(storage.inputFormat))
            OUTPUTFORMAT \(SQLText.definitionLiteral(storage.outputFormat))
            """
    }
}
