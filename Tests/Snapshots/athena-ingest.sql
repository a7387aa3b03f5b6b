-- Ingests exported log objects inside Athena, run r1.
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

-- 1. Makes the database, where there is none.
CREATE DATABASE IF NOT EXISTS `bedrock_metering_db`;

-- 2. Makes the table of usage, where there is none.
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
STORED AS PARQUET
LOCATION 's3://bucket/athena-lake/'
TBLPROPERTIES (
    'classification' = 'parquet'
);

-- 3. Makes a table of the lines of the exported objects, as they are.
CREATE EXTERNAL TABLE `bedrock_metering_db`.`token_usage_logs_source_r1` (
    `line` string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
WITH SERDEPROPERTIES (
    'serialization.format' = '1',
    'serialization.last.column.takes.rest' = 'true'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://bucket/exports/';

-- 4. Reads each line once and writes what becomes of it, usage by its day.
UNLOAD (
    SELECT
        object,
        fate,
        reason,
        line,
        "timestamp",
        tenant_id,
        user_id,
        model_id,
        input_tokens,
        output_tokens,
        total_tokens,
        event_type,
        request_id,
        cache_read_input_tokens,
        cache_write_input_tokens,
        usage_date
    FROM (
        WITH source_lines AS (
            SELECT
                "$path" AS object,
                line,
                regexp_like(line, '\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z ') AS has_header
            FROM "bedrock_metering_db"."token_usage_logs_source_r1"
        ),
        messages AS (
            SELECT
                object,
                line,
                CASE WHEN has_header THEN substr(line, 26) ELSE line END AS message,
                CASE WHEN has_header THEN substr(line, 1, 24) END AS envelope_time
            FROM source_lines
            WHERE has_header OR regexp_like(line, '[^ \t\r]')
        ),
        documents AS (
            SELECT
                *,
                regexp_like(message, '\A[ \t\r]*\{') AS opens_object,
                (
                    strpos(message, 'bedrock_token_usage') > 0
                    OR strpos(message, '\u00') > 0
                        AND regexp_like(message, '(b|\\+u0062)(e|\\+u0065)(d|\\+u0064)(r|\\+u0072)(o|\\+u006[fF])(c|\\+u0063)(k|\\+u006[bB])(_|\\+u005[fF])(t|\\+u0074)(o|\\+u006[fF])(k|\\+u006[bB])(e|\\+u0065)(n|\\+u006[eE])(_|\\+u005[fF])(u|\\+u0075)(s|\\+u0073)(a|\\+u0061)(g|\\+u0067)(e|\\+u0065)')
                ) AS mentions_usage,
                CASE WHEN regexp_like(message, '\A[ \t\r]*\{') THEN TRY(json_parse(message)) END AS document
            FROM messages
        ),
        sound_messages AS (
            SELECT
                *,
                CASE WHEN document IS NOT NULL THEN message END AS sound_message
            FROM documents
        ),
        members AS (
            SELECT
                *,
                json_extract_scalar(sound_message, '$.timestamp') AS timestamp_text,
                json_format(json_extract(document, '$.timestamp')) AS timestamp_json,
                json_extract_scalar(sound_message, '$.tenant_id') AS tenant_id_text,
                json_format(json_extract(document, '$.tenant_id')) AS tenant_id_json,
                json_extract_scalar(sound_message, '$.user_id') AS user_id_text,
                json_format(json_extract(document, '$.user_id')) AS user_id_json,
                json_extract_scalar(sound_message, '$.model_id') AS model_id_text,
                json_format(json_extract(document, '$.model_id')) AS model_id_json,
                json_extract_scalar(sound_message, '$.input_tokens') AS input_tokens_text,
                json_format(json_extract(document, '$.input_tokens')) AS input_tokens_json,
                json_extract_scalar(sound_message, '$.output_tokens') AS output_tokens_text,
                json_format(json_extract(document, '$.output_tokens')) AS output_tokens_json,
                json_extract_scalar(sound_message, '$.total_tokens') AS total_tokens_text,
                json_format(json_extract(document, '$.total_tokens')) AS total_tokens_json,
                json_extract_scalar(sound_message, '$.event_type') AS event_type_text,
                json_format(json_extract(document, '$.event_type')) AS event_type_json,
                json_extract_scalar(sound_message, '$.request_id') AS request_id_text,
                json_format(json_extract(document, '$.request_id')) AS request_id_json,
                json_extract_scalar(sound_message, '$.cache_read_input_tokens') AS cache_read_input_tokens_text,
                json_format(json_extract(document, '$.cache_read_input_tokens')) AS cache_read_input_tokens_json,
                json_extract_scalar(sound_message, '$.cache_write_input_tokens') AS cache_write_input_tokens_text,
                json_format(json_extract(document, '$.cache_write_input_tokens')) AS cache_write_input_tokens_json
            FROM sound_messages
        ),
        counts_and_times AS (
            SELECT
                *,
                CASE
                    WHEN regexp_like(input_tokens_text, '\A(0|[1-9][0-9]*)([.]0+)?\z')
                        THEN TRY(CAST(regexp_extract(input_tokens_text, '\A[0-9]+') AS BIGINT))
                    WHEN regexp_like(input_tokens_text, '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0
                    WHEN regexp_like(input_tokens_text, '\A(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])\z')
                        AND TRY(CAST(CAST(input_tokens_text AS DECIMAL(38, 18)) AS BIGINT)) = TRY(CAST(input_tokens_text AS DECIMAL(38, 18)))
                        THEN TRY(CAST(CAST(input_tokens_text AS DECIMAL(38, 18)) AS BIGINT))
                END AS input_tokens_count,
                CASE
                    WHEN regexp_like(output_tokens_text, '\A(0|[1-9][0-9]*)([.]0+)?\z')
                        THEN TRY(CAST(regexp_extract(output_tokens_text, '\A[0-9]+') AS BIGINT))
                    WHEN regexp_like(output_tokens_text, '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0
                    WHEN regexp_like(output_tokens_text, '\A(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])\z')
                        AND TRY(CAST(CAST(output_tokens_text AS DECIMAL(38, 18)) AS BIGINT)) = TRY(CAST(output_tokens_text AS DECIMAL(38, 18)))
                        THEN TRY(CAST(CAST(output_tokens_text AS DECIMAL(38, 18)) AS BIGINT))
                END AS output_tokens_count,
                CASE
                    WHEN regexp_like(total_tokens_text, '\A(0|[1-9][0-9]*)([.]0+)?\z')
                        THEN TRY(CAST(regexp_extract(total_tokens_text, '\A[0-9]+') AS BIGINT))
                    WHEN regexp_like(total_tokens_text, '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0
                    WHEN regexp_like(total_tokens_text, '\A(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])\z')
                        AND TRY(CAST(CAST(total_tokens_text AS DECIMAL(38, 18)) AS BIGINT)) = TRY(CAST(total_tokens_text AS DECIMAL(38, 18)))
                        THEN TRY(CAST(CAST(total_tokens_text AS DECIMAL(38, 18)) AS BIGINT))
                END AS total_tokens_count,
                CASE
                    WHEN COALESCE(cache_read_input_tokens_json, 'null') = 'null' THEN 0
                    WHEN regexp_like(cache_read_input_tokens_text, '\A(0|[1-9][0-9]*)([.]0+)?\z')
                        THEN TRY(CAST(regexp_extract(cache_read_input_tokens_text, '\A[0-9]+') AS BIGINT))
                    WHEN regexp_like(cache_read_input_tokens_text, '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0
                    WHEN regexp_like(cache_read_input_tokens_text, '\A(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])\z')
                        AND TRY(CAST(CAST(cache_read_input_tokens_text AS DECIMAL(38, 18)) AS BIGINT)) = TRY(CAST(cache_read_input_tokens_text AS DECIMAL(38, 18)))
                        THEN TRY(CAST(CAST(cache_read_input_tokens_text AS DECIMAL(38, 18)) AS BIGINT))
                END AS cache_read_input_tokens_count,
                CASE
                    WHEN COALESCE(cache_write_input_tokens_json, 'null') = 'null' THEN 0
                    WHEN regexp_like(cache_write_input_tokens_text, '\A(0|[1-9][0-9]*)([.]0+)?\z')
                        THEN TRY(CAST(regexp_extract(cache_write_input_tokens_text, '\A[0-9]+') AS BIGINT))
                    WHEN regexp_like(cache_write_input_tokens_text, '\A-?0([.]0+)?([eE][+-]?[0-9]+)?\z') THEN 0
                    WHEN regexp_like(cache_write_input_tokens_text, '\A(0|[1-9][0-9]{0,18})([.][0-9]{1,9})?[eE]([+]?[0-9]{1,2}|-[0-9])\z')
                        AND TRY(CAST(CAST(cache_write_input_tokens_text AS DECIMAL(38, 18)) AS BIGINT)) = TRY(CAST(cache_write_input_tokens_text AS DECIMAL(38, 18)))
                        THEN TRY(CAST(CAST(cache_write_input_tokens_text AS DECIMAL(38, 18)) AS BIGINT))
                END AS cache_write_input_tokens_count,
                CASE
                    WHEN COALESCE(timestamp_json, 'null') = 'null' THEN envelope_time
                    WHEN substr(timestamp_json, 1, 1) = '"' THEN timestamp_text
                    ELSE ''
                END AS written_time
            FROM members
        ),
        instants AS (
            SELECT
                *,
                CASE
                    WHEN regexp_like(written_time, '\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?\z')
                        THEN TRY(
                            CAST(substr(written_time, 1, 10) || ' ' || substr(written_time, 12, 8) AS TIMESTAMP)
                            - INTERVAL '1' MINUTE
                                * CASE WHEN strpos(substr(written_time, 20), '-') > 0 THEN -1 ELSE 1 END
                                * (60 * CAST(COALESCE(NULLIF(regexp_extract(substr(written_time, 20), '[+-]([0-9]{2})', 1), ''), '0') AS BIGINT) + CAST(COALESCE(NULLIF(regexp_extract(substr(written_time, 20), '[+-][0-9]{2}:?([0-9]{2})', 1), ''), '0') AS BIGINT))
                        )
                END AS instant,
                rpad(
                    substr(COALESCE(regexp_extract(written_time, '[.,]([0-9]+)', 1), ''), 1, 6), 6, '0'
                ) AS microseconds
            FROM counts_and_times
        ),
        records AS (
            SELECT
                *,
                substr(CAST(instant AS VARCHAR), 1, 10) || 'T' || substr(CAST(instant AS VARCHAR), 12, 8)
                    || '.' || microseconds || 'Z' AS event_time,
                CASE
                    WHEN COALESCE(total_tokens_json, 'null') = 'null' THEN TRY(input_tokens_count + output_tokens_count + cache_read_input_tokens_count + cache_write_input_tokens_count)
                    ELSE total_tokens_count
                END AS total_count
            FROM instants
        )
        SELECT
            object,
            fate,
            reason,
            CASE WHEN fate = 'rejected' THEN line END AS line,
            CASE WHEN fate = 'record' THEN event_time END AS "timestamp",
            CASE WHEN fate = 'record' THEN tenant_id_text END AS tenant_id,
            CASE WHEN fate = 'record' THEN user_id_text END AS user_id,
            CASE WHEN fate = 'record' THEN model_id_text END AS model_id,
            CASE WHEN fate = 'record' THEN input_tokens_count END AS input_tokens,
            CASE WHEN fate = 'record' THEN output_tokens_count END AS output_tokens,
            CASE WHEN fate = 'record' THEN total_count END AS total_tokens,
            CASE WHEN fate = 'record' THEN event_type_text END AS event_type,
            CASE WHEN fate = 'record' THEN CASE WHEN NOT regexp_like(request_id_text, '\A([\x09-\x0d\x20\x2d0]*|[Nn][Oo][Nn][Ee]|[Nn][Uu][Ll][Ll]|[Nn][Ii][Ll]|[Uu][Nn][Dd][Ee][Ff][Ii][Nn][Ee][Dd]|[Uu][Nn][Kk][Nn][Oo][Ww][Nn]|[Nn]/[Aa]|[Nn][Aa]|[Nn][Aa][Nn]|[(][Nn][Uu][Ll][Ll][)]|<[Nn][Uu][Ll][Ll]>|<[Nn][Ii][Ll]>|<[Nn][Oo][Nn][Ee]>)\z') THEN request_id_text END END AS request_id,
            CASE WHEN fate = 'record' THEN cache_read_input_tokens_count END AS cache_read_input_tokens,
            CASE WHEN fate = 'record' THEN cache_write_input_tokens_count END AS cache_write_input_tokens,
            CASE
                WHEN fate = 'record' THEN substr(event_time, 1, 10)
                WHEN fate = 'outside_period' THEN 'other'
                ELSE 'none'
            END AS usage_date
        FROM (
            SELECT
                *,
                CASE
                    WHEN reason IS NOT NULL THEN 'rejected'
                    WHEN COALESCE(event_type_text, '') <> 'bedrock_token_usage' THEN 'foreign'
                    WHEN substr(event_time, 1, 10) BETWEEN '2025-12-07' AND '2025-12-07' THEN 'record'
                    ELSE 'outside_period'
                END AS fate
            FROM (
                SELECT
                    *,
                    CASE
                        WHEN substr(line, 1, 1) = chr(31)
                            THEN 'compressed data'
                        WHEN document IS NULL AND NOT opens_object
                            THEN CASE
                        WHEN mentions_usage OR (strpos(message, 'tenant_id') > 0 AND strpos(message, 'model_id') > 0 AND strpos(message, '_tokens') > 0 AND regexp_like(message, '[{][^{}]*(tenant_id\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:|tenant_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:|model_id\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:|model_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:|(input|output)_tokens\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:|(input|output)_tokens\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:)') AND NOT regexp_like(message, 'event_type\\*"[ \t\r]*:[ \t\r]*\\*"[^"\\]*\\*"') AND NOT regexp_like(message, '_aws\\*"[ \t\r]*:')) OR (regexp_like(message, '[{][^}]*tenant_id\\*"[ \t\r]*:[^}]*(model_id\\*"[ \t\r]*:|(input|output)_tokens\\*"[ \t\r]*:)[^}]*\z') AND NOT regexp_like(message, 'event_type\\*"[ \t\r]*:[ \t\r]*\\*"[^"\\]*\\*"'))
                            THEN 'not a JSON object'
                        WHEN regexp_like(message, '"H4sI[0-9A-Za-z+/=\\]{124}') THEN 'compressed data'
                    END
                        WHEN document IS NULL
                            THEN CASE WHEN mentions_usage OR (regexp_like(message, '\A[ \t\r]*\{[ \t\r]*"') AND NOT regexp_like(message, '"event_type"[ \t\r]*:[ \t\r]*"[^"\\]*"')) THEN 'malformed JSON' END
                        WHEN mentions_usage AND cardinality(regexp_extract_all(sound_message, '"(timestamp|tenant_id|user_id|model_id|input_tokens|output_tokens|total_tokens|event_type|request_id|cache_read_input_tokens|cache_write_input_tokens)"[ \t\r]*:')) > cardinality(regexp_extract_all(json_format(document), '"(timestamp|tenant_id|user_id|model_id|input_tokens|output_tokens|total_tokens|event_type|request_id|cache_read_input_tokens|cache_write_input_tokens)"[ \t\r]*:'))
                            THEN 'duplicate key'
                        WHEN COALESCE(event_type_text, '') <> 'bedrock_token_usage'
                            THEN CASE
                        WHEN json_extract(document, '$.logEvents') IS NOT NULL AND mentions_usage OR json_extract_scalar(document, '$.awslogs.data') IS NOT NULL OR json_extract_scalar(document, '$.records[0].data') IS NOT NULL OR json_extract_scalar(document, '$.Records[0].kinesis.data') IS NOT NULL OR json_extract_scalar(document, '$.Records[0].Data') IS NOT NULL OR json_extract_scalar(document, '$.rawData') IS NOT NULL THEN 'document of several events'
                        WHEN json_extract_scalar(document, '$.schemaType') = 'ModelInvocationLog' THEN NULL
                        WHEN tenant_id_json IS NOT NULL AND model_id_json IS NOT NULL AND COALESCE(input_tokens_json, output_tokens_json) IS NOT NULL AND json_extract(document, '$._aws') IS NULL AND NOT (COALESCE(substr(event_type_json, 1, 1), '') = '"' AND regexp_replace(lower(event_type_text), '[^a-z0-9]', '') <> 'bedrocktokenusage')
                            THEN 'event_type is missing or spelt in another way'
                        WHEN mentions_usage AND (NOT (COALESCE(substr(event_type_json, 1, 1), '') = '"' AND regexp_replace(lower(event_type_text), '[^a-z0-9]', '') <> 'bedrocktokenusage') AND json_extract(document, '$._aws') IS NULL OR regexp_like(message, '"[^"\\]*(\\.[^"\\]*)*(bedrock_token_usage[^"\\]*(\\.[^"\\]*)*([{]|_tokens|tenant_id)|([{]|_tokens|tenant_id)[^"\\]*(\\.[^"\\]*)*bedrock_token_usage)') OR regexp_like(message, '"event_type"[ \t\r]*:[ \t\r]*"bedrock_token_usage"')) OR (strpos(message, 'tenant_id') > 0 AND strpos(message, 'model_id') > 0 AND strpos(message, '_tokens') > 0 AND regexp_like(message, '[{][^{}]*(tenant_id\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:|tenant_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:|model_id\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:|model_id\\*"[ \t\r]*:[^{}]*(input|output)_tokens\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:|(input|output)_tokens\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:|(input|output)_tokens\\*"[ \t\r]*:[^{}]*model_id\\*"[ \t\r]*:[^{}]*tenant_id\\*"[ \t\r]*:)') AND NOT regexp_like(message, 'event_type\\*"[ \t\r]*:[ \t\r]*\\*"[^"\\]*\\*"') AND NOT regexp_like(message, '_aws\\*"[ \t\r]*:')) THEN 'holds usage that is not unwrapped'
                        WHEN regexp_like(message, '"H4sI[0-9A-Za-z+/=\\]{124}') THEN 'compressed data'
                    END
                        WHEN line <> from_utf8(to_utf8(line))
                            THEN 'invalid UTF-8'
                        WHEN regexp_like(regexp_replace(message, '\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', ' '), '\\u[dD][89a-fA-F][0-9a-fA-F]{2}')
                            THEN 'lone surrogate in a string'
                        WHEN COALESCE(substr(tenant_id_json, 1, 1), '') <> '"'
                            THEN 'tenant_id is missing or no text'
                        WHEN COALESCE(substr(user_id_json, 1, 1), '') <> '"'
                            THEN 'user_id is missing or no text'
                        WHEN COALESCE(substr(model_id_json, 1, 1), '') <> '"'
                            THEN 'model_id is missing or no text'
                        WHEN tenant_id_text = ''
                            THEN 'tenant_id is empty'
                        WHEN model_id_text = ''
                            THEN 'model_id is empty'
                        WHEN COALESCE(request_id_json, 'null') <> 'null' AND substr(request_id_json, 1, 1) <> '"'
                            THEN 'request_id is no text'
                        WHEN length(to_utf8(tenant_id_text)) > 4096
                            THEN 'tenant_id is over the size limit of names'
                        WHEN length(to_utf8(user_id_text)) > 4096
                            THEN 'user_id is over the size limit of names'
                        WHEN length(to_utf8(model_id_text)) > 4096
                            THEN 'model_id is over the size limit of names'
                        WHEN length(to_utf8(request_id_text)) > 4096
                            THEN 'request_id is over the size limit of names'
                        WHEN input_tokens_count IS NULL
                            THEN 'input_tokens is missing or no count'
                        WHEN output_tokens_count IS NULL
                            THEN 'output_tokens is missing or no count'
                        WHEN cache_read_input_tokens_count IS NULL
                            THEN 'cache_read_input_tokens is missing or no count'
                        WHEN cache_write_input_tokens_count IS NULL
                            THEN 'cache_write_input_tokens is missing or no count'
                        WHEN total_count IS NULL
                            THEN 'total_tokens is no count'
                        WHEN written_time IS NULL
                            THEN 'timestamp is missing'
                        WHEN instant IS NULL
                            THEN 'timestamp is unreadable'
                        WHEN substr(event_time, 1, 4) NOT BETWEEN '2020' AND '2050'
                            THEN 'timestamp is outside 2020 to 2050'
                    END AS reason
                FROM records
            ) AS judged_records
        ) AS fates
    ) AS judged_events
)
TO 's3://bucket/athena-lake/athena/r1/events/'
WITH (format = 'PARQUET', compression = 'GZIP', partitioned_by = ARRAY['usage_date']);

-- 5. Makes a table of what became of the lines.
CREATE EXTERNAL TABLE `bedrock_metering_db`.`token_usage_logs_events_r1` (
    `object` string,
    `fate` string,
    `reason` string,
    `line` string,
    `timestamp` string,
    `tenant_id` string,
    `user_id` string,
    `model_id` string,
    `input_tokens` bigint,
    `output_tokens` bigint,
    `total_tokens` bigint,
    `event_type` string,
    `request_id` string,
    `cache_read_input_tokens` bigint,
    `cache_write_input_tokens` bigint
)
PARTITIONED BY (
    `usage_date` string
)
STORED AS PARQUET
LOCATION 's3://bucket/athena-lake/athena/r1/events/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.enabled' = 'true',
    'projection.usage_date.type' = 'enum',
    'projection.usage_date.values' = '2025-12-07,none,other'
);

-- 6. Counts the lines by what became of them; the sum is that of all lines.
SELECT fate, reason, usage_date, COUNT(*) AS events
FROM "bedrock_metering_db"."token_usage_logs_events_r1"
GROUP BY 1, 2, 3
ORDER BY fate, reason, usage_date;

-- 7. Lists the objects that hold rejected lines, with the reasons.
SELECT object, reason, COUNT(*) AS lines
FROM "bedrock_metering_db"."token_usage_logs_events_r1"
WHERE usage_date = 'none'
    AND fate = 'rejected'
GROUP BY 1, 2
ORDER BY object, reason;

-- 8. Counts the rows of the days before they are replaced.
SELECT
    year || '-' || month || '-' || day AS usage_date,
    COUNT(*) AS row_count,
    SUM(CAST(total_tokens AS DECIMAL(38, 0))) AS total_tokens,
    'before' AS moment
FROM "bedrock_metering_db"."token_usage_logs"
WHERE year = '2025' AND month = '12' AND day = '07'
    AND tenant_id IS NOT NULL
GROUP BY 1
ORDER BY usage_date;

-- 9. Counts calls of which versions contradict each other; the larger one stays.
SELECT usage_date, COUNT(*) AS calls
FROM (
    SELECT usage_date, tenant_id, request_id
    FROM (
        SELECT
            usage_date,
            tenant_id,
            request_id,
            model_id,
            input_tokens,
            output_tokens,
            cache_read_input_tokens,
            cache_write_input_tokens,
            total_tokens,
            FIRST_VALUE(model_id) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_model_id,
            FIRST_VALUE(input_tokens) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_input_tokens,
            FIRST_VALUE(output_tokens) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_output_tokens,
            FIRST_VALUE(cache_read_input_tokens) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_cache_read_input_tokens,
            FIRST_VALUE(cache_write_input_tokens) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_cache_write_input_tokens,
            FIRST_VALUE(total_tokens) OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS kept_total_tokens,
            ROW_NUMBER() OVER (
                PARTITION BY usage_date, tenant_id, request_id
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS version
        FROM (
            SELECT year || '-' || month || '-' || day AS usage_date, "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, CASE WHEN NOT regexp_like(request_id, '\A([\x09-\x0d\x20\x2d0]*|[Nn][Oo][Nn][Ee]|[Nn][Uu][Ll][Ll]|[Nn][Ii][Ll]|[Uu][Nn][Dd][Ee][Ff][Ii][Nn][Ee][Dd]|[Uu][Nn][Kk][Nn][Oo][Ww][Nn]|[Nn]/[Aa]|[Nn][Aa]|[Nn][Aa][Nn]|[(][Nn][Uu][Ll][Ll][)]|<[Nn][Uu][Ll][Ll]>|<[Nn][Ii][Ll]>|<[Nn][Oo][Nn][Ee]>)\z') THEN request_id END AS request_id, cache_read_input_tokens, cache_write_input_tokens
            FROM "bedrock_metering_db"."token_usage_logs"
            WHERE year = '2025' AND month = '12' AND day = '07'
                AND tenant_id IS NOT NULL
            UNION
            SELECT usage_date, "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, request_id, cache_read_input_tokens, cache_write_input_tokens
            FROM "bedrock_metering_db"."token_usage_logs_events_r1"
            WHERE usage_date IN ('2025-12-07')
                AND fate = 'record'
        ) AS calls
        WHERE request_id IS NOT NULL
    ) AS versions
    WHERE version > 1
        AND (model_id <> kept_model_id
                OR input_tokens > kept_input_tokens
                OR output_tokens > kept_output_tokens
                OR cache_read_input_tokens > kept_cache_read_input_tokens
                OR cache_write_input_tokens > kept_cache_write_input_tokens
                OR total_tokens > kept_total_tokens
                OR (input_tokens = kept_input_tokens AND output_tokens = kept_output_tokens AND cache_read_input_tokens = kept_cache_read_input_tokens AND cache_write_input_tokens = kept_cache_write_input_tokens AND total_tokens = kept_total_tokens))
    GROUP BY usage_date, tenant_id, request_id
) AS conflicts
GROUP BY usage_date
ORDER BY usage_date;

-- 10. Merges 2025-12-07 with what the table holds of it, each call once.
UNLOAD (
    SELECT "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, request_id, cache_read_input_tokens, cache_write_input_tokens
    FROM (
        SELECT
            "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, request_id, cache_read_input_tokens, cache_write_input_tokens,
            ROW_NUMBER() OVER (
                PARTITION BY
                    tenant_id,
                    request_id,
                    CASE WHEN request_id IS NULL THEN "timestamp" END
                ORDER BY CAST(input_tokens AS DECIMAL(38, 0)) + CAST(output_tokens AS DECIMAL(38, 0)) + CAST(cache_read_input_tokens AS DECIMAL(38, 0)) + CAST(cache_write_input_tokens AS DECIMAL(38, 0)) DESC, total_tokens DESC, "timestamp", user_id, model_id, input_tokens, output_tokens, total_tokens, cache_read_input_tokens, cache_write_input_tokens
            ) AS version
        FROM (
            SELECT "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, CASE WHEN NOT regexp_like(request_id, '\A([\x09-\x0d\x20\x2d0]*|[Nn][Oo][Nn][Ee]|[Nn][Uu][Ll][Ll]|[Nn][Ii][Ll]|[Uu][Nn][Dd][Ee][Ff][Ii][Nn][Ee][Dd]|[Uu][Nn][Kk][Nn][Oo][Ww][Nn]|[Nn]/[Aa]|[Nn][Aa]|[Nn][Aa][Nn]|[(][Nn][Uu][Ll][Ll][)]|<[Nn][Uu][Ll][Ll]>|<[Nn][Ii][Ll]>|<[Nn][Oo][Nn][Ee]>)\z') THEN request_id END AS request_id, cache_read_input_tokens, cache_write_input_tokens
            FROM "bedrock_metering_db"."token_usage_logs"
            WHERE year = '2025' AND month = '12' AND day = '07'
                AND tenant_id IS NOT NULL
            UNION
            SELECT "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, request_id, cache_read_input_tokens, cache_write_input_tokens
            FROM "bedrock_metering_db"."token_usage_logs_events_r1"
            WHERE usage_date = '2025-12-07'
                AND fate = 'record'
        ) AS calls
    ) AS versions
    WHERE version = 1 OR request_id IS NULL
)
TO 's3://bucket/athena-lake/athena/r1/2025-12-07/'
WITH (format = 'PARQUET', compression = 'GZIP');

-- 11. Makes a table of what was written.
CREATE EXTERNAL TABLE `bedrock_metering_db`.`token_usage_logs_written_r1` (
    `timestamp` string,
    `tenant_id` string,
    `user_id` string,
    `model_id` string,
    `input_tokens` bigint,
    `output_tokens` bigint,
    `total_tokens` bigint,
    `event_type` string,
    `request_id` string,
    `cache_read_input_tokens` bigint,
    `cache_write_input_tokens` bigint
)
PARTITIONED BY (
    `usage_date` string
)
STORED AS PARQUET
LOCATION 's3://bucket/athena-lake/athena/r1/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.enabled' = 'true',
    'projection.usage_date.type' = 'enum',
    'projection.usage_date.values' = '2025-12-07',
    'storage.location.template' = 's3://bucket/athena-lake/athena/r1/${usage_date}/'
);

-- 12. Counts calls that what was written lacks, holds twice or has from nowhere; go on only if there is no row.
WITH written_calls AS (
    SELECT
        usage_date,
        CASE WHEN request_id IS NULL THEN "timestamp" END AS own_timestamp,
        tenant_id,
        CASE WHEN request_id IS NULL THEN user_id END AS own_user_id,
        CASE WHEN request_id IS NULL THEN model_id END AS own_model_id,
        CASE WHEN request_id IS NULL THEN input_tokens END AS own_input_tokens,
        CASE WHEN request_id IS NULL THEN output_tokens END AS own_output_tokens,
        CASE WHEN request_id IS NULL THEN total_tokens END AS own_total_tokens,
        request_id,
        CASE WHEN request_id IS NULL THEN cache_read_input_tokens END AS own_cache_read_input_tokens,
        CASE WHEN request_id IS NULL THEN cache_write_input_tokens END AS own_cache_write_input_tokens
    FROM "bedrock_metering_db"."token_usage_logs_written_r1"
    WHERE usage_date IN ('2025-12-07')
),
known_calls AS (
    SELECT
        usage_date,
        CASE WHEN request_id IS NULL THEN "timestamp" END AS own_timestamp,
        tenant_id,
        CASE WHEN request_id IS NULL THEN user_id END AS own_user_id,
        CASE WHEN request_id IS NULL THEN model_id END AS own_model_id,
        CASE WHEN request_id IS NULL THEN input_tokens END AS own_input_tokens,
        CASE WHEN request_id IS NULL THEN output_tokens END AS own_output_tokens,
        CASE WHEN request_id IS NULL THEN total_tokens END AS own_total_tokens,
        request_id,
        CASE WHEN request_id IS NULL THEN cache_read_input_tokens END AS own_cache_read_input_tokens,
        CASE WHEN request_id IS NULL THEN cache_write_input_tokens END AS own_cache_write_input_tokens
    FROM (
        SELECT year || '-' || month || '-' || day AS usage_date, "timestamp", tenant_id, user_id, model_id, input_tokens, output_tokens, total_tokens, event_type, CASE WHEN NOT regexp_like(request_id, '\A([\x09-\x0d\x20\x2d0]*|[Nn][Oo][Nn][Ee]|[Nn][Uu][Ll][Ll]|[Nn][Ii][Ll]|[Uu][Nn][Dd][Ee][Ff][Ii][Nn][Ee][Dd]|[Uu][Nn][Kk][Nn][Oo][Ww][Nn]|[Nn]/[Aa]|[Nn][Aa]|[Nn][Aa][Nn]|[(][Nn][Uu][Ll][Ll][)]|<[Nn][Uu][Ll][Ll]>|<[Nn][Ii][Ll]>|<[Nn][Oo][Nn][Ee]>)\z') THEN request_id END AS request_id, cache_read_input_tokens, cache_write_input_tokens
        FROM "bedrock_metering_db"."token_usage_logs"
        WHERE year = '2025' AND month = '12' AND day = '07'
            AND tenant_id IS NOT NULL
    ) AS present_rows
    UNION ALL
    SELECT
        usage_date,
        CASE WHEN request_id IS NULL THEN "timestamp" END AS own_timestamp,
        tenant_id,
        CASE WHEN request_id IS NULL THEN user_id END AS own_user_id,
        CASE WHEN request_id IS NULL THEN model_id END AS own_model_id,
        CASE WHEN request_id IS NULL THEN input_tokens END AS own_input_tokens,
        CASE WHEN request_id IS NULL THEN output_tokens END AS own_output_tokens,
        CASE WHEN request_id IS NULL THEN total_tokens END AS own_total_tokens,
        request_id,
        CASE WHEN request_id IS NULL THEN cache_read_input_tokens END AS own_cache_read_input_tokens,
        CASE WHEN request_id IS NULL THEN cache_write_input_tokens END AS own_cache_write_input_tokens
    FROM "bedrock_metering_db"."token_usage_logs_events_r1"
    WHERE usage_date IN ('2025-12-07')
        AND fate = 'record'
)
SELECT problem, usage_date, COUNT(*) AS calls
FROM (
    SELECT 'missing' AS problem, usage_date
    FROM (
        SELECT usage_date, own_timestamp, tenant_id, own_user_id, own_model_id, own_input_tokens, own_output_tokens, own_total_tokens, request_id, own_cache_read_input_tokens, own_cache_write_input_tokens FROM known_calls
        EXCEPT
        SELECT usage_date, own_timestamp, tenant_id, own_user_id, own_model_id, own_input_tokens, own_output_tokens, own_total_tokens, request_id, own_cache_read_input_tokens, own_cache_write_input_tokens FROM written_calls
    ) AS missing_calls
    UNION ALL
    SELECT 'unknown' AS problem, usage_date
    FROM (
        SELECT usage_date, own_timestamp, tenant_id, own_user_id, own_model_id, own_input_tokens, own_output_tokens, own_total_tokens, request_id, own_cache_read_input_tokens, own_cache_write_input_tokens FROM written_calls
        EXCEPT
        SELECT usage_date, own_timestamp, tenant_id, own_user_id, own_model_id, own_input_tokens, own_output_tokens, own_total_tokens, request_id, own_cache_read_input_tokens, own_cache_write_input_tokens FROM known_calls
    ) AS unknown_calls
    UNION ALL
    SELECT 'twice' AS problem, usage_date
    FROM (
        SELECT usage_date
        FROM written_calls
        GROUP BY usage_date, own_timestamp, tenant_id, own_user_id, own_model_id, own_input_tokens, own_output_tokens, own_total_tokens, request_id, own_cache_read_input_tokens, own_cache_write_input_tokens
        HAVING COUNT(*) > 1
    ) AS double_calls
) AS problems
GROUP BY 1, 2
ORDER BY problem, usage_date;

-- 13. Registers 2025-12-07, where it is not registered.
ALTER TABLE `bedrock_metering_db`.`token_usage_logs` ADD IF NOT EXISTS
PARTITION (year = '2025', month = '12', day = '07')
LOCATION 's3://bucket/athena-lake/athena/r1/2025-12-07/';

-- 14. Lets readers see the new 2025-12-07.
ALTER TABLE `bedrock_metering_db`.`token_usage_logs`
PARTITION (year = '2025', month = '12', day = '07')
SET LOCATION 's3://bucket/athena-lake/athena/r1/2025-12-07/';

-- 15. Lists the days that readers do not see as they were written; there must be no row.
SELECT
    usage_date AS usage_date,
    COUNT(*) AS row_count,
    SUM(CAST(total_tokens AS DECIMAL(38, 0))) AS total_tokens
FROM "bedrock_metering_db"."token_usage_logs_written_r1"
WHERE usage_date IN ('2025-12-07')
GROUP BY 1
EXCEPT
SELECT
    year || '-' || month || '-' || day AS usage_date,
    COUNT(*) AS row_count,
    SUM(CAST(total_tokens AS DECIMAL(38, 0))) AS total_tokens
FROM "bedrock_metering_db"."token_usage_logs"
WHERE year = '2025' AND month = '12' AND day = '07'
    AND tenant_id IS NOT NULL
GROUP BY 1
ORDER BY usage_date;

-- 16. Counts the rows of the days again; what was added is new.
SELECT
    year || '-' || month || '-' || day AS usage_date,
    COUNT(*) AS row_count,
    SUM(CAST(total_tokens AS DECIMAL(38, 0))) AS total_tokens,
    'after' AS moment
FROM "bedrock_metering_db"."token_usage_logs"
WHERE year = '2025' AND month = '12' AND day = '07'
    AND tenant_id IS NOT NULL
GROUP BY 1
ORDER BY usage_date;

-- 17. Drops the table of what was written.
DROP TABLE IF EXISTS `bedrock_metering_db`.`token_usage_logs_written_r1`;

-- 18. Drops the table of what became of the lines.
DROP TABLE IF EXISTS `bedrock_metering_db`.`token_usage_logs_events_r1`;

-- 19. Drops the table of the objects' lines.
DROP TABLE IF EXISTS `bedrock_metering_db`.`token_usage_logs_source_r1`;
