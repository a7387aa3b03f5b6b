#!/usr/bin/env python3
"""DuckDB's daily rows over the Parquet that it wrote: duckdb_lake_daily.py LAKE DAY."""

import sys

import duckdb

lake, day = sys.argv[1:]
year, month, number = day.split("-")
print(
    duckdb.sql(
        f"""
        SELECT tenant_id, '{day}' AS usage_date, count(*) AS request_count, sum(input_tokens),
               sum(output_tokens), sum(total_tokens) AS total_tokens, avg(total_tokens)
        FROM read_parquet('{lake}/*/*/*/*.parquet', hive_partitioning = true, hive_types = {{
            'year': VARCHAR, 'month': VARCHAR, 'day': VARCHAR}})
        WHERE "year" = '{year}' AND "month" = '{month}' AND "day" = '{number}'
        GROUP BY tenant_id ORDER BY total_tokens DESC, tenant_id
        """
    ).fetchall()[:3]
)
