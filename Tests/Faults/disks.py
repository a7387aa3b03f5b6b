"""Disks that fill up, and lakes that cannot be written."""

import os
import resource
import shutil
import subprocess

from commands import DONE, IO_FAILED, NOBODY, SOME_REJECTED
from lake_state import LakeState

LIMITED, FULL, READ_ONLY, FORBIDDEN = (
    "file size limit", "full disk (tmpfs)", "read-only file system", "no rights in the lake")


class Tmpfs:
    """A small file system in memory; root may make one."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.folder.mkdir()
        try:
            _run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.folder)
        except (OSError, subprocess.CalledProcessError):
            self.folder.rmdir()
            raise Unmountable from None
        return self

    def __exit__(self, *_):
        try:
            _run("umount", self.folder)
        except subprocess.CalledProcessError:
            _run("umount", "-l", self.folder)
        self.folder.rmdir()

    def remount(self, options):
        _run("mount", "-o", f"remount,{options}", self.folder)

    @property
    def used(self):
        """The bytes in use."""
        status = os.statvfs(self.folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize


class Unmountable(Exception):
    """No file system can be mounted here."""


def _run(*command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


def is_root():
    return os.getuid() == 0


# --- Full ----------------------------------------------------------------------------------------


def limit_file_size(world, number):
    """No file may grow beyond a random size."""
    before, parts, source = world.scenario()
    lake = world.copy_of(before)
    sizes = [len(content) for content in world.lakes[before | parts].state.days.values()]
    limit = int(world.rng.random() * max(sizes) * 1.1)
    # SIGXFSZ ends a process that neither ignores nor blocks it.
    restored = number % 2 == 0
    name = f"{LIMITED}, SIGXFSZ {'kept' if restored else 'ignored'}"

    outcome = world.commands.ingest(
        source, lake, world.jobs(), world.format, signals_restored=restored,
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    _check_stopped(world, name, f"limit of {limit} bytes", outcome, lake, before, parts)
    world.check_clean(name, f"limit of {limit} bytes", lake, parts, source, before | parts)
    shutil.rmtree(lake)


def fill_disk(world, number):
    """The lake lies on a disk that has room for a part of what is to be written."""
    before, parts, source = world.scenario()
    with Tmpfs(world.folder / "disk") as disk:
        lake = world.copy_of(before, disk.folder / "lake")
        growth = sum(map(len, world.lakes[before | parts].state.days.values()))
        size = (disk.used + int(world.rng.random() * growth) + 4095) // 4096 * 4096
        disk.remount(f"size={size}")

        outcome = world.commands.ingest(source, lake, world.jobs(), world.format)

        case = f"disk {number} of {size} bytes"
        _check_stopped(world, FULL, case, outcome, lake, before, parts)
        disk.remount("size=64m")
        world.check_clean(FULL, case, lake, parts, source, before | parts)


def _check_stopped(world, kind, case, outcome, lake, before, parts):
    """Checks a run that may have had too little room."""
    if outcome.code in {DONE, SOME_REJECTED}:
        phase, codes = "had room", world.clean_codes(parts)
    elif LakeState.of(lake).days != world.lakes[before].state.days:
        phase, codes = "stopped between days", {IO_FAILED}
    else:
        phase, codes = "stopped at the first", {IO_FAILED}
    world.tally.fault(kind, phase)
    world.tally.check(kind, case, outcome.problem(codes, naming=[lake])
                      if codes == {IO_FAILED} else outcome.problem(codes))
    world.check_legal(kind, case, lake, before, parts)


# --- Not to be written ---------------------------------------------------------------------------


def mount_read_only(world, number):
    """The lake lies on a file system that is mounted for reading only."""
    before, parts, source = world.scenario()
    with Tmpfs(world.folder / "disk") as disk:
        lake = world.copy_of(before, disk.folder / "lake")
        disk.remount("ro")

        outcome = world.commands.ingest(source, lake, world.jobs(), world.format)

        case = f"mount {number}"
        world.tally.fault(READ_ONLY, "refused" if outcome.code == IO_FAILED else "not refused")
        world.tally.check(READ_ONLY, case, outcome.problem({IO_FAILED}, naming=[lake]))
        world.check_legal(READ_ONLY, case, lake, before, frozenset())
        disk.remount("rw")
        world.check_clean(READ_ONLY, case, lake, parts, source, before | parts)


def forbid(world, number):
    """A user without rights runs into a folder that may not be written, or a file not read."""
    rng, as_root = world.rng, is_root()
    before, parts, source = world.scenario()
    lake = world.copy_of(before)
    days = sorted(lake.glob("year=*/month=*/day=*"))
    places = [(lake, 0o555), (lake / "_lock", 0o444), (lake / "_staging", 0o555)]
    if days:
        day = rng.choice(days)
        places += [(day, 0o555), (next(day.iterdir()), 0o000)]
    places = [(path, mode) for path, mode in places if path.exists()]
    path, mode = places[number % len(places)]
    if as_root:
        for each in [lake, *lake.rglob("*")]:
            os.chown(each, NOBODY, NOBODY)
    usual = path.stat().st_mode
    path.chmod(mode)

    outcome = world.commands.ingest(source, lake, world.jobs(), world.format, nobody=as_root)

    path.chmod(usual)
    case = f"{path.name} with mode {mode:o}"
    changes = LakeState.of(lake).days != world.lakes[before].state.days
    if path == lake and outcome.code != IO_FAILED:
        codes = {IO_FAILED} | world.clean_codes(parts)  # a lake that has all its folders needs no new
    else:
        codes = {IO_FAILED}
    world.tally.fault(FORBIDDEN, "not refused" if outcome.code != IO_FAILED else
                      "refused between days" if changes else "refused")
    naming = [lake] if outcome.code == IO_FAILED else ()
    world.tally.check(FORBIDDEN, case, outcome.problem(codes, naming=naming))
    world.check_legal(FORBIDDEN, case, lake, before, parts)
    world.check_clean(FORBIDDEN, case, lake, parts, source, before | parts, nobody=as_root)
    shutil.rmtree(lake)
