/// How files are read and what the table says of itself; statements and the catalog's API alike are made
/// from this.
extension TableDefinition {
    /// The Hive classes that read a format; see "Parquet SerDe" and "OpenX JSON SerDe" in the Athena
    /// user guide. Columns of Parquet files are found by their names, as in JSON lines.
    package struct Storage: Sendable {
        package let inputFormat: String
        package let outputFormat: String
        package let serde: String
        package let serdeParameters: [(name: String, value: String)]
        /// Whether the files are compressed as a whole; a Parquet page says by itself how it is.
        package let isCompressed: Bool
    }

    package var storage: Storage {
        switch format {
        case .parquet:
            Storage(
                inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                serdeParameters: [("serialization.format", "1")], isCompressed: false
            )
        case .json:
            Storage(
                inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
                outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                serde: "org.openx.data.jsonserde.JsonSerDe",
                serdeParameters: [
                    ("case.insensitive", "TRUE"), ("ignore.malformed.json", "TRUE"),
                ], isCompressed: true
            )
        }
    }

    /// All table properties, in the order of the statement.
    package var properties: [(name: String, value: String)] {
        fileProperties + (isProjected ? projectionProperties : [])
    }

    /// Those that say what the files are.
    package var fileProperties: [(name: String, value: String)] {
        switch format {
        case .parquet: [("classification", "parquet")]
        case .json: [("classification", "json"), ("compressionType", "gzip")]
        }
    }

    /// Those that make Athena compute partitions in place of looking them up.
    package var projectionProperties: [(name: String, value: String)] {
        let template = PartitionSpec.keys.map { "\($0)=${\($0)}/" }.joined()
        let years = UsageDay.years
        return [
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

    /// The statements that register the partitions of days, a hundred each; for a table that does not
    /// compute them.
    package func addPartitions(_ days: [UsageDay]) -> [String] {
        stride(from: 0, to: days.count, by: 100).map { start in
            let partitions = days[start..<min(start + 100, days.count)].map { day in
                let values = zip(PartitionSpec.keys, PartitionSpec.values(of: day)).map {
                    "\(SQLText.definitionIdentifier($0)) = \(SQLText.definitionLiteral($1))"
                }
                return "    PARTITION (\(values.joined(separator: ", ")))"
                    + " LOCATION \(SQLText.definitionLiteral(location(of: day)))"
            }
            return """
                ALTER TABLE \(table.definitionQuoted) ADD IF NOT EXISTS
                \(partitions.joined(separator: "\n"))
                """
        }
    }

    /// Where the files of a day lie, with a slash at the end.
    package func location(of day: UsageDay) -> String {
        "\(location)\(PartitionSpec.path(of: day))/"
    }
}
