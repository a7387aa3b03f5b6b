"""What a lake holds, and how it differs from what it should hold."""

import gzip
import json
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

# What may lie in a lake beside its days.
OWN_NAMES = {"_lock", "_staging", "_rejected", "_replaced", "_facts", "_settings"}


class Difference(NamedTuple):
    """What is wrong, in words and in rows."""

    text: str
    lost: int = 0
    doubled: int = 0


class LakeState(NamedTuple):
    """The names and bytes of day files, and of files of rejected lines."""

    days: dict
    rejected: dict

    @classmethod
    def of(cls, lake):
        lake = Path(lake)
        return cls(_files(lake, "year=*/month=*/day=*/*"), _files(lake, "_rejected/*"))


def _files(lake, pattern):
    return {str(path.relative_to(lake)): path.read_bytes() for path in sorted(lake.glob(pattern))}


def rows(content):
    """The rows of a day file, as lines; nothing where it is not gzip JSON lines."""
    try:
        return gzip.decompress(content).splitlines()
    except (OSError, EOFError, zlib.error):
        return []


def difference(found, wanted):
    """How a lake differs from what it must be, byte for byte; None where it does not."""
    text = (_file_difference("day file", found.days, wanted.days)
            or _file_difference("rejected lines", found.rejected, wanted.rejected))
    if not text:
        return None
    found_rows, wanted_rows = (
        Counter(row for name in state.days for row in rows(state.days[name]))
        for state in (found, wanted))
    return Difference(text, (wanted_rows - found_rows).total(),
                      (found_rows - wanted_rows).total())


def _file_difference(what, found, wanted):
    for name in sorted(found.keys() | wanted.keys()):
        if name not in found:
            return f"{what} {name} is missing"
        if name not in wanted:
            return f"{what} {name} is too many"
        if found[name] != wanted[name]:
            return f"{what} {name} has {len(found[name])} bytes, not the {len(wanted[name])} due"
    return None


def illegal(found, states):
    """What in a disturbed lake no whole number of commits could have left; None where all could.

    `states` are the undisturbed lakes of the runs that were completed, alone and with any of those
    that were not; each day file must be that of one of them.
    """
    for name in sorted(set(found.days).union(*(state.days for state in states))):
        allowed = [state.days.get(name) for state in states]
        content = found.days.get(name)
        if content not in allowed:
            size = "is missing" if content is None else f"has {len(content)} bytes"
            due = sorted({len(one or b"") for one in allowed})
            nearest = min(((_missing(one, content), _missing(content, one)) for one in allowed),
                          key=sum)
            return Difference(f"day file {name} {size}; {due} would be whole", *nearest)
    for name, content in found.rejected.items():
        if all(state.rejected.get(name) != content for state in states):
            return Difference(f"rejected lines {name} are not those of any run")
    first = min(states, key=lambda state: len(state.rejected))
    for name in first.rejected:
        if name not in found.rejected:
            return Difference(f"rejected lines {name} are missing")
    return None


def _missing(content, other):
    return (Counter(rows(content or b"")) - Counter(rows(other or b""))).total()


def misplaced(lake):
    """What lies in a lake, or half-written in it, after a run that was not disturbed."""
    lake = Path(lake)
    for path in sorted(lake.iterdir()):
        name = path.name
        if name not in OWN_NAMES and not name.startswith(("year=", "_ledger")):
            return Difference(f"{name} lies in the lake")
    if (lake / "_staging").is_dir() and any((lake / "_staging").iterdir()):
        return Difference("something is left under _staging")
    return None


def model_difference(state, days):
    """How a lake's rows differ from calls by day, which were worked out without the product.

    Only for lakes of gzip JSON lines.
    """
    if len(state.days) != len(days):
        return Difference(f"{len(state.days)} day files, {len(days)} days have calls")
    for (name, content), (day, calls) in zip(sorted(state.days.items()), days.items()):
        year, month, number = day.split("-")
        if not name.startswith(f"year={year}/month={month}/day={number}/"):
            return Difference(f"day file {name} where {day} was due")
        found = [json.loads(row) for row in rows(content)]
        wanted = [call.row() for call in calls]
        if found != wanted:
            found, wanted = (Counter(json.dumps(row) for row in side) for side in (found, wanted))
            return Difference(f"{day}: rows are not those of the calls",
                              (wanted - found).total(), (found - wanted).total())
    return None
