"""The objects that the benchmark reads. They are made when first asked for, and always the same."""

import functools

from measured import run

# The numbers of days over which the same number of lines is spread, and the objects of all of them.
SPREADS = [1, 3, 30]
SPREAD_OBJECTS = 360


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

    @functools.cache
    def spread(self, days):
        """As many lines, spread over so many days, in the same number of objects whatever the days."""
        name = f"{self.lines}-lines-{days}-days-{SPREAD_OBJECTS}-objects"
        return self.folder(name, "backfill", self.lines, days, SPREAD_OBJECTS // days)

    def folder(self, name, what, *numbers):
        folder = self.root / name
        if not folder.exists():
            unfinished = self.root / f"{name}-unfinished"
            run([self.tool, what, unfinished, *numbers])
            unfinished.rename(folder)
        return folder
