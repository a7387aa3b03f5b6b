#!/usr/bin/env python3
"""Proves that the reports and the SQL that stands for them give the same rows.

    crosscheck.py BIN_DIR [--count N] [--seed N]   BIN_DIR holds meter-etl and meter-report
    crosscheck.py BIN_DIR --self-test              shows that the checks notice what is wrong

It needs the packages of requirements.txt: `pip install -r requirements.txt`.

Records are ingested into a lake of each format. A report over a lake, the report over the log objects
and the printed query, run unchanged in DuckDB over the files of either lake, must agree in every row,
value and in their order. Each query must also be one that Athena takes; see athena_rules.py. Parquet
day files must be what is documented, and a converted lake the same as one that was ingested so. The
statements of an ingest inside Athena must give the rows of our own; see ingest_checks.py.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from athena_table import open_lake
from checks import Checks
from conversion_checks import check_conversions
from day_file_checks import check_day_files
from ingest_checks import check_athena_ingest, check_noticed_faults
from lake_checks import check_lake
from lake_files import FORMATS, format_of
from make_records import make_calls, write_large_day, write_objects, write_prices
from overflow_checks import check_overflow
from query_checks import check_query_files, check_reference_queries
from report_checks import (
    Lake, check_reports, check_unreadable_rows, random_record_cases, sample_cases, zone_cases,
)
from self_test import check_noticing
from tools import ROOT, Tools

# Rows of more than one row group.
LARGE_DAY = 507_001


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tools", metavar="BIN_DIR", help="where meter-etl and meter-report are")
    parser.add_argument("--count", type=int, default=4_000, help="how many random calls")
    parser.add_argument("--seed", type=int, default=20251207, help="what they follow from")
    parser.add_argument("--self-test", action="store_true",
                        help="spoil queries and see that it is noticed")
    arguments = parser.parse_args()
    tools = Tools(arguments.tools)
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="crosscheck-") as folder:
        folder = Path(folder)
        samples = make_lakes(tools, ROOT / "samples" / "exports", folder / "samples")
        if arguments.self_test:
            checks.done(check_noticing(tools, samples, folder))
            calls = make_calls(arguments.count, arguments.seed)
            checks.done(check_noticed_faults(tools, folder, calls, arguments.seed))
            return checks.finish()

        print(f"seed {arguments.seed}, {arguments.count} calls")
        calls = make_calls(arguments.count, arguments.seed)
        write_objects(calls, folder / "objects", arguments.seed)
        write_prices(folder / "prices.json")
        random = make_lakes(tools, folder / "objects", folder / "random")
        for lake in random:
            checks.done(check_lake("lake of random records", lake, calls))
        write_large_day(folder / "large-objects", LARGE_DAY)
        large = make_lakes(tools, folder / "large-objects", folder / "large")
        for name, lakes in [("random records", random), ("samples", samples), ("a large day", large)]:
            checks.done(check_day_files(f"Parquet files of {name}", *lakes))
            checks.done(check_conversions(f"conversions of {name}", tools, lakes, folder))
        checks.done(check_reports(
            "reports over random records", tools, random,
            random_record_cases(folder / "prices.json")))
        checks.done(check_reports(
            "reports by the days of zones", tools, random, zone_cases(folder / "prices.json")))
        checks.done(check_reports(
            "reports over samples", tools, samples, sample_cases(), everywhere=True))
        checks.done(check_overflow(tools, folder / "overflow"))
        for group in check_athena_ingest(tools, folder, calls, arguments.seed):
            checks.done(group)
        for lake in samples:
            checks.done(check_reference_queries(tools, lake))
        for group in check_query_files(tools, samples, ROOT / "queries"):
            checks.done(group)
        # Only a SerDe of lines has such rows; they spoil the table, so this comes last.
        checks.done(check_unreadable_rows(tools, samples[FORMATS.index("json")]))
    return checks.finish()


def make_lakes(tools, source, folder):
    """Ingests log objects into a lake of each format and opens the lakes."""
    lakes = []
    for format in FORMATS:
        path = folder / format
        tools.ingest(source, path, format)
        assert format_of(path) == format
        lakes.append(Lake(format, path, source, open_lake(path, format)))
    return lakes


if __name__ == "__main__":
    sys.exit(main())
