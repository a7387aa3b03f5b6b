"""Source objects that change while they are read."""

import gzip
import os
import shutil

from calls import line
from commands import DONE, SOME_REJECTED
from lake_state import LakeState, difference, misplaced
from objects import CHECKSUMMED, LogObject, member_ends, stamp
from world import PARTS

KINDS = {
    "source grows by a member": "grow",
    "source grows by half a member": "grow_by_half",
    "source vanishes": "vanish",
    "source becomes a folder": "become_folder",
    "source is cut": "cut",
    "source is replaced": "replace",
}


# The part of a run in which objects are read, at most.
READING = 0.2


class Victim:
    """An object and the ways in which it can change."""

    def __init__(self, world, each, path):
        self.rng = world.rng
        self.each = each
        self.path = path
        extra = self.rng.sample(world.calls_of(world.objects(range(PARTS))), 100)
        lines = [line(self.rng, call) for call in extra]
        if "export" in each.name:
            lines = [f"{stamp(call.time)} {text}" for call, text in zip(extra, lines)]
        self.member = gzip.compress("".join(text + "\n" for text in lines).encode(), mtime=0)
        self.grown = LogObject(each.name, each.content + self.member, each.calls + extra,
                               each.foreign, each.rejected)

    def grow(self):
        with self.path.open("ab") as file:
            file.write(self.member)

    def grow_by_half(self):
        with self.path.open("ab") as file:
            file.write(self.member[:self.rng.randrange(20, len(self.member))])

    def vanish(self):
        self.path.unlink()

    def become_folder(self):
        self.path.unlink()
        self.path.mkdir()

    def cut(self):
        ends = member_ends(self.each.content)
        sizes = set(range(20, len(self.each.content))) - set(ends)
        os.truncate(self.path, self.rng.choice(sorted(sizes)))

    def replace(self):
        other = self.path.parent.parent / "other"
        other.write_bytes(self.grown.content)
        other.rename(self.path)

    def put(self, each):
        """Makes the object what it is in the end."""
        if self.path.is_dir():
            self.path.rmdir()
        self.path.write_bytes(each.content)


def change_source(world, number):
    """An object changes while the run is held at a random moment; then the run goes on."""
    rng = world.rng
    kind = list(KINDS)[number % len(KINDS)]
    change = KINDS[kind]
    part = rng.randrange(PARTS)
    before = frozenset(rng.sample([other for other in range(PARTS) if other != part], 1))
    source = world.folder / "changing"
    shutil.copytree(world.part(part), source)
    objects = world.parts[part]
    each = rng.choice([each for each in objects
                       if any(each.name.endswith(shape.replace(" ", "-"))
                              for shape in CHECKSUMMED)])
    victim = Victim(world, each, source / each.name)
    others = [other for other in objects if other is not each]
    final = victim.grown if change in {"grow", "grow_by_half", "replace"} else each

    lakes = Lakes(world, before, source, kind)
    victim.path.unlink()
    without = lakes.undisturbed("without", others)
    victim.put(each)
    first = lakes.undisturbed("first", objects)
    victim.put(final)
    last = first if final is each else lakes.undisturbed("last", others + [final])
    victim.put(each)

    lake = world.copy_of(before)
    (lake / "_lock").unlink(missing_ok=True)
    running = world.commands.start_ingest(source, lake, rng.choice([1, 1, 2]), world.format)
    running.wait_for(lake / "_lock")  # which comes before the objects are listed
    running.stop_after(rng.random() * lakes.seconds * READING)
    getattr(victim, change)()
    running.resume()
    outcome = running.wait()

    case = f"{victim.path.name}, change {number}"
    found, failed = LakeState.of(lake), outcome.summary.get("failed_objects")
    if failed:
        phase, wanted = "met: failed alone", [without]
    else:
        gone = change in {"vanish", "become_folder"}
        wanted = [first, *([without] if gone else []),
                  *([last] if change in {"grow", "replace"} else [])]
        phase = ("read before" if found == first else "met: read anew" if found == last
                 else "gone before the run")
    world.tally.fault(kind, phase)
    code = SOME_REJECTED if failed or any(other.rejected for other in others + [each]) else 0
    codes = {code} if phase != "gone before the run" else {0, SOME_REJECTED}
    world.tally.check(kind, case, outcome.problem(codes, naming=[victim.path] if failed else ()))
    differences = [difference(found, state) for state in wanted]
    world.tally.check(kind, case, None if None in differences else differences[0])
    world.tally.check(kind, case, None if failed in {0, 1} else f"{failed} objects failed")

    victim.put(final)
    outcome = world.commands.ingest(source, lake, world.jobs(), world.format)
    world.tally.check(kind, case, outcome.problem({SOME_REJECTED, DONE}))
    world.tally.check(kind, case, difference(LakeState.of(lake), last) or misplaced(lake))
    for folder in (lake, source):
        shutil.rmtree(folder)


class Lakes:
    """What undisturbed runs make of the objects in a folder as they are now."""

    def __init__(self, world, before, source, kind):
        self.world = world
        self.before = before
        self.source = source
        self.kind = kind
        self.seconds = 0

    def undisturbed(self, name, objects):
        world = self.world
        lake = world.copy_of(self.before, world.folder / "undisturbed")
        outcome = world.commands.ingest(self.source, lake, 2, world.format)
        self.seconds = outcome.seconds
        code = SOME_REJECTED if any(each.rejected for each in objects) else 0
        world.tally.check(self.kind, name, outcome.problem({code}))
        state = LakeState.of(lake)
        world.tally.check(self.kind, name, world.model_problem(
            lake, world.objects(self.before) + objects))
        shutil.rmtree(lake)
        return state
