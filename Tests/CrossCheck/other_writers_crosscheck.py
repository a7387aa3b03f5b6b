"""Checks what an ingest makes of files that pyarrow, DuckDB and Polars put into a lake.

    other_writers_crosscheck.py BINARIES

BINARIES is the folder of the built `meter-etl` and `meter-report`. Files that hold usage alone are taken
over, and others are left as they are and named.
"""

import json
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.csv
import pyarrow.orc
import pyarrow.parquet

from checks import Checks, Group

DAY = "2025-12-07"
FOLDER = Path("year=2025/month=12/day=07")
ROWS = 500
COUNTS = ["input_tokens", "output_tokens", "total_tokens"]


def usage(seed):
    """Calls of a day, with times of whole milliseconds, which every type of time can hold."""
    source = random.Random(seed)
    start = datetime(2025, 12, 7, tzinfo=timezone.utc)
    times = sorted(source.sample(range(86_400_000), ROWS))
    inputs = [source.randint(0, 5000) for _ in range(ROWS)]
    outputs = [source.randint(0, 900) for _ in range(ROWS)]
    return pyarrow.table({
        "timestamp": pyarrow.array(
            [start + timedelta(milliseconds=time) for time in times], pyarrow.timestamp("us", "UTC")),
        "tenant_id": [source.choice(["acme", "globex", "ünï"]) for _ in range(ROWS)],
        "user_id": [f"u-{source.randint(0, 40)}" for _ in range(ROWS)],
        "model_id": ["anthropic.claude-3-haiku-20240307-v1:0"] * ROWS,
        "input_tokens": inputs, "output_tokens": outputs,
        "total_tokens": [left + right for left, right in zip(inputs, outputs)],
    })


def recast(table, name, type):
    index = table.schema.get_field_index(name)
    return table.set_column(index, name, table.column(name).cast(type))


def as_text(table):
    times = [time.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for time in table.column("timestamp").to_pylist()]
    return table.set_column(0, "timestamp", pyarrow.array(times))


def arrow(**options):
    return lambda table, path: pyarrow.parquet.write_table(table, path, **options)


def duck(options):
    def write(table, path):
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", table)
        connection.execute(f"COPY (SELECT * FROM rows) TO '{path}' (FORMAT parquet, {options})")
    return write


def polar(**options):
    return lambda table, path: polars.from_arrow(table).write_parquet(path, **options)


def readable():
    """Names, what to write, and functions that write it at a path."""
    table = usage(1)
    text = as_text(table)
    ids = pyarrow.array([None if row % 3 else f"req-{row}" for row in range(ROWS)], pyarrow.string())
    wide = text.append_column("request_id", ids).append_column(
        "event_type", pyarrow.array(["bedrock_token_usage"] * ROWS))
    small = text
    for name in COUNTS:
        small = recast(small, name, pyarrow.int32())
    writers = {
        "Firehose's and Athena's Snappy": arrow(compression="SNAPPY"),
        "Spark's INT96": arrow(compression="SNAPPY", use_deprecated_int96_timestamps=True),
        "pages of version 2": arrow(compression="SNAPPY", data_page_version="2.0", data_page_size=900),
        "small row groups, no dictionary": arrow(row_group_size=64, use_dictionary=False),
        "gzip": arrow(compression="GZIP"), "no compression": arrow(compression="NONE"),
        "DuckDB": duck("COMPRESSION snappy"), "DuckDB V2": duck("PARQUET_VERSION V2, COMPRESSION snappy"),
        "Polars": polar(compression="snappy"),
    }
    for name, write in writers.items():
        yield f"{name}, times", table, write
        yield f"{name}, texts", text, write
        yield f"{name}, all columns", wide.select(wide.column_names[::-1]), write
    yield "counts of 32 bits", small, writers["Firehose's and Athena's Snappy"]
    for unit in ("ms", "ns"):
        for zone in ("UTC", None):
            yield (f"times in {unit}, {zone}",
                   recast(table, "timestamp", pyarrow.timestamp(unit, zone)), arrow())


def unreadable():
    """Names, functions that write a file at a path, and what the refusal must hold."""
    table = usage(2)
    for codec in ("ZSTD", "BROTLI", "LZ4"):
        yield codec, lambda path, c=codec: pyarrow.parquet.write_table(table, path, compression=c), codec
    yield "ORC", lambda path: pyarrow.orc.write_table(table, str(path)), "left where it is"
    yield "CSV", lambda path: pyarrow.csv.write_csv(table, path), "left where it is"
    negative = table.set_column(4, "input_tokens", pyarrow.array([-1] + [1] * (ROWS - 1)))
    yield "a negative count", lambda path: pyarrow.parquet.write_table(negative, path), "negative"
    missing = table.set_column(1, "tenant_id", pyarrow.array([None] + ["a"] * (ROWS - 1)))
    yield "a null tenant", lambda path: pyarrow.parquet.write_table(missing, path), "tenant_id is null"
    nested = table.set_column(1, "tenant_id", pyarrow.array([["a"]] * ROWS))
    yield "a list of tenants", lambda path: pyarrow.parquet.write_table(nested, path), "nested"


class Commands:
    def __init__(self, folder):
        self.folder = Path(folder).resolve()

    def run(self, command, *arguments):
        """The exit code, and what was written to both outputs."""
        done = subprocess.run(
            [self.folder / command, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr


def totals(table):
    return [ROWS] + [sum(table.column(name).to_pylist()) for name in COUNTS]


def reported(commands, lake):
    """The exit code and the sums of a report over the lake."""
    code, output, _ = commands.run(
        "meter-report", "--day", DAY, "--lake", lake, "--format", "json")
    rows = json.loads(output)["rows"]
    names = ["request_count", *COUNTS]
    return code, [sum(row[name] for row in rows) for name in names]


def taking_over(commands, folder):
    group = Group("files of other writers that are taken over")
    for number, (name, table, write) in enumerate(readable()):
        group.cases += 1
        lake = folder / f"taken-{number}"
        file = lake / FOLDER / "part-0.parquet"
        file.parent.mkdir(parents=True)
        (file.parent / "_SUCCESS").touch()
        write(table, file)
        original = file.read_bytes()
        expected = totals(table)
        group.check(f"{name}: report before", differs((0, expected), reported(commands, lake)))
        code, output, errors = commands.run("meter-etl", "ingest", "--lake", lake, "--summary", "json")
        taken = json.loads(output)["taken_over"] if output else []
        group.check(f"{name}: ingest", differs((0, 1, ""), (code, len(taken), errors)))
        kept = [path.read_bytes() for path in (lake / "_replaced").rglob("*.replaced")]
        group.check(f"{name}: kept as it was", "" if kept == [original] else "it is not")
        group.check(f"{name}: report after", differs((0, expected), reported(commands, lake)))
        rows = pyarrow.parquet.read_table(lake / FOLDER / "bedrock-usage-20251207.parquet")
        group.check(f"{name}: times", differs(
            sorted(time_texts(table)), rows.column("timestamp").to_pylist()))
        group.check(f"{name}: verify", differs(0, commands.run("meter-etl", "verify", "--lake", lake)[0]))
    return group


def time_texts(table):
    times = table.column("timestamp")
    if pyarrow.types.is_string(times.type):
        return times.to_pylist()
    times = times.cast(pyarrow.timestamp("us", times.type.tz)).to_pylist()
    return [time.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for time in times]


def leaving_alone(commands, folder):
    group = Group("files of other writers that are left alone")
    for number, (name, write, words) in enumerate(unreadable()):
        group.cases += 1
        lake = folder / f"left-{number}"
        file = lake / FOLDER / "part-0"
        file.parent.mkdir(parents=True)
        write(file)
        original = file.read_bytes()
        for command in (["ingest"], ["verify"], ["status"]):
            code, output, errors = commands.run("meter-etl", *command, "--lake", lake)
            group.check(f"{name}: {command[0]}", differs(
                (65, True, True), (code, str(file.name) in output + errors, words in output + errors)))
        group.check(f"{name}: report", differs((65, [0] * 4), reported(commands, lake)))
        group.check(f"{name}: it stays", "" if file.read_bytes() == original else "it does not")
    return group


def differs(expected, actual):
    return "" if expected == actual else f"{actual!r} instead of {expected!r}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    commands = Commands(sys.argv[1])
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        checks.done(taking_over(commands, Path(folder)))
        checks.done(leaving_alone(commands, Path(folder)))
    sys.exit(checks.finish())


if __name__ == "__main__":
    main()
