"""A lake that is converted is what an ingest writes in that format, byte for byte."""

import itertools
import shutil

from checks import Group


def check_conversions(name, tools, lakes, folder):
    """Each lake becomes such of the other format, and then of its own again."""
    group = Group(name)
    for lake, other in itertools.permutations(lakes):
        copy = folder / f"converted-from-{lake.format}"
        shutil.copytree(lake.path, copy)
        for wanted in [other, lake, lake]:
            group.cases += 1
            tools.convert(copy, wanted.format)
            group.check(f"{lake.format} to {wanted.format}", contents(copy, wanted.path))
        shutil.rmtree(copy)
    return group


def contents(lake, wanted):
    """The first file of a day that is not the same in both lakes, or nothing."""
    files, others = ({path.relative_to(root): path.read_bytes()
                      for path in root.glob("year=*/**/*") if path.is_file()}
                     for root in (lake, wanted))
    differing = sorted(name for name in files.keys() | others.keys()
                       if files.get(name) != others.get(name))
    return f"{differing[0]} is not the same" if differing else ""
