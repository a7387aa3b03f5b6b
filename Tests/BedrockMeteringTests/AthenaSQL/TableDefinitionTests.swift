import Testing

@testable import BedrockMetering

@Suite struct TableDefinitionTests {
    private static let columns = """
            `timestamp` string COMMENT 'event time, ISO 8601, UTC, with six digits of a second',
            `tenant_id` string COMMENT 'who is billed',
            `user_id` string COMMENT 'who made the call',
            `model_id` string COMMENT 'Bedrock model or inference profile',
            `input_tokens` bigint COMMENT 'input tokens, cached ones not counted',
            `output_tokens` bigint COMMENT 'output tokens',
            `total_tokens` bigint COMMENT 'total as logged, else the sum of the four parts',
            `event_type` string COMMENT 'always bedrock_token_usage',
            `request_id` string COMMENT 'Bedrock request id, null where it was not logged',
            `cache_read_input_tokens` bigint COMMENT 'input tokens read from the prompt cache',
            `cache_write_input_tokens` bigint COMMENT 'input tokens written to the prompt cache'
        """
    private static let projection = """
            'projection.enabled' = 'true',
            'projection.year.type' = 'integer',
            'projection.year.range' = '2020,2050',
            'projection.year.digits' = '4',
            'projection.month.type' = 'integer',
            'projection.month.range' = '1,12',
            'projection.month.digits' = '2',
            'projection.day.type' = 'integer',
            'projection.day.range' = '1,31',
            'projection.day.digits' = '2',
            'storage.location.template' = \
        's3://bucket/lake/year=${year}/month=${month}/day=${day}/'
        """

    @Test func `the statements make the table of the schema over Parquet files`() {
        let definition = TableDefinition(location: "s3://bucket/lake")

        #expect(definition.createDatabase == "CREATE DATABASE IF NOT EXISTS `bedrock_metering_db`")
        #expect(
            definition.createTable == """
                CREATE EXTERNAL TABLE IF NOT EXISTS `bedrock_metering_db`.`token_usage_logs` (
                \(Self.columns)
                )
                PARTITIONED BY (
                    `year` string,
                    `month` string,
                    `day` string
                )
                STORED AS PARQUET
                LOCATION 's3://bucket/lake/'
                TBLPROPERTIES (
                    'classification' = 'parquet',
                \(Self.projection)
                )
                """
        )
    }

    @Test func `a lake of JSON lines has the same table but for how files are read`() {
        let definition = TableDefinition(format: .json, location: "s3://bucket/lake")

        #expect(
            definition.createTable == """
                CREATE EXTERNAL TABLE IF NOT EXISTS `bedrock_metering_db`.`token_usage_logs` (
                \(Self.columns)
                )
                PARTITIONED BY (
                    `year` string,
                    `month` string,
                    `day` string
                )
                ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
                WITH SERDEPROPERTIES (
                    'case.insensitive' = 'TRUE',
                    'ignore.malformed.json' = 'TRUE'
                )
                STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
                OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
                LOCATION 's3://bucket/lake/'
                TBLPROPERTIES (
                    'classification' = 'json',
                    'compressionType' = 'gzip',
                \(Self.projection)
                )
                """
        )
    }

    @Test func `every column knows its place in the schema`() {
        for (index, column) in UsageSchema.columns.enumerated() {
            #expect(UsageSchema.columnIndex(of: column.field) == index)
            #expect(UsageSchema.column(column.field).name == column.name)
        }
        #expect(UsageSchema.columns.count == UsageSchema.Field.allCases.count)
    }

    @Test func `names and locations with quotes stay whole`() {
        let definition = TableDefinition(
            table: TableName(database: "a`b", table: "c`\u{301}d"),
            location: "s3://bucket/it's/"
        )

        #expect(definition.createDatabase.hasSuffix(" `a``b`"))
        #expect(
            definition.createTable.utf8.starts(
                with: "CREATE EXTERNAL TABLE IF NOT EXISTS `a``b`.`c``\u{301}d` (".utf8
            )
        )
        #expect(definition.createTable.contains("LOCATION 's3://bucket/it\\'s/'\n"))
    }
}
