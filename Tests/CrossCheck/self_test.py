"""Spoils queries, rows and definitions on purpose: each fault must be noticed."""

import math
from decimal import Decimal

import pyarrow.parquet

from athena_rules import violations
from athena_table import run
from checks import Group
from compare import first_difference
from day_file_checks import day_file_problems
from lake_files import columns_of, day_files, rows_of_lines
from make_records import COMPOSED, DECOMPOSED
from query_checks import query_problems
from sql_files import Statement
from table_definition import definition_errors
from tools import period_of

OPTIONS = ["--from", "2025-12-06", "--to", "2025-12-08", "--by", "model"]
PRICED = [*OPTIONS, "--prices", "samples/prices.json"]
ZONED = ["--day", "2025-12-07", "--hourly", "--time-zone", "Asia/Seoul"]
HOURLY = ["--from", "2025-12-06", "--to", "2025-12-08", "--hourly"]

# What is replaced in a query, by what; DuckDB runs all of these, and the rows must differ.
WRONG_ROWS = [
    (OPTIONS, "'06', '07', '08'", "'06', '08'"),
    (OPTIONS, "total_tokens DESC", "total_tokens"),
    (OPTIONS, "usage_date, total_tokens DESC", "total_tokens DESC, usage_date"),
    (OPTIONS, "DATE '2025-12-08'", "DATE '2025-12-07'"),
    (OPTIONS, "DATE '2025-12-06'", "DATE '2025-12-07'"),
    (OPTIONS, "SUM(input_tokens)", "SUM(output_tokens)"),
    (OPTIONS, "COUNT(*) AS", "COUNT(DISTINCT input_tokens) AS"),
    (OPTIONS, "CAST(SUM(total_tokens) AS DOUBLE) / COUNT(*)", "ROUND(AVG(total_tokens), 9)"),
    (OPTIONS, "tenant_id IS NOT NULL", "tenant_id <> 'globex'"),
    (OPTIONS, "usage_date", "used_on"),
    (OPTIONS, "ORDER BY", "HAVING COUNT(*) > 1 ORDER BY"),
    (PRICED, "'0.000000060000'", "'0.000000060001'"),
    (PRICED, "DATE '2025-12-07', DATE '2050-12-31'", "DATE '2025-12-08', DATE '2050-12-31'"),
    (PRICED, "prices.output_usd", "prices.input_usd"),
    (PRICED, "ELSE 0 END", "ELSE 1 END"),
    (HOURLY, "EXTRACT(HOUR FROM event_time)", "EXTRACT(MINUTE FROM event_time)"),
    (HOURLY, "usage_date, usage_hour,", "usage_hour, usage_date,"),
    (ZONED, "'Asia/Seoul'", "'Asia/Kolkata'"),
    (ZONED, "AT TIME ZONE 'Asia/Seoul'", ""),
    (ZONED, "day IN ('06', '07')", "day = '07'"),
]
# What Athena refuses or reads differently.
AGAINST_RULES = [
    (OPTIONS, "CAST(event_time AS DATE) AS", "event_time::DATE AS"),
    (OPTIONS, "GROUP BY 1, 2, 3", "GROUP BY tenant_id, usage_date, model_id"),
    (OPTIONS, "ORDER BY", "HAVING request_count > 0 ORDER BY"),
    (OPTIONS, "/ COUNT(*)", "/ request_count"),
    (OPTIONS, "CAST(SUM(total_tokens) AS DOUBLE) /", "SUM(total_tokens) /"),
    (OPTIONS, "year = '2025'", "year = 2025"),
    (OPTIONS, "'06', '07', '08'", "6, 7, 8"),
    (OPTIONS, "'06', '07', '08'", "'6', '7', '8'"),
    (OPTIONS, "'06', '07', '08'", "'06', '07'"),
    (OPTIONS, "month = '12' AND ", ""),
    (OPTIONS, "year = '2025' AND month = '12' AND day IN ('06', '07', '08') AND", ""),
    (OPTIONS, "BETWEEN DATE '2025-12-06' AND DATE '2025-12-08'",
     "BETWEEN '2025-12-06' AND '2025-12-08'"),
    (OPTIONS, 'TRY(from_iso8601_timestamp("timestamp"))', 'from_iso8601_timestamp("timestamp")'),
    (OPTIONS, "CAST(event_time AS DATE) AS", "strftime(event_time, '%Y-%m-%d') AS"),
    (OPTIONS, "COUNT(*) AS", "count_if(true) AS"),
    (OPTIONS, "tenant_id IS NOT NULL", '"" <> tenant_id'),
    (OPTIONS, "tenant_id IS NOT NULL", 'tenant_id <> "globex"'),
    (OPTIONS, '"token_usage_logs"', "`token_usage_logs`"),
    (OPTIONS, '"token_usage_logs"', '"token_usage"'),
    (OPTIONS, "ORDER BY", "QUALIFY true ORDER BY"),
    (OPTIONS, "GROUP BY 1, 2, 3", "GROUP BY ALL"),
    (OPTIONS, "tenant_id IS NOT NULL", "substr(input_tokens, 1, 1) <> 'x'"),
    (ZONED, "day IN ('06', '07')", "day = '07'"),
    (ZONED, "day IN ('06', '07')", "day IN ('06', '07', '08')"),
    (ZONED, "AT TIME ZONE 'Asia/Seoul'", "AT 'Asia/Seoul'"),
    (ZONED, "TRY(from_iso8601_timestamp(\"timestamp\"))", "from_iso8601_timestamp(\"timestamp\")"),
]
DEFINITION = """
CREATE EXTERNAL TABLE IF NOT EXISTS `bedrock_metering_db`.`token_usage_logs` (
    `timestamp` string, `tenant_id` string, `user_id` string, `model_id` string,
    `input_tokens` bigint, `output_tokens` bigint, `total_tokens` bigint, `event_type` string,
    `request_id` string, `cache_read_input_tokens` bigint, `cache_write_input_tokens` bigint
)
PARTITIONED BY (`year` string, `month` string, `day` string)
STORED AS PARQUET
LOCATION 's3://bucket/lake/'
TBLPROPERTIES (
    'classification' = 'parquet',
    'projection.enabled' = 'true',
    'projection.year.type' = 'integer', 'projection.year.range' = '2020,2050',
    'projection.year.digits' = '4',
    'projection.month.type' = 'integer', 'projection.month.range' = '1,12',
    'projection.month.digits' = '2',
    'projection.day.type' = 'integer', 'projection.day.range' = '1,31',
    'projection.day.digits' = '2',
    'storage.location.template' = 's3://bucket/lake/year=${year}/month=${month}/day=${day}/'
)
"""
# The same over JSON lines.
FILES_OF_LINES = [
    ("STORED AS PARQUET", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"),
    ("'parquet'", "'json'"),
]
PROMISING = {
    "values": "SELECT DISTINCT model_id FROM bedrock_metering_db.token_usage_logs "
              "WHERE year = '2025' AND month = '12' AND day = '07' ORDER BY model_id",
    "rows": "SELECT tenant_id, substr(\"timestamp\", 1, 10) AS usage_date, "
            "COUNT(*) AS request_count, SUM(input_tokens) AS input_tokens, "
            "SUM(output_tokens) AS output_tokens, SUM(total_tokens) AS total_tokens, "
            "AVG(total_tokens) AS avg_tokens_per_request, "
            "SUM(cache_read_input_tokens) AS cache_read_input_tokens, "
            "SUM(cache_write_input_tokens) AS cache_write_input_tokens "
            "FROM bedrock_metering_db.token_usage_logs "
            "WHERE year = '2025' AND month = '12' AND day = '07' "
            "GROUP BY 1, 2 ORDER BY total_tokens DESC, tenant_id",
}
WRONG_DEFINITIONS = [
    ("'projection.month.digits' = '2',", ""),
    ("'projection.day.digits' = '2'", "'projection.day.digits' = 2"),
    ("'projection.day.digits' = '2'", "'projection.day.digits' = '1'"),
    ("2020,2050", "2025,2030"),
    ("`year` string", "`year` int"),
    ("`user_id` string, `model_id` string", "`model_id` string, `user_id` string"),
    ("`event_type` string,", ""),
    ("`total_tokens` bigint", "`total_tokens` int"),
    ("'s3://bucket/lake/'\n", "'s3://bucket/lake'\n"),
    ("month=${month}", "month=${day}"),
    ("`timestamp`", '"timestamp"'),
    ("STORED AS PARQUET", "STORED AS ORC"),
    ("STORED AS PARQUET", ""),
    ("STORED AS PARQUET", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"),
    ("'classification' = 'parquet'", "'classification' = 'json'"),
]


def check_noticing(tools, lakes, folder):
    """One check per fault, which passes if the fault is noticed, and one per sound thing."""
    group = Group("faults that are noticed")
    lake, lines = lakes

    def check(case, noticed, wanted=True):
        group.cases += 1
        group.check(case, "" if bool(noticed) == wanted else
                    "not noticed" if wanted else f"found fault with: {noticed}")

    for options in [OPTIONS, PRICED, HOURLY, ZONED]:
        sql, report = tools.sql(options), tools.report(options, lake=lake.path)
        check("sound rows", first_difference(*run(lake.connection, sql), report["rows"]), False)
        check("sound query", violations(sql, period_of(options)), False)
        for *row_options, old, new in WRONG_ROWS:
            if row_options == [options]:
                spoilt = spoil(sql, old, new)
                difference = first_difference(*run(lake.connection, spoilt), report["rows"])
                check(f"rows: {old} -> {new}", difference)
        for *rule_options, old, new in AGAINST_RULES:
            if rule_options == [options]:
                check(f"rule: {old} -> {new}",
                      violations(spoil(sql, old, new), period_of(options)))
    for case, row, wanted in unequal_rows():
        check(f"value: {case}", first_difference(["v"], [row], [wanted]))
    for case, same, command, is_wrong in promises():
        statement = Statement(PROMISING[same], [], same, command)
        problems = [problem for problem in query_problems(tools, lake, statement) if problem]
        check(f"promise: {case}", problems, is_wrong)
    columns = {lake.format: columns_of(lake.path) for lake in lakes}
    check("sound definition", definition_errors(DEFINITION, columns), False)
    over_lines = DEFINITION
    for old, new in FILES_OF_LINES:
        over_lines = spoil(over_lines, old, new)
    check("sound definition over lines", definition_errors(over_lines, columns), False)
    for old, new in WRONG_DEFINITIONS:
        check(f"definition: {old} -> {new}", definition_errors(spoil(DEFINITION, old, new), columns))
    largest = max(day_files(lake.path), key=lambda path: path.stat().st_size)
    partition = largest.parent.relative_to(lake.path)
    same_day, = (path for path in day_files(lines.path)
                 if path.parent == lines.path / partition)
    rows = rows_of_lines(same_day)
    check("sound day file", [kind for kind, problem in day_file_problems(largest, rows) if problem],
          False)
    for kind, path in spoilt_day_files(largest, folder / partition):
        check(f"day file: {kind}", next(
            problem for found, problem in day_file_problems(path, rows) if found == kind))
    return group


def spoilt_day_files(sound, folder):
    """What is wrong with a file, and the file."""
    folder.mkdir(parents=True)
    table = pyarrow.parquet.read_table(sound, partitioning=None)
    path = folder / sound.name

    def written(table, **options):
        pyarrow.parquet.write_table(table, path, **options)
        return path

    yield "footer", written(table)
    yield "layout", written(table)
    yield "columns", written(  # which may all be null
        pyarrow.Table.from_arrays(table.columns, table.column_names))
    narrow = table.schema.get_field_index("input_tokens")
    for column in [table["input_tokens"].cast("int32"), table["input_tokens"].cast("string")]:
        yield "columns", written(table.set_column(narrow, "input_tokens", column))
    yield "columns", written(table.select(table.column_names[::-1]))
    yield "columns", written(table.drop_columns("request_id"))
    yield "order", written(table.take([1, 0, *range(2, len(table))]))
    yield "statistics", written(table, write_statistics=False)
    fewer = table.slice(1)
    other = table.set_column(narrow, "input_tokens", [[7] * len(table)])
    for kind in ["pyarrow's rows", "Polars' rows"]:
        yield kind, written(fewer)
        yield kind, written(other)
    yield "statistics", written(table.set_column(0, "timestamp", [["2025-12-01"] * len(table)]))
    yield "name", path.rename(path.with_name("usage.parquet"))


def promises():
    """What a comment above a query may promise, and whether the promise is broken."""
    yield "values", "values", "meter-report --day 2025-12-07 --by model", False
    yield "rows", "rows", "meter-report --day 2025-12-07 --lake anywhere --format csv", False
    yield "another tenant's values", "values", (
        "meter-report --day 2025-12-07 --by model --tenant globex --limit 1"), True
    yield "another day", "rows", "meter-report --day 2025-12-06", True
    yield "other columns", "rows", "meter-report --day 2025-12-07 --by user", True
    yield "fewer rows", "rows", "meter-report --day 2025-12-07 --limit 1", True
    yield "no rows", "values", "meter-report --day 2025-12-07 --by model --tenant nobody", True


def spoil(text, old, new):
    """The text with a fault, which it must have room for."""
    text = " ".join(text.split()) if "\n" not in old else text
    if old not in text:
        raise ValueError(f"nothing to spoil: {old}")
    return text.replace(old, new)


def unequal_rows():
    """Rows of one value that differ as little as can be."""
    yield "composed and decomposed", (COMPOSED,), {"v": DECOMPOSED}
    yield "case", ("Tenant",), {"v": "tenant"}
    yield "space", ("a ",), {"v": "a"}
    yield "last bit of a double", (0.1,), {"v": math.nextafter(0.1, 1)}
    yield "integer and double", (1,), {"v": 1.0}
    yield "integer and text", (1,), {"v": "1"}
    yield "large integers", (1 << 60,), {"v": (1 << 60) + 1}
    yield "null and nothing", (None,), {"v": ""}
    yield "null and zero", (0,), {"v": None}
    yield "column", (1,), {"w": 1}
    yield "money", (Decimal("0.000001"),), {"v": "0.0000010001"}
    yield "money and nothing", (Decimal(0),), {"v": None}
