"""Runs on S3 that are disturbed, each in a way that follows from the seed and its number."""

import random
import time

from commands import DONE, IO_FAILED, SOME_REJECTED
from s3_servers import Proxy
from world import PARTS

ALONE, KILLED, TWO_AT_ONCE, WITH_LEDGER = "alone", "killed", "two at once", "with a ledger"
KINDS_OF_RUN = (ALONE, KILLED, TWO_AT_ONCE, WITH_LEDGER)

FAULTS = (
    "error-500", "slow-down", "reset-before", "lost-request", "lost-reply", "reset-in-response",
    "truncated", "truncated-chunks", "slow", "flipped", "garbled", "shorter-length",
    "longer-length", "error-in-200",
)


def disturb(world, seed, number):
    """Disturbs one run, and has it made good by the next."""
    rng = random.Random(f"{seed} {number}")
    kind = KINDS_OF_RUN[rng.choice([0, 0, 0, 1, 2, 3, 3])]
    lake, case = f"run-{number}", f"run {number} ({kind}, {world.format})"
    world.tally.ran(kind)
    before = frozenset(rng.sample(range(PARTS), rng.randrange(PARTS)))
    if kind == WITH_LEDGER and before:
        for part in sorted(before):
            outcome = world.ingest(world.moto, lake, frozenset([part]), lake)
            world.tally.check(kind, case, outcome.problem(world.clean_codes({part})))
    else:
        world.copy(before, lake)
    shares = _shares(rng, kind, before)
    percent = rng.choice([3, 10, 25, 60])
    kinds = rng.sample(FAULTS, rng.randrange(1, 6))
    with Proxy(world.moto, rng.getrandbits(32), percent, kinds) as proxy:
        outcomes = _run(world, proxy, rng, kind, lake, shares)
        for entry in proxy.log():
            if entry["kind"]:
                world.tally.fault(entry["kind"], _phase(entry))
    done, tried = before, before
    for parts, outcome in outcomes:
        tried |= parts
        if outcome.code in world.clean_codes(parts) and not outcome.summary.get("failed_objects") \
                and not outcome.summary.get("uncommitted"):
            done |= parts
        elif kind != KILLED:
            world.tally.check(kind, case, outcome.problem(
                {SOME_REJECTED, IO_FAILED}, naming=[f"s3://{world.bucket}", "s3 "]))
    world.tally.ran("recovered" if done == tried else "failed")
    if done == tried:
        world.tally.check(kind, case, world.lake_problem(lake, tried))
    else:
        world.tally.check(kind, case, world.between_problem(lake, done, tried))
        world.tally.check(kind, case, world.is_readable(lake))
    for index, (parts, _) in enumerate(outcomes):
        outcome = world.ingest(world.moto, _state(lake, index), parts, lake)
        world.tally.check(kind, case, outcome.problem(world.clean_codes(parts)))
    world.tally.check(kind, case, world.lake_problem(lake, tried))
    for index in range(len(outcomes)):
        world.forget(_state(lake, index), lake)


def _shares(rng, kind, before):
    """What each of the runs reads."""
    if kind == TWO_AT_ONCE:
        return [frozenset([part]) for part in rng.sample(range(PARTS), 2)]
    if rng.random() < 0.5:
        return [frozenset(range(PARTS))]
    return [frozenset([rng.randrange(PARTS)])]


def _run(world, proxy, rng, kind, lake, shares):
    """The runs' parts, and how they ended."""
    running = [(parts, world.start(proxy, _state(lake, index), parts, lake, rng.choice([1, 2])))
               for index, parts in enumerate(shares)]
    if kind == KILLED:
        return [(parts, each.kill_after(0.05 + rng.random() ** 2 * 1.5)) for parts, each in running]
    return [(parts, each.wait()) for parts, each in running]


def _state(lake, index):
    """The folder of a run's ledger; each machine has its own."""
    return lake if index == 0 else f"{lake}-{index}"


def _phase(entry):
    """What a fault hit."""
    if entry["method"] == "GET":
        return "listings" if "list-type" in entry["query"] else (
            "day files" if "/year=" in entry["path"] else "objects")
    return {"PUT": "writes", "HEAD": "looks", "DELETE": "removals"}.get(entry["method"], "others")
