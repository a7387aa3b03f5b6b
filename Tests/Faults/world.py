"""One round's source objects, and the lakes that undisturbed runs make of them."""

import itertools
import json
import shutil
from pathlib import Path
from typing import NamedTuple

from calls import DAYS, kept, other_version, random_call, totals
from commands import DONE, NO_INPUT, SOME_REJECTED, report_trouble
from lake_state import Difference, LakeState, difference, illegal, misplaced, model_difference
from objects import SHAPES, make_object

PARTS = 3
OBJECTS_PER_PART = 6
# What a run says of a day that has fewer calls than the ledger has recorded.
LACKING = ("calls that were recorded", "call that was recorded")


class Undisturbed(NamedTuple):
    """The lake of some parts of the source, as runs make it that nothing disturbs."""

    parts: frozenset
    path: Path
    state: LakeState
    totals: dict  # by day, then by tenant, model and user


class World:
    """Three folders of objects that share calls, and the lake of each set of them.

    Every lake was compared with what Python makes of the calls, row by row.
    """

    def __init__(self, commands, folder, rng, tally, call_count, format=None):
        self.commands = commands
        self.folder = folder
        self.rng = rng
        self.tally = tally
        self.format = format
        self.source = folder / "source"
        self.parts = make_parts(rng, call_count)
        for part, objects in enumerate(self.parts):
            self.part(part).mkdir(parents=True)
            for each in objects:
                (self.part(part) / each.name).write_bytes(each.content)
        self.lakes = {}
        self.durations = {}
        for count in range(PARTS + 1):
            for parts in itertools.combinations(range(PARTS), count):
                self.lakes[frozenset(parts)] = self._undisturbed(frozenset(parts))

    def part(self, number):
        """The folder of a part's objects."""
        return self.source / f"part-{number}"

    def objects(self, parts):
        return [each for part in sorted(parts) for each in self.parts[part]]

    def calls_of(self, objects):
        return [call for each in objects for call in each.calls]

    def clean_code(self, parts):
        """How an undisturbed run over some parts ends."""
        return SOME_REJECTED if any(each.rejected for each in self.objects(parts)) else DONE

    def clean_codes(self, parts):
        """How a run over some parts may end, of which the lake's ledger may know objects."""
        return {DONE, self.clean_code(parts)}

    def states_between(self, completed, interrupted):
        """The lakes that completed runs leave, alone and with any of those interrupted."""
        rest = sorted(interrupted - completed)
        return [self.lakes[completed | set(more)].state
                for count in range(len(rest) + 1)
                for more in itertools.combinations(rest, count)]

    def _undisturbed(self, parts):
        lake = self.folder / ("lake-" + "".join(map(str, sorted(parts))))
        objects = self.objects(parts)
        if not parts:
            lake.mkdir()
        sources = [self.source] if len(parts) == PARTS else map(self.part, sorted(parts))
        records = 0
        for source in sources:
            outcome = self.commands.ingest(source, lake, 2, self.format)
            of_run = parts if source == self.source else {int(source.name[-1])}
            self.tally.check("undisturbed", lake.name, outcome.problem({self.clean_code(of_run)})
                             or _count_problem(outcome.summary, self.objects(of_run)))
            records += outcome.summary.get("records", 0)
        days = kept(self.calls_of(objects))
        calls = sum(map(len, days.values()))
        if records != calls:
            self.tally.check("undisturbed", lake.name, f"{records} records of {calls} calls")
        self.tally.check("undisturbed", lake.name,
                         misplaced(lake) or self.model_problem(lake, objects))
        return Undisturbed(parts, lake, LakeState.of(lake), totals_by_day(days))

    # --- What the faults share -------------------------------------------------------------------

    def model_problem(self, lake, objects):
        """How a lake's rows differ from those of these objects."""
        days = kept(self.calls_of(objects))
        made = Undisturbed(frozenset(), lake, None, totals_by_day(days))
        problem = None
        if self.format != "parquet":
            problem = model_difference(LakeState.of(lake), days)
        return problem or self.report_problem(lake, [made])

    def copy_of(self, parts, to=None):
        """A lake to break, which holds some parts."""
        lake = to or self.folder / "lake"
        shutil.copytree(self.lakes[frozenset(parts)].path, lake, symlinks=True,
                        dirs_exist_ok=to is not None)
        return lake

    def scenario(self):
        """A lake to start from, and a source whose run changes days of it.

        The parts that the lake holds, the parts that are read, and their folder.
        """
        part = self.rng.randrange(PARTS)
        if self.rng.random() < 0.4:
            before = frozenset(self.rng.sample(range(PARTS), self.rng.randrange(PARTS)))
            return before, frozenset(range(PARTS)), self.source
        others = [other for other in range(PARTS) if other != part]
        before = frozenset(self.rng.sample(others, self.rng.choice([0, 1, 2, 2])))
        return before, frozenset([part]), self.part(part)

    def duration(self, before, parts, source):
        """The seconds that a run over some parts takes undisturbed."""
        key = before, parts
        if key not in self.durations:
            lake = self.copy_of(before, self.folder / "timed")
            self.durations[key] = self.commands.ingest(source, lake, 2, self.format).seconds
            shutil.rmtree(lake)
        return self.durations[key]

    def jobs(self):
        return self.rng.choice([1, 2, 2, 4])

    def check_legal(self, kind, case, lake, completed, interrupted):
        """Checks that each day file is one of an undisturbed lake, and that reports say so."""
        states = self.states_between(completed, interrupted)
        self.tally.check(kind, case, illegal(LakeState.of(lake), states))
        between = [lake_made for lake_made in self.lakes.values()
                   if completed <= lake_made.parts <= completed | interrupted]
        self.tally.check(kind, case, self.report_problem(lake, between))

    def check_clean(self, kind, case, lake, parts, source, held, *, recorded=frozenset(), **how):
        """Runs without a fault, and checks that the lake is the undisturbed one of `held`.

        Where the ledger has recorded other parts than these, the run may tell what the lake lacks.
        """
        outcome = self.commands.ingest(source, lake, self.jobs(), self.format, **how)
        codes, code = self.clean_codes(parts), outcome.code
        if not recorded <= held and any(words in outcome.errors for words in LACKING):
            codes, code = {SOME_REJECTED}, None
        self.tally.check(kind, case, outcome.problem(codes)
                         or _count_problem(outcome.summary, self.objects(parts), code))
        self.tally.check(kind, case, difference(LakeState.of(lake), self.lakes[held].state)
                         or misplaced(lake))
        return outcome

    def report_problem(self, lake, legal):
        """What is wrong with a report over a lake, each day of which is that of a legal lake."""
        # Where no run came as far as a day, there is no lake yet to report on.
        is_empty = not any(Path(lake).glob("year=*"))
        outcome = self.commands.report(lake, DAYS[0], DAYS[-1])
        self.tally.answers += 1
        if outcome.code == NO_INPUT and is_empty:
            return answer_problem({"rows": []}, legal)
        trouble = report_trouble(outcome)
        if trouble and not outcome.output:
            return trouble
        # What is wrong with the rows says more than that the report doubts them.
        return answer_problem(json.loads(outcome.output), legal) or trouble


def totals_by_day(days):
    """What a report says of a lake that holds these calls by day."""
    return {day: totals(calls) for day, calls in days.items()}


def answer_problem(answer, legal):
    """What is wrong with a report's answer, if each day must be that of a legal lake as a whole."""
    days = {}
    for row in answer["rows"]:
        key = row["tenant_id"], row["model_id"], row["user_id"]
        day = days.setdefault(row["usage_date"], {})
        if key in day:
            return f"a report has two rows of one key on {row['usage_date']}"
        day[key] = tuple(row[name] for name in (
            "request_count", "input_tokens", "output_tokens", "total_tokens"))
    for day in DAYS:
        allowed = [lake.totals.get(day, {}) for lake in legal]
        if days.get(day, {}) not in allowed:
            count = sum(row[0] for row in days.get(day, {}).values())
            due = sorted({sum(row[0] for row in one.values()) for one in allowed})
            nearest = min(due, key=lambda one: abs(one - count))
            return Difference(f"a report counts {count} calls on {day}, {due} would be whole",
                              max(0, nearest - count), max(0, count - nearest))
    return None


def _count_problem(summary, objects, code=None):
    """What is wrong with a clean run's counts; those of objects that it skipped are not in them."""
    if not summary:
        return "no summary"
    fates = sum(summary[name] for name in ("records", "duplicates", "foreign", "rejected"))
    wanted = {
        "objects": len(objects), "failed_objects": 0, "uncommitted": 0,
        "events": sum(each.events for each in objects),
        "foreign": sum(each.foreign for each in objects),
        "rejected": sum(each.rejected for each in objects),
    }
    skipped = summary["skipped"]
    if summary["objects"] + skipped != len(objects):
        return f"{summary['objects']} objects read and {skipped} skipped are not {len(objects)}"
    for name, value in wanted.items():
        if summary[name] > value or not skipped and summary[name] != value:
            return f"{name} is {summary[name]}, not {value}"
    if fates != summary["events"]:
        return f"the fates add up to {fates}, not {summary['events']}"
    if code is not None and code != (SOME_REJECTED if summary["rejected"] else DONE):
        return f"ended with {code} after {summary['rejected']} rejected lines"
    return None


def make_parts(rng, call_count, objects_per_part=OBJECTS_PER_PART):
    """Objects that hold each call once or more, some in two versions, in all shapes."""
    calls = [random_call(rng) for _ in range(call_count)]
    others = [other_version(rng, call) for call in rng.sample(calls, call_count // 50)]
    lines = calls + [call for call in others if call]
    lines += rng.sample(lines, call_count // 4)
    rng.shuffle(lines)
    shares = [0.5 + rng.random() for _ in range(PARTS * objects_per_part)]
    bounds = [0, *itertools.accumulate(shares)]
    cuts = [int(len(lines) * bound / bounds[-1]) for bound in bounds]
    parts = []
    # One part has no rejected lines, so that its runs end with 0.
    spotless = rng.randrange(PARTS)
    for part in range(PARTS):
        objects = []
        shapes = rng.sample(list(SHAPES), objects_per_part)
        for number, shape in enumerate(shapes):
            index = part * objects_per_part + number
            name = f"{number}-{shape.replace(' ', '-')}"
            objects.append(make_object(
                rng, name, shape, lines[cuts[index]:cuts[index + 1]],
                part != spotless and (number == 0 or rng.random() < 0.5)))
        parts.append(objects)
    return parts
