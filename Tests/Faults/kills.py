"""Runs that are killed at random moments."""

import json
import shutil

from calls import DAYS, kept
from lake_state import Difference, LakeState, difference, misplaced, model_difference
from world import PARTS, Undisturbed, totals_by_day

AT_RANDOM, IN_A_ROW, TAKING_OVER = (
    "SIGKILL", "SIGKILL of runs in a row", "SIGKILL while taking over a file")
# What a kill hits.
BEFORE, WRITING, BETWEEN, AFTER = (
    "before writing", "in a file", "between files", "after writing")


def phase_of(outcome, lake, before, after):
    """What a kill hit, by what it left."""
    days = LakeState.of(lake).days
    staging = lake / "_staging"
    if outcome.code >= 0 or days == after.days:
        return AFTER
    if staging.is_dir() and any(staging.iterdir()):
        return WRITING
    return BETWEEN if days != before.days else BEFORE


def moment(world, seconds):
    """A random moment of a run that takes so many seconds undisturbed."""
    return world.rng.random() * seconds * 1.05


def kill_at_random(world, number):
    """A run is killed; the next one completes it."""
    before, parts, source = world.scenario()
    jobs = world.jobs()
    seconds = world.duration(before, parts, source)
    lake = world.copy_of(before)
    held = before | parts

    outcome = world.commands.start_ingest(source, lake, jobs, world.format).kill_after(
        moment(world, seconds))

    case = f"kill {number}"
    world.tally.fault(AT_RANDOM, phase_of(
        outcome, lake, world.lakes[before].state, world.lakes[held].state))
    world.check_legal(AT_RANDOM, case, lake, before, parts)
    world.check_clean(AT_RANDOM, case, lake, parts, source, held)
    shutil.rmtree(lake)


def kill_in_a_row(world, number):
    """Several runs over one lake are killed, others are not, and then all are done again."""
    rng, completed, interrupted = world.rng, frozenset(), frozenset()
    lake = world.copy_of(completed)
    for step in range(rng.randrange(2, 6)):
        case = f"row {number}, run {step}"
        _, parts, source = world.scenario()
        if step > 0 and rng.random() < 0.25:
            completed |= parts
            outcome = world.commands.ingest(source, lake, world.jobs(), world.format)
            world.tally.check(IN_A_ROW, case, outcome.problem(world.clean_codes(parts)))
        else:
            states = world.states_between(completed, interrupted | parts)
            seconds = world.duration(frozenset(), parts, source)
            outcome = world.commands.start_ingest(source, lake, 2, world.format).kill_after(
                moment(world, seconds))
            world.tally.fault(IN_A_ROW, phase_of(outcome, lake, states[0], states[-1]))
            interrupted |= parts
        world.check_legal(IN_A_ROW, case, lake, completed, interrupted)
    held = completed
    for part in rng.sample(sorted(interrupted), len(interrupted)):
        outcome = world.commands.ingest(world.part(part), lake, world.jobs(), world.format)
        world.tally.check(IN_A_ROW, case, outcome.problem(world.clean_codes({part})))
        held |= {part}
    world.tally.check(IN_A_ROW, case, difference(LakeState.of(lake), world.lakes[held].state)
                      or misplaced(lake))
    shutil.rmtree(lake)


def kill_while_taking_over(world, number):
    """A run is killed that merges a file which something else has put into a day's folder."""
    rng, kind, case = world.rng, TAKING_OVER, f"taking over {number}"
    before, parts, source = world.scenario()
    held = before | parts
    calls = rng.sample(world.calls_of(world.objects(range(PARTS))), 500)
    day = rng.choice(DAYS).split("-")
    name = f"year={day[0]}/month={day[1]}/day={day[2]}/bedrock-usage-{''.join(day)}.json"
    content = "".join(json.dumps(call.row()) + "\n" for call in calls).encode()

    def with_file(lake):
        (lake / name).parent.mkdir(parents=True, exist_ok=True)
        (lake / name).write_bytes(content)
        return lake

    known = {of: kept(world.calls_of(world.objects(of)) + calls) for of in (before, held)}
    done = with_file(world.copy_of(before, world.folder / "taken-over"))
    outcome = world.commands.ingest(source, done, 2, world.format)
    world.tally.check(kind, case, outcome.problem(world.clean_codes(parts)))
    after = LakeState.of(done)
    if world.format != "parquet":
        world.tally.check(kind, case, model_difference(after, known[held]))
    lake = with_file(world.copy_of(before))
    old = LakeState.of(lake)

    outcome = world.commands.start_ingest(source, lake, 2, world.format).kill_after(
        moment(world, outcome.seconds))

    found = LakeState.of(lake)
    world.tally.fault(kind, phase_of(outcome, lake, old, after))
    world.tally.check(kind, case, _illegal_takeover(found, old, after, name))
    legal = [Undisturbed(of, lake, after, totals_by_day(known[of])) for of in known]
    world.tally.check(kind, case, world.report_problem(lake, legal))
    outcome = world.commands.ingest(source, lake, world.jobs(), world.format)
    world.tally.check(kind, case, outcome.problem(world.clean_codes(parts)))
    world.tally.check(kind, case, difference(LakeState.of(lake), after) or misplaced(lake))
    moved = [path.read_bytes() for path in (lake / "_replaced").rglob("*.replaced")]
    world.tally.check(kind, case, None if moved == [content] else "the file was not kept")
    shutil.rmtree(lake)
    shutil.rmtree(done)


def _illegal_takeover(found, old, after, name):
    """Days are old or new; the other file goes when all days are new."""
    for path in found.days:
        if found.days[path] not in (old.days.get(path), after.days.get(path)):
            return Difference(f"day file {path} is neither old nor new")
    for path in (old.days.keys() & after.days.keys()) - found.days.keys():
        return Difference(f"day file {path} is missing")
    if name not in found.days and found.days != after.days:
        return Difference(f"{name} went before all days were written")
    return None
