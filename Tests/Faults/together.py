"""Two ingests at once, and reports during an ingest."""

import json
import shutil
import time

from calls import DAYS
from commands import DONE, NO_INPUT, LAKE_HELD, SOME_REJECTED, report_trouble
from lake_state import LakeState, difference, misplaced
from world import PARTS, answer_problem

TWO, REPORTS = "two ingests at once", "reports during an ingest"


def ingest_twice(world, number):
    """Two runs over different parts; the one that is refused runs again."""
    rng, case = world.rng, f"pair {number}"
    pair = rng.sample(range(PARTS), 2)
    before = frozenset(set(range(PARTS)) - set(pair)) if rng.random() < 0.5 else frozenset()
    seconds = world.duration(frozenset(), frozenset([pair[0]]), world.part(pair[0]))
    lake = world.copy_of(before)

    first = world.commands.start_ingest(world.part(pair[0]), lake, 2, world.format)
    time.sleep(rng.random() ** 2 * seconds)
    second = world.commands.start_ingest(world.part(pair[1]), lake, 2, world.format)
    outcomes = {pair[0]: first.wait(), pair[1]: second.wait()}

    done = before
    for part, outcome in outcomes.items():
        codes = world.clean_codes({part}) | {LAKE_HELD}
        world.tally.check(TWO, case, outcome.problem(
            codes, naming=[lake] if outcome.code == LAKE_HELD else ()))
        if outcome.code in {DONE, SOME_REJECTED}:
            done |= {part}
    world.tally.fault(TWO, "one refused" if len(done - before) == 1 else
                      "both refused" if done == before else "one after the other")
    world.tally.check(TWO, case, None if done != before else "none of two runs worked")
    world.tally.check(TWO, case, difference(LakeState.of(lake), world.lakes[done].state)
                      or misplaced(lake))
    for part in outcomes.keys() - done:
        done |= {part}
        world.check_clean(TWO, case, lake, frozenset([part]), world.part(part), done)
    world.tally.check(TWO, case, difference(LakeState.of(lake), world.lakes[done].state))
    shutil.rmtree(lake)


def report_during(world, number):
    """Reports one after another while a run writes: each sees whole days, old or new."""
    before, parts, source = world.scenario()
    held = before | parts
    old, new = world.lakes[before], world.lakes[held]
    lake = world.copy_of(before)
    running = world.commands.start_ingest(source, lake, world.jobs(), world.format)
    seen = set()
    while not running.is_over:
        outcome = world.commands.report(lake, DAYS[0], DAYS[-1])
        world.tally.answers += 1
        # Until the first run into an empty folder has begun, there is no lake to report on.
        if outcome.code == NO_INPUT and not before:
            continue
        problem = report_trouble(outcome)
        if not problem:
            answer = json.loads(outcome.output)
            problem = answer_problem(answer, [old, new])
            seen.add("old" if answer_problem(answer, [old]) is None else
                     "new" if answer_problem(answer, [new]) is None else "between")
        world.tally.check(REPORTS, f"reports {number}", problem)
    outcome = running.wait()
    world.tally.fault(REPORTS, "some days old, some new" if "between" in seen else
                      " and ".join(sorted(seen, reverse=True)) or "none")
    world.tally.check(REPORTS, f"reports {number}", outcome.problem(world.clean_codes(parts)))
    world.tally.check(REPORTS, f"reports {number}",
                      difference(LakeState.of(lake), new.state) or misplaced(lake)
                      or world.report_problem(lake, [new]))
    shutil.rmtree(lake)
