"""The objects that the benchmark reads. They are made when first asked for, and always the same."""

import functools

from measured import run

DAYS = 60
OBJECTS_A_DAY = 2  # of a backfill


class Dataset:
    def __init__(self, binaries, root, lines, objects):
        self.tool = binaries / "benchmark-tool"
        self.root = root
        self.lines = lines
        self.objects = objects

    @functools.cached_property
    def day(self):
        """Objects of one day."""
        name = f"{self.lines}-lines-{self.objects}-objects"
        return self.folder(name, "generate", self.lines, self.objects)

    @functools.cached_property
    def late(self):
        """One object with 1 % more lines of that day."""
        return self.folder(f"{self.lines // 100}-late-lines", "late", self.lines // 100)

    @functools.cached_property
    def backfill(self):
        """As many lines, spread over 60 days."""
        name = f"{self.lines}-lines-{DAYS}-days"
        return self.folder(name, "backfill", self.lines, DAYS, OBJECTS_A_DAY)

    def folder(self, name, what, *numbers):
        folder = self.root / name
        if not folder.exists():
            unfinished = self.root / f"{name}-unfinished"
            run([self.tool, what, unfinished, *numbers])
            unfinished.rename(folder)
        return folder
