"""The table as Athena sees it, and a lake of either format as that table in DuckDB."""

import duckdb
import sqlglot
from sqlglot.tokens import TokenType

DATABASE, TABLE = "bedrock_metering_db", "token_usage_logs"

COLUMNS = {
    "timestamp": "VARCHAR",
    "tenant_id": "VARCHAR",
    "user_id": "VARCHAR",
    "model_id": "VARCHAR",
    "input_tokens": "BIGINT",
    "output_tokens": "BIGINT",
    "total_tokens": "BIGINT",
    "event_type": "VARCHAR",
    "request_id": "VARCHAR",
    "cache_read_input_tokens": "BIGINT",
    "cache_write_input_tokens": "BIGINT",
}
PARTITION_KEYS = {"year": "VARCHAR", "month": "VARCHAR", "day": "VARCHAR"}

# Trino's function cuts to milliseconds and raises on a text that is no ISO 8601 instant. Here a
# cast that cannot succeed raises: error() is volatile, and DuckDB's TRY takes nothing volatile.
FROM_ISO8601_TIMESTAMP = r"""
    CREATE MACRO from_iso8601_timestamp(text) AS date_trunc('millisecond', CAST(
        CASE
            WHEN regexp_full_match(text, '\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?'
                || '(Z|[+-]\d\d(:?\d\d)?)?)?')
            THEN text
            ELSE 'not ISO 8601: ' || text
        END AS TIMESTAMP WITH TIME ZONE))
"""


def open_lake(lake, format):
    """A connection in whose table `bedrock_metering_db.token_usage_logs` the lake's rows are.

    Columns are found by their names, of Parquet files as of JSON lines, and partition keys are texts
    of the path.
    """
    connection = _connection()
    keys = ", ".join(f"'{name}': '{kind}'" for name, kind in PARTITION_KEYS.items())
    ending = {"parquet": "parquet", "json": "json.gz"}[format]
    files = str(lake / "year=*" / "month=*" / "day=*" / f"*.{ending}").replace("'", "''")
    partitions = f"hive_partitioning = true, hive_types = {{{keys}}}"
    if format == "parquet":
        rows = f"read_parquet('{files}', {partitions})"
    else:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        rows = (f"read_json('{files}', format = 'newline_delimited', columns = {{{columns}}}, "
                f"{partitions})")
    names = ", ".join(f'"{name}"' for name in COLUMNS | PARTITION_KEYS)
    connection.execute(f"CREATE TABLE {DATABASE}.{TABLE} AS SELECT {names} FROM {rows}")
    # Athena converts no types: a file's column of another type fails the query.
    found = {name: kind for name, kind, *_ in
             connection.execute(f"DESCRIBE {DATABASE}.{TABLE}").fetchall()}
    if found != COLUMNS | PARTITION_KEYS:
        raise TypeError(f"{lake} has columns of other types: {found}")
    return connection


def run(connection, sql):
    """The column names and rows of a query.

    The query runs as it is, but for one thing: DuckDB reads every `DECIMAL '0.0000025'` as a
    DECIMAL(18,3), which is 0.000 here, and Trino with the digits that it is written with.
    """
    tokens = sqlglot.tokenize(sql, read="trino")
    for kind, text in reversed(list(zip(tokens, tokens[1:]))):
        if kind.token_type is TokenType.DECIMAL and text.token_type is TokenType.STRING:
            whole, _, decimals = text.text.lstrip("+-").partition(".")
            digits = max(len(whole.lstrip("0")) + len(decimals), 1)
            cast = f"CAST('{text.text}' AS DECIMAL({digits}, {len(decimals)}))"
            sql = sql[:kind.start] + cast + sql[text.end + 1:]
    cursor = connection.execute(sql)
    return [column[0] for column in cursor.description], cursor.fetchall()


def add_unreadable_rows(connection, day):
    """Adds to a day what Athena makes of lines that it cannot read.

    The SerDe turns a malformed line into a row of nulls; the other row's time cannot be read.
    """
    table, keys = f"{DATABASE}.{TABLE}", day.split("-")
    connection.execute(f"INSERT INTO {table} (year, month, day) VALUES (?, ?, ?)", keys)
    connection.execute(
        f"INSERT INTO {table} (timestamp, tenant_id, user_id, model_id, total_tokens,"
        " year, month, day) VALUES ('yesterday', 'nobody', '', 'none', 1, ?, ?, ?)", keys)


def partition_days():
    """A connection whose table `partitions` has the partition of every day from 2020 to 2050."""
    connection = _connection()
    connection.execute("""
        CREATE TABLE partitions AS
        SELECT strftime(d, '%Y') AS year, strftime(d, '%m') AS month, strftime(d, '%d') AS day
        FROM generate_series(DATE '2020-01-01', DATE '2050-12-31', INTERVAL 1 DAY) AS days(d)
    """)
    return connection


def _connection():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    connection.execute(FROM_ISO8601_TIMESTAMP)
    connection.execute(f"CREATE SCHEMA {DATABASE}")
    return connection
