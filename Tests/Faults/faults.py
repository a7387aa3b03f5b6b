#!/usr/bin/env python3
"""Breaks real runs of the built commands, and proves that nothing is lost or doubled.

    faults.py BIN_DIR [--seed N] [--rounds N]   BIN_DIR holds meter-etl and meter-report
    faults.py BIN_DIR --self-test               shows that the comparisons notice what is wrong

Python 3 and nothing else. Root can do more: mount a small file system, and act as another user;
and strace, where there is one, picks single system calls.

Each round makes source objects at random and the lakes that undisturbed runs make of them, which
are compared with the rows that Python works out of the same calls. Then runs are killed, starved
of disk and disturbed in other ways. After each fault every day file must be as a whole number of
undisturbed runs leaves it, and after the next clean run all bytes must be those of a lake that was
never disturbed. A seed repeats a run of the harness as far as timing allows.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import conversions
import disks
import kills
import ledgers
import links
import sources
import staging
import system_calls
import together
from commands import Commands, Running
from self_test import check_noticing
from tally import Tally
from world import World

CALLS = 9_000
# How often a round injects what.
PLAN = [
    (kills.kill_at_random, 30),
    (kills.kill_in_a_row, 3),
    (kills.kill_while_taking_over, 4),
    (disks.limit_file_size, 4),
    (disks.fill_disk, 4),
    (disks.mount_read_only, 1),
    (disks.forbid, 3),
    (sources.change_source, 6),
    (system_calls.kill_at_call, 8),
    (system_calls.fail_call, 8),
    (system_calls.fail_read, 2),
    (staging.tear_staging, 3),
    (links.plant_link, 6),
    (ledgers.damage_ledger, 5),
    (together.ingest_twice, 4),
    (together.report_during, 3),
    (conversions.kill_conversion, 6),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commands", metavar="BIN_DIR", help="where meter-etl and meter-report are")
    parser.add_argument("--seed", type=int, help="what everything at random follows from")
    parser.add_argument("--rounds", type=int, default=2, help="how many sets of objects to break")
    parser.add_argument("--self-test", action="store_true",
                        help="spoil lakes and see that it is noticed")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(32)
    print(f"seed {seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unmounts and removes on the way out
    tally, start = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        commands = Commands(arguments.commands).copied_to(folder)
        if arguments.self_test:
            rows = "json" if commands.has_formats else None
            check_noticing(World(
                commands, folder / "world", random.Random(seed), tally, 2_000, rows))
            print(f"{tally.checks} checks, {len(tally.problems)} failed")
            return 1 if tally.problems else 0
        try:
            for number in range(arguments.rounds):
                _round(commands, folder / f"round-{number}", number, seed, tally)
        finally:
            Running.end_all()
    print(f"\n{tally.table()}\n\n{tally.checks} checks, {tally.answers} reports read, "
          f"{time.monotonic() - start:.0f} seconds")
    _check_aim(tally)
    print(f"seed {seed}: {tally.injected} faults, {len(tally.problems)} problems")
    return 1 if tally.problems else 0


def _round(commands, folder, number, seed, tally):
    """Makes a world and breaks runs in it."""
    # One generator a round and kind, so that what one kind draws does not change the others.
    rng = random.Random(f"{seed} {number}")
    formats = ["json", "parquet"] if commands.has_formats else [None]
    world = World(commands, folder, rng, tally, CALLS, formats[number % len(formats)])
    impossible = _impossible(world)
    for inject, count in PLAN:
        if inject in impossible:
            tally.note(impossible[inject])
            continue
        world.rng = random.Random(f"{seed} {number} {inject.__name__}")
        for index in range(number * count, (number + 1) * count):
            inject(world, index)
    print(f"round {number}: {tally.injected} faults, {len(tally.problems)} problems", flush=True)


def _impossible(world):
    """The faults that cannot be injected here, and why."""
    reasons = {}
    try:
        with disks.Tmpfs(world.folder / "disk"):
            pass
    except disks.Unmountable:
        for inject in (disks.fill_disk, disks.mount_read_only):
            reasons[inject] = "full and read-only disks skipped: no tmpfs can be mounted"
    if not system_calls.is_possible(world):
        for inject in (system_calls.kill_at_call, system_calls.fail_call, system_calls.fail_read):
            reasons[inject] = "single system calls skipped: strace is missing or may not trace"
    if disks.is_root() and not world.commands.works_for_nobody():
        reasons[disks.forbid] = "missing rights skipped: another user cannot run the commands"
    if not (world.lakes[frozenset([0])].path / ledgers.NAME).exists():
        reasons[ledgers.damage_ledger] = "ledgers skipped: the lake has none"
    if not world.commands.has_convert:
        reasons[conversions.kill_conversion] = "conversions skipped: meter-etl has no convert"
    return reasons


def _check_aim(tally):
    """A harness whose kills never hit the moment that matters proves nothing."""
    hits = tally.hits.get(kills.AT_RANDOM, {})
    if sum(hits.values()) >= 50:
        writing = hits[kills.WRITING] + hits[kills.BETWEEN]
        for phase, count in [
                (kills.BEFORE, hits[kills.BEFORE]), ("writing", writing),
                (kills.AFTER, hits[kills.AFTER])]:
            tally.check(kills.AT_RANDOM, "aim", None if count else f"no kill hit {phase}")


if __name__ == "__main__":
    sys.exit(main())
