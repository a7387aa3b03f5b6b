"""What is measured of a data set, in the order of a round: later variants read what earlier ones
wrote."""

import dataclasses
import importlib.util
import os
import pathlib
import shutil
import sys

from datasets import SPREADS

DAY = "2025-12-07"
HERE = pathlib.Path(__file__).parent

FLOOR = "inflate alone"
SOURCE = "meter-report --source"
PARQUET = "meter-etl ingest"
LATE = "meter-etl ingest of 1 % late lines"
LAKE = "meter-report --lake"
JSON = "meter-etl ingest --format json"
JSON_LAKE = "meter-report --lake, gzip JSON lines"
DUCKDB = "DuckDB, daily rows of the objects"
DUCKDB_INGEST = "DuckDB, objects to Parquet"
DUCKDB_LAKE = "DuckDB, daily rows of its Parquet"
# Of lines that are spread over days; what differs is what is set aside.
SPILLING = "meter-etl ingest --memory 64MiB"
SPILLING_JSON = "meter-etl ingest --format json --memory 64MiB"


@dataclasses.dataclass
class Variant:
    name: str
    command: list
    floor: str = FLOOR
    output: pathlib.Path | None = None  # removed before the command runs
    starts_from: pathlib.Path | None = None  # copied to the output before
    cores: set | None = None

    def prepare(self):
        if self.output:
            shutil.rmtree(self.output, ignore_errors=True)
        if self.starts_from:
            shutil.copytree(self.starts_from, self.output)


def one_core(name):
    return f"{name}, one core"


def source_variants(binaries, data, lakes):
    """What reads a day's objects, whatever their number."""
    tool, etl, report = (binaries / name for name in ("benchmark-tool", "meter-etl", "meter-report"))
    ingest = [etl, "ingest", "--summary", "json", "--source", data.day, "--lake"]
    json = [lakes / "json", "--format", "json"]
    source = [report, "--day", DAY, "--source", data.day]
    first, single = {min(os.sched_getaffinity(0))}, ["--jobs", "1"]
    yield Variant(FLOOR, [tool, "floor", data.day])
    yield Variant("library: decode and add up", [tool, "stream", data.day])
    yield Variant(SOURCE, source)
    yield Variant(one_core(SOURCE), source + single, cores=first)
    for name, arguments, lake in [
        (PARQUET, [lakes / "parquet"], lakes / "parquet"), (JSON, json, lakes / "json")
    ]:
        yield Variant(one_core(name), ingest + arguments + single, output=lake, cores=first)
        yield Variant(name, ingest + arguments, output=lake)
    if has_duckdb():
        yield Variant(DUCKDB, script("duckdb_daily.py", data.day))


def lake_variants(binaries, data, lakes):
    """What comes after a day's first ingest."""
    tool, etl, report = (binaries / name for name in ("benchmark-tool", "meter-etl", "meter-report"))
    ingest = [etl, "ingest", "--summary", "json", "--source"]
    yield Variant(
        LATE, ingest + [data.late, "--lake", lakes / "late"],
        output=lakes / "late", starts_from=lakes / "parquet"
    )
    yield Variant(LAKE, [report, "--day", DAY, "--lake", lakes / "parquet"])
    yield Variant(JSON_LAKE, [report, "--day", DAY, "--lake", lakes / "json"])
    if has_duckdb():
        duckdb = lakes / "duckdb"
        yield Variant(DUCKDB_INGEST, script("duckdb_ingest.py", data.day, duckdb), output=duckdb)
        yield Variant(DUCKDB_LAKE, script("duckdb_lake_daily.py", duckdb, DAY))


def over(days, name):
    """What a variant is called where the lines are spread over so many days."""
    return f"{name}, {days} {'day' if days == 1 else 'days'}"


def spread_variants(binaries, data, lakes):
    """The same number of lines over one day and over more, within the budget of memory and past it.

    All are in the same round, so that each kind can be compared over days."""
    tool, etl = (binaries / name for name in ("benchmark-tool", "meter-etl"))
    budget = ["--memory", "64MiB"]
    for days in SPREADS:
        source = data.spread(days)
        floor = over(days, FLOOR)
        yield Variant(floor, [tool, "floor", source], floor=floor)
        for name, arguments in [
            (PARQUET, []), (JSON, ["--format", "json"]), (SPILLING, budget),
            (SPILLING_JSON, ["--format", "json", *budget]),
        ]:
            lake = lakes / "spread"
            command = [etl, "ingest", "--summary", "json", "--source", source, "--lake", lake]
            yield Variant(over(days, name), command + arguments, floor=floor, output=lake)


def has_duckdb():
    return importlib.util.find_spec("duckdb") is not None


def script(name, *arguments):
    return [sys.executable, "-B", HERE / name, *arguments]
