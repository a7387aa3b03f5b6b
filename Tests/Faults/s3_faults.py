#!/usr/bin/env python3
"""Disturbs what runs on S3 send and receive, and proves that nothing is lost or doubled.

    s3_faults.py BIN_DIR SERVERS [--seed N] [--runs N] [--at-once N]
    s3_faults.py BIN_DIR SERVERS --self-test

BIN_DIR holds meter-etl and meter-report, SERVERS the programs of moto (Tests/servers-requirements.txt),
which stands for S3. Between it and the disturbed runs is the proxy of Tests/Servers, which answers with
errors, resets connections, cuts and damages bodies, and loses replies to requests that took effect.

Each run reads objects of a bucket into a lake in that bucket. It must leave the lake of an undisturbed
run, byte for byte, or end with an error that names what failed; then the lake must hold no less than
before and nothing that an undisturbed run would not put there, and the next run, undisturbed, must
make it the same bytes. Some runs are killed, some are two at once with ledgers of their own.
"""

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from commands import Commands, Running
from s3_runs import KINDS_OF_RUN, disturb
from s3_servers import Moto
from s3_world import S3World
from tally import Tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", metavar="BIN_DIR", help="where meter-etl and meter-report are")
    parser.add_argument("servers", metavar="SERVERS", help="where moto_server is")
    parser.add_argument("--seed", type=int, help="what everything at random follows from")
    parser.add_argument("--runs", type=int, default=220, help="how many runs to disturb")
    parser.add_argument("--at-once", type=int, default=4, help="how many at a time")
    parser.add_argument("--self-test", action="store_true",
                        help="spoil lakes and see that it is noticed")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(32)
    print(f"seed {seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    tally, start = LockedTally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="s3-faults-") as folder, Moto(
            Path(arguments.servers)) as moto:
        commands = Commands(arguments.commands)
        try:
            worlds = [S3World(commands, moto, Path(folder) / format, random.Random(f"{seed} {format}"),
                              tally, format) for format in ("parquet", "json")]
            if arguments.self_test:
                return _self_test(worlds, tally)
            with ThreadPoolExecutor(arguments.at_once) as pool:
                jobs = [pool.submit(disturb, worlds[number % len(worlds)], seed, number)
                        for number in range(arguments.runs)]
                for job in jobs:
                    job.result()
        finally:
            Running.end_all()
    print(f"\n{tally.table()}\n\n{tally.checks} checks, {tally.answers} reports read, "
          f"{time.monotonic() - start:.0f} seconds")
    print(f"runs: {', '.join(f'{count} {name}' for name, count in sorted(tally.runs.items()))}")
    _check_aim(tally, arguments.runs)
    print(f"seed {seed}: {arguments.runs} runs, {tally.injected} faults, "
          f"{len(tally.problems)} problems")
    return 1 if tally.problems else 0


class LockedTally(Tally):
    """A tally that several runs write to at once."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.runs = {}

    def fault(self, kind, phase):
        with self.lock:
            super().fault(kind, phase)

    def check(self, kind, case, problem):
        with self.lock:
            super().check(kind, case, problem)

    def ran(self, how):
        """Counts a run by its kind, or by how it ended."""
        with self.lock:
            self.runs[how] = self.runs.get(how, 0) + 1


def _check_aim(tally, runs):
    """A harness that disturbs nothing proves nothing."""
    if runs < 50:
        return
    for name in [*KINDS_OF_RUN, "recovered", "failed"]:
        if not tally.runs.get(name):
            tally.check("aim", name, f"no run was {name}")
    for kind in ("error-500", "slow-down", "reset-before", "truncated", "lost-reply"):
        if not tally.hits.get(kind):
            tally.check("aim", kind, "was never injected")


def _self_test(worlds, tally):
    for world in worlds:
        world.check_noticing()
    print(f"{tally.checks} checks, {len(tally.problems)} failed")
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
