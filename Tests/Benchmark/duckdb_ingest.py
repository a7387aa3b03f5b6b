#!/usr/bin/env python3
"""DuckDB's way from export-task objects to a day's Parquet: duckdb_ingest.py FOLDER LAKE.

Each call once, as in the product's lake: by tenant, request id and day, of several versions the first
by time and the other columns; without a request id, by the whole record. Rows are sorted by time and
partitioned by year, month and day. DuckDB has its default settings: all cores, 80 % of the memory, and
Parquet in its own encodings and codec.
"""

import sys

import duckdb

from duckdb_records import FIELDS, records

duckdb.sql(
    f"""
    COPY (
        WITH records AS (SELECT DISTINCT r FROM ({records(sys.argv[1], FIELDS)})),
        calls AS (
            SELECT min(r) AS r
            FROM records
            GROUP BY r.tenant_id, r.request_id, substr(r."timestamp", 1, 10),
                     CASE WHEN r.request_id IS NULL THEN r END
        )
        SELECT r."timestamp" || 'Z' AS "timestamp", r.tenant_id, r.user_id, r.model_id,
               r.input_tokens, r.output_tokens, r.total_tokens, r.event_type, r.request_id,
               coalesce(r.cache_read_input_tokens, 0) AS cache_read_input_tokens,
               coalesce(r.cache_write_input_tokens, 0) AS cache_write_input_tokens,
               substr(r."timestamp", 1, 4) AS "year", substr(r."timestamp", 6, 2) AS "month",
               substr(r."timestamp", 9, 2) AS "day"
        FROM calls
        ORDER BY 1
    ) TO '{sys.argv[2]}' (FORMAT parquet, PARTITION_BY ("year", "month", "day"))
    """
)
