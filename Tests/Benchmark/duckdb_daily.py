#!/usr/bin/env python3
"""DuckDB's way to the deduplicated daily rows of export-task objects: duckdb_daily.py FOLDER."""

import sys

import duckdb

print(
    duckdb.sql(
        f"""
        WITH lines AS (
            SELECT substr(line, 26) AS message
            FROM read_csv('{sys.argv[1]}/*.gz', columns = {{'line': 'VARCHAR'}}, delim = '\\x01',
                          quote = '', escape = '', header = false, auto_detect = false)
            WHERE line LIKE '%bedrock_token_usage%'
        ),
        records AS (
            SELECT DISTINCT from_json(message, '{{"timestamp": "VARCHAR", "tenant_id": "VARCHAR",
                "user_id": "VARCHAR", "model_id": "VARCHAR", "input_tokens": "BIGINT",
                "output_tokens": "BIGINT", "total_tokens": "BIGINT", "request_id": "VARCHAR"}}') AS r
            FROM lines
        )
        SELECT r.tenant_id, substr(r."timestamp", 1, 10) AS usage_date, count(*) AS request_count,
               sum(r.input_tokens), sum(r.output_tokens), sum(r.total_tokens) AS total_tokens
        FROM records GROUP BY 1, 2 ORDER BY 2, total_tokens DESC, 1
        """
    ).fetchall()[:3]
)
