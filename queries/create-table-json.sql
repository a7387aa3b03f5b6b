-- Makes the database and the table over a lake of gzip JSON lines.
--
-- Set: s3://your-bucket/lake/ (twice), to where the lake lies. Run the two statements one
-- after the other; partitions need no registration.

CREATE DATABASE IF NOT EXISTS `bedrock_metering_db`;

CREATE EXTERNAL TABLE IF NOT EXISTS `bedrock_metering_db`.`token_usage_logs` (
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
LOCATION 's3://your-bucket/lake/'
TBLPROPERTIES (
    'classification' = 'json',
    'compressionType' = 'gzip',
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
    'storage.location.template' = 's3://your-bucket/lake/year=${year}/month=${month}/day=${day}/'
);
