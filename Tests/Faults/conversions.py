"""Conversions of a lake to the other format that are killed at random moments."""

import shutil

from kills import moment
from lake_state import LakeState, difference, misplaced
from world import PARTS

KIND = "SIGKILL of a conversion"


def kill_conversion(world, number):
    """A conversion is killed; the days count once at any time, and the next one completes it."""
    case = f"conversion {number}"
    target = "json" if world.format == "parquet" else "parquet"
    parts = frozenset(world.rng.sample(range(PARTS), world.rng.randrange(1, PARTS + 1)))
    undisturbed = world.lakes[parts]

    def convert(lake):
        return world.commands.start("meter-etl", "convert", "--lake", lake, "--to", target)

    done = world.copy_of(parts, world.folder / "converted")
    outcome = convert(done).wait()
    world.tally.check(KIND, case, outcome.problem({0}))
    after = LakeState.of(done)
    lake = world.copy_of(parts)

    outcome = convert(lake).kill_after(moment(world, outcome.seconds))

    found = LakeState.of(lake)
    world.tally.fault(KIND, "before writing" if found == undisturbed.state else
                      "after writing" if found == after else "between files")
    for name, content in found.days.items():
        legal = undisturbed.state.days.get(name), after.days.get(name)
        world.tally.check(KIND, case, None if content in legal
                          else f"day file {name} is neither old nor new")
    world.tally.check(KIND, case, world.report_problem(lake, [undisturbed]))
    world.tally.check(KIND, case, convert(lake).wait().problem({0}))
    world.tally.check(KIND, case, difference(LakeState.of(lake), after) or misplaced(lake)
                      or world.report_problem(lake, [undisturbed]))
    shutil.rmtree(lake)
    shutil.rmtree(done)
