#!/usr/bin/env python3
"""Measures the product against zlib's inflate of the same objects, and against DuckDB.

    benchmark.py BIN_DIR [--lines 2000000] [--rounds 5] [--folder DIR]

BIN_DIR holds a release build. Each round runs every variant once, one after the other, as a process
of its own; figures are CPU seconds of the whole process divided by those of the plain inflate in the
same round, the median over rounds. DuckDB takes part where the module `duckdb` can be imported.
"""

import argparse
import importlib.util
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

DAY = "2025-12-07"


def run(command, cores=None):
    """Runs a command; returns CPU seconds, wall seconds and peak memory in MiB."""
    def pin():
        if cores is not None:
            os.sched_setaffinity(0, cores)

    start = os.times().elapsed
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=pin)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    wall = os.times().elapsed - start
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def records_in(binaries, folder):
    """The number of distinct records in the objects."""
    tool = [binaries / "benchmark-tool", "merge", folder]
    return int(subprocess.run(tool, capture_output=True, check=True, text=True).stdout.split()[0])


def measure(title, binaries, folder, rounds, scratch):
    """Prints a table of all variants over the objects in one folder."""
    lake = scratch / "lake"
    report = [binaries / "meter-report", "--day", DAY, "--source", folder]
    ingest = [binaries / "meter-etl", "ingest", "--source", folder, "--lake", lake]
    all_cores = os.sched_getaffinity(0)
    one_core = {min(all_cores)}
    variants = {
        "inflate alone": ([binaries / "benchmark-tool", "floor", folder], None),
        "library: decode and add up": ([binaries / "benchmark-tool", "stream", folder], None),
        "meter-report --source": (report, None),
        "meter-report --source, one core": (report + ["--jobs", "1"], one_core),
        "meter-etl ingest": (ingest, None),
        "meter-etl ingest, one core": (ingest + ["--jobs", "1"], one_core),
    }
    if importlib.util.find_spec("duckdb"):
        script = pathlib.Path(__file__).with_name("duckdb_daily.py")
        variants["DuckDB, same daily rows"] = ([sys.executable, script, folder], None)

    results = {name: [] for name in variants}
    for _ in range(rounds):
        for name, (command, cores) in variants.items():
            shutil.rmtree(lake, ignore_errors=True)
            results[name].append(run([str(part) for part in command], cores))
    floors = [result[0] for result in results["inflate alone"]]

    records = records_in(binaries, folder)
    print(f"\n{title}: {records:,} distinct records, {rounds} rounds, {len(all_cores)} cores")
    print(f"{'':36}{'CPU/inflate':>12}{'CPU s':>8}{'wall s':>8}{'MiB':>7}{'B/record':>10}")
    for name, runs in results.items():
        ratio = statistics.median(run[0] / floor for run, floor in zip(runs, floors))
        cpu, wall, memory = (statistics.median(column) for column in zip(*runs))
        over = max(0, (memory - 64) * 2**20 / records)
        print(f"{name:36}{ratio:12.2f}{cpu:8.2f}{wall:8.2f}{memory:7.0f}{over:10.0f}")
    for name in ["meter-report --source", "meter-etl ingest"]:
        pairs = zip(results[f"{name}, one core"], results[name])
        speedup = statistics.median(one[1] / both[1] for one, both in pairs)
        print(f"{name}: {speedup:.2f} times faster in wall time with {len(all_cores)} cores than one")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, help="keeps the objects for another run")
    arguments = parser.parse_args()
    binaries = arguments.binaries.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(temporary)
        root = (arguments.folder or scratch).resolve()
        for objects in (8, 320):
            folder = root / f"{arguments.lines}-lines-{objects}-objects"
            if not folder.exists():
                command = [binaries / "benchmark-tool", "generate", folder, arguments.lines, objects]
                subprocess.run([str(part) for part in command], check=True)
            measure(f"{objects} objects", binaries, folder, arguments.rounds, scratch)


if __name__ == "__main__":
    main()
