"""The runs of all variants over one data set, and their tables."""

import json
import os
import statistics

from disk import lakes_on_disk, size
from goals import MEMORY_BASE
from measured import run
from variants import JSON, PARQUET, SOURCE, one_core


class Measurement:
    def __init__(self, lines, variants, rounds):
        """Each round runs every variant once, one after the other, as a process of its own."""
        self.lines = lines
        self.rounds = rounds
        self.variants = {variant.name: variant for variant in variants}
        self.runs = {name: [] for name in self.variants}
        for _ in range(rounds):
            for name, variant in self.variants.items():
                variant.prepare()
                self.runs[name].append(run(variant.command, variant.cores))

    def median(self, name, figure):
        return statistics.median(getattr(run, figure) for run in self.runs[name])

    def ratio(self, name):
        """CPU seconds by those of the plain inflate of the same objects, or of the whole day's."""
        floors = self.runs[self.variants[name].floor]
        return statistics.median(run.cpu / floor.cpu for run, floor in zip(self.runs[name], floors))

    def records(self, name):
        """The rows of the largest day that an ingest wrote; those of the day for what is no ingest."""
        output = self.runs[name][0].output
        summary = json.loads(output if "ingest" in name else self.runs[PARQUET][0].output)
        return max(day["rows"] for day in summary["days"])

    def bytes_per_record(self, name):
        return max(0, (self.median(name, "memory") - MEMORY_BASE) * 2**20 / self.records(name))

    def print_table(self, title):
        cores = len(os.sched_getaffinity(0))
        records = f"{self.records(PARQUET):,} distinct records"
        print(f"\n{title}: {records}, {cores} cores, rounds: {self.rounds}")
        print(f"{'':40}{'CPU/inflate':>12}{'CPU s':>8}{'wall s':>8}{'MiB':>7}{'B/record':>10}")
        for name in self.variants:
            cpu, wall, memory = (self.median(name, figure) for figure in ("cpu", "wall", "memory"))
            print(
                f"{name:40}{self.ratio(name):12.2f}{cpu:8.2f}{wall:8.2f}{memory:7.0f}"
                f"{self.bytes_per_record(name):10.0f}"
            )
        for name in (SOURCE, PARQUET, JSON):
            pairs = zip(self.runs[one_core(name)], self.runs[name])
            speedup = statistics.median(one.wall / both.wall for one, both in pairs)
            print(f"{name}: {speedup:.2f} times faster in wall time with {cores} cores than one")

    def print_lakes(self, binaries, day, lakes):
        """The daily query's reads are those that the file's metadata asks for, and beside them those
        that its process did after its start."""
        records = self.records(PARQUET)
        objects = size(day.iterdir())
        print(
            f"\n{'MB, and bytes a record':32}{'on disk':>17}"
            f"{'read by the query':>19}{'by its process':>16}"
        )
        print(f"{'the objects':32}{objects / 1e6:9.1f}{objects / records:8.1f}")
        for lake in lakes_on_disk(binaries, lakes):
            queried = "" if lake.queried is None else f"{lake.queried / 1e6:.1f}"
            read = (self.median(lake.query, "read") - lake.start) / 1e6
            print(
                f"{lake.name:32}{lake.size / 1e6:9.1f}{lake.size / records:8.1f}"
                f"{queried:>19}{read:16.1f}"
            )
