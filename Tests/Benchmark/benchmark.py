#!/usr/bin/env python3
"""Measures the product against zlib's inflate of the same objects, and against DuckDB.

    benchmark.py BIN_DIR [--lines 2000000 --lines 10000000] [--rounds 5] [--folder DIR]

BIN_DIR holds a release build. Each round runs every variant once, one after the other, as a process
of its own; figures are CPU seconds of the whole process divided by those of the plain inflate in the
same round, the median over rounds. DuckDB takes part where the module `duckdb` can be imported.
"""

import argparse
import os
import pathlib
import sys
import tempfile

# Bytecode beside the modules would lie in a target's folder, and builds would warn of it.
sys.dont_write_bytecode = True

from datasets import SPREAD_OBJECTS, Dataset
from goals import print_goals
from measurement import Measurement
from spread import Spread
from variants import has_duckdb, lake_variants, source_variants, spread_variants

LINES = [2_000_000, 10_000_000]
OBJECTS_OF = 250_000  # lines
MANY_OBJECTS_OF = 6_250


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--lines", type=int, action="append", help="of one day; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, help="keeps the objects for another run")
    arguments = parser.parse_args()
    binaries = arguments.binaries.resolve()
    sizes = sorted(arguments.lines or LINES)
    sys.stdout.reconfigure(line_buffering=True)
    print_conditions()
    if arguments.folder:
        arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as temporary:
        scratch = pathlib.Path(temporary).resolve()
        root = (arguments.folder or scratch).resolve()
        measurements = [
            measure(binaries, root, scratch, lines, arguments.rounds) for lines in sizes
        ]
        measure_many_objects(binaries, root, scratch, sizes[0], arguments.rounds)
        spreads = [
            measure_spread(binaries, root, scratch, lines, arguments.rounds) for lines in sizes
        ]
        print_goals(measurements, spreads)


def print_conditions():
    if has_duckdb():
        import duckdb

        print(f"DuckDB {duckdb.__version__} with its default settings: all cores, 80 % of the memory")
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f} before the first round")


def measure(binaries, root, scratch, lines, rounds):
    """Prints the tables of one day of so many lines."""
    data = Dataset(binaries, root, lines, max(1, lines // OBJECTS_OF))
    lakes = scratch / f"{lines}"
    lakes.mkdir()
    variants = [*source_variants(binaries, data, lakes), *lake_variants(binaries, data, lakes)]
    measured = Measurement(lines, variants, rounds)
    measured.print_table(f"{lines:,} lines in {data.objects} objects")
    measured.print_lakes(binaries, data.day, lakes)
    return measured


def measure_many_objects(binaries, root, scratch, lines, rounds):
    """Prints the table of the day's lines in small objects."""
    data = Dataset(binaries, root, lines, max(1, lines // MANY_OBJECTS_OF))
    variants = list(source_variants(binaries, data, scratch))
    Measurement(lines, variants, rounds).print_table(f"{lines:,} lines in {data.objects} objects")


def measure_spread(binaries, root, scratch, lines, rounds):
    """Prints the table of as many lines over one day and over more."""
    data = Dataset(binaries, root, lines, SPREAD_OBJECTS)
    measured = Spread(lines, list(spread_variants(binaries, data, scratch)), rounds)
    measured.print_table()
    return measured


if __name__ == "__main__":
    main()
