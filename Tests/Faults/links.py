"""Links to places outside a lake, in the place of what lies in it."""

import shutil

from commands import SOME_REJECTED
from lake_state import LakeState, difference

KIND = "link in a lake"
OWN = ["_staging", "_rejected", "_lock", "_ledger.sqlite", "_ledger.sqlite-journal", "_facts", "_replaced"]


def _snapshot(folder):
    return {str(path.relative_to(folder)): (path.lstat().st_mode, path.is_file() and path.read_bytes())
            for path in sorted(folder.rglob("*"))}


def plant_link(world, number):
    """A run meets a link: it follows none and names it; the next one, without it, does what is left."""
    rng = world.rng
    before, parts, source = world.scenario()
    lake = world.copy_of(before)
    outside = world.folder / "outside"
    (outside / "folder" / "inner").mkdir(parents=True)
    for name in ("file", "folder/file", "folder/inner/file"):
        (outside / name).write_bytes(b"kept")
    days = sorted(path for path in lake.glob("year=*/month=*/day=*"))
    folders = [path for day in days for path in (day, day.parent, day.parent.parent)]
    is_own = not folders or number % 3 > 0
    place = lake / rng.choice(OWN) if is_own else rng.choice(folders)
    moved = outside / "moved"
    is_moved = place.exists()
    if is_moved:
        place.rename(moved)
    target = outside / rng.choice(["file", "folder", "none"] + ["moved"] * is_moved)
    place.symlink_to(target)
    kept = _snapshot(outside)
    case = f"link {number}: {place.relative_to(lake)} to {target.name}"

    outcome = world.commands.ingest(source, lake, world.jobs(), world.format)

    world.tally.fault(KIND, "own" if is_own else place.name.split("=")[0])
    world.tally.check(KIND, case, outcome.problem({SOME_REJECTED}, naming=[place]))
    world.tally.check(KIND, case, None if _snapshot(outside) == kept
                      else "what a link led to was changed")
    world.tally.check(KIND, case, None if place.is_symlink() else "the link is gone")
    if is_own:
        world.tally.check(KIND, case, difference(LakeState.of(lake), world.lakes[before].state)
                          if place.name != "_rejected" else None)
    place.unlink()
    if is_moved:
        moved.rename(place)
    world.check_clean(KIND, case, lake, parts, source, before | parts)
    shutil.rmtree(lake)
    shutil.rmtree(outside)
