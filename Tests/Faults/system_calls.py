"""Single system calls that a run is killed at, or that fail."""

import shutil
import subprocess

from commands import IO_FAILED, SOME_REJECTED
from kills import phase_of
from lake_state import LakeState, difference

KILLED, FAILED, INTERRUPTED, UNREAD = (
    "SIGKILL at a system call", "system call that fails", "system calls interrupted",
    "read of an object that fails")
ERRORS = ["EIO", "ENOSPC", "EDQUOT", "EROFS"]
# The call that puts a file in place is tried most.
CHANGES = ["renameat", "fsync", "renameat", "write", "openat", "renameat", "mkdirat"]


def is_possible(world):
    """Whether there is strace, and it can trace."""
    try:
        return subprocess.run(["strace", "-qq", "-o", "/dev/null", world.commands.folder
                               / "meter-etl", "--help"], capture_output=True).returncode == 0
    except OSError:
        return False


def _strace(world, lake, call, injection):
    """The command that injects into calls which change the lake."""
    log = world.folder / "strace"
    log.unlink(missing_ok=True)  # strace may end before it writes
    # Calls that concern the folder of files in the making, whose names nobody foresees; the others are
    # few, and nearly all concern such files.
    paths = ["-P", lake / "_staging"] if call in {"openat", "renameat"} else []
    return ["strace", "-f", "-qq", "-o", log, *paths, "-e", f"trace={call}", "-e",
            f"inject={call}:{injection}"]


def _was_injected(world):
    log = world.folder / "strace"
    return log.exists() and "(INJECTED)" in log.read_text(errors="replace")


def kill_at_call(world, number):
    """A run is killed as it begins one of the calls that change the lake."""
    rng, call = world.rng, CHANGES[number % len(CHANGES)]
    before, parts, source = world.scenario()
    old, new = world.lakes[before].state, world.lakes[before | parts].state
    lake = world.copy_of(before)
    which = rng.randrange(1, len(new.days) + 1)
    case = f"{call} {which}"

    outcome = world.commands.ingest(
        source, lake, world.jobs(), world.format,
        under=_strace(world, lake, call, f"signal=KILL:when={which}"))

    world.tally.fault(KILLED, phase_of(outcome, lake, old, new))
    world.check_legal(KILLED, case, lake, before, parts)
    world.check_clean(KILLED, case, lake, parts, source, before | parts)
    shutil.rmtree(lake)


def fail_call(world, number):
    """One call fails, or several are interrupted, which is no failure."""
    rng, call = world.rng, CHANGES[number % len(CHANGES)]
    is_interrupted = number % 8 == 0
    before, parts, source = world.scenario()
    held = before | parts
    lake = world.copy_of(before)
    kind, which, error = FAILED, str(rng.randrange(1, len(world.lakes[held].state.days) + 1)), rng.choice(ERRORS)
    if is_interrupted:
        kind, call, which, error = INTERRUPTED, "write", "1+2", "EINTR"
    case = f"{error} of {call} {which}"

    outcome = world.commands.ingest(
        source, lake, world.jobs(), world.format,
        under=_strace(world, lake, call, f"error={error}:when={which}"))

    hit = _was_injected(world)
    world.tally.fault(kind, call if hit else "no such call")
    if hit and not is_interrupted:
        world.tally.check(kind, case, outcome.problem({IO_FAILED}, naming=[lake]))
        world.check_legal(kind, case, lake, before, parts)
    else:
        world.tally.check(kind, case, outcome.problem(world.clean_codes(parts))
                          or difference(LakeState.of(lake), world.lakes[held].state))
    world.check_clean(kind, case, lake, parts, source, held)
    shutil.rmtree(lake)


def fail_read(world, number):
    """An object cannot be read on: it fails alone, and all others are taken."""
    rng = world.rng
    before, parts, source = world.scenario()
    held = before | parts
    lake = world.copy_of(before)
    part = rng.choice(sorted(parts))
    victim = world.part(part) / rng.choice(world.parts[part]).name
    case = f"read of {victim.name}"
    log = world.folder / "strace"

    outcome = world.commands.ingest(
        source, lake, world.jobs(), world.format,
        under=["strace", "-f", "-qq", "-o", log, "-P", victim, "-e", "trace=read", "-e",
               f"inject=read:error=EIO:when={rng.choice([1, 1, 2])}"])

    hit = _was_injected(world)
    world.tally.fault(UNREAD, "met: failed alone" if hit else "no such call")
    codes = {SOME_REJECTED} if hit else world.clean_codes(parts)
    world.tally.check(UNREAD, case, outcome.problem(codes, naming=[victim] if hit else ()))
    world.tally.check(UNREAD, case, None if outcome.summary.get("failed_objects") == hit
                      else "another number of objects failed")
    if hit:
        others = [each for each in world.objects(before | parts)
                  if each not in world.parts[part] or each.name != victim.name or part in before]
        world.tally.check(UNREAD, case, world.model_problem(lake, others))
    world.check_clean(UNREAD, case, lake, parts, source, held)
    shutil.rmtree(lake)
