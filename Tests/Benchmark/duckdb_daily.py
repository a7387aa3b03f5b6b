#!/usr/bin/env python3
"""DuckDB's way to the deduplicated daily rows of export-task objects: duckdb_daily.py FOLDER."""

import sys

import duckdb

from duckdb_records import records

FIELDS = [
    "timestamp", "tenant_id", "user_id", "model_id", "input_tokens", "output_tokens", "total_tokens",
    "request_id",
]

print(
    duckdb.sql(
        f"""
        WITH records AS (SELECT DISTINCT r FROM ({records(sys.argv[1], FIELDS)}))
        SELECT r.tenant_id, substr(r."timestamp", 1, 10) AS usage_date, count(*) AS request_count,
               sum(r.input_tokens), sum(r.output_tokens), sum(r.total_tokens) AS total_tokens
        FROM records GROUP BY 1, 2 ORDER BY 2, total_tokens DESC, 1
        """
    ).fetchall()[:3]
)
