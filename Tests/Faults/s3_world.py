"""Objects in a bucket, and the lakes that undisturbed runs make of them."""

import itertools
import json
import shutil

from calls import DAYS, kept
from commands import DONE, NO_INPUT, SOME_REJECTED, report_trouble
from lake_state import Difference, LakeState, difference, model_difference, rows
from world import PARTS, Undisturbed, answer_problem, make_parts, totals_by_day

CALLS = 1_500
OBJECTS_PER_PART = 3


class S3World:
    """Three prefixes of objects that share calls, and the lake of each set of them."""

    def __init__(self, commands, moto, folder, rng, tally, format):
        self.commands = commands
        self.moto = moto
        self.folder = folder
        self.rng = rng
        self.tally = tally
        self.format = format
        self.bucket = f"metering-{format}"
        moto.make_bucket(self.bucket)
        self.parts = make_parts(rng, CALLS, OBJECTS_PER_PART)
        for part, objects in enumerate(self.parts):
            for each in objects:
                moto.put(self.bucket, f"source/part {part}/{each.name}", each.content)
        self.lakes = {}
        for count in range(PARTS + 1):
            for parts in itertools.combinations(range(PARTS), count):
                self.lakes[frozenset(parts)] = self._undisturbed(frozenset(parts))

    # --- What runs need --------------------------------------------------------------------------

    def source(self, parts):
        """The place that holds the objects of some parts: of one, or of all."""
        if len(parts) == PARTS:
            return f"s3://{self.bucket}/source"
        (part,) = parts
        return f"s3://{self.bucket}/source/part {part}"

    def lake(self, name):
        return f"s3://{self.bucket}/{name}"

    def environment(self, server, state):
        """What a run finds S3 and its own folder by."""
        return {
            "AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "XDG_STATE_HOME": str(self.folder / state),
        }

    def start(self, server, state, parts, lake, jobs=2):
        return self.commands.start_ingest(
            self.source(parts), self.lake(lake), jobs, self.format,
            environment=self.environment(server, state))

    def ingest(self, server, state, parts, lake):
        return self.start(server, state, parts, lake).wait()

    def forget(self, state, lake=None):
        shutil.rmtree(self.folder / state, ignore_errors=True)
        if lake:
            for key in self.moto.keys(self.bucket, lake + "/"):
                self.moto.delete(self.bucket, key)

    def copy(self, parts, lake):
        """Makes a lake that holds some parts, without a ledger."""
        for key, content in self.lakes[parts].path.items():
            self.moto.put(self.bucket, f"{lake}/{key}", content)

    def objects(self, parts):
        return [each for part in sorted(parts) for each in self.parts[part]]

    def clean_code(self, parts):
        """How an undisturbed run over some parts ends."""
        return SOME_REJECTED if any(each.rejected for each in self.objects(parts)) else DONE

    def clean_codes(self, parts):
        """The same where a ledger may know some of the objects."""
        return {DONE, self.clean_code(parts)}

    # --- Lakes -----------------------------------------------------------------------------------

    def contents(self, lake):
        """Everything that lies in a lake, by its key in it."""
        return self.moto.objects(self.bucket, lake + "/")

    def _undisturbed(self, parts):
        name = "undisturbed-" + "".join(map(str, sorted(parts)))
        for part in sorted(parts):
            outcome = self.ingest(self.moto, name, frozenset([part]), name)
            self.tally.check("undisturbed", name,
                             outcome.problem({self.clean_code(frozenset([part]))}))
        contents = self.contents(name)
        self.forget(name)
        days = kept([call for each in self.objects(parts) for call in each.calls])
        made = Undisturbed(parts, contents, state(contents), totals_by_day(days))
        if self.format == "json":
            self.tally.check("undisturbed", name, model_difference(made.state, days))
        if parts:
            self.tally.check("undisturbed", name, self.report_problem(name, [made]))
        return made

    def lake_problem(self, lake, parts):
        """How a lake differs from that of undisturbed runs over some parts."""
        contents = self.contents(lake)
        return difference(state(contents), self.lakes[parts].state) or misplaced(contents)

    def between_problem(self, lake, before, after):
        """What a lake has lost since `before`, or holds that `after` does not.

        Rows are compared where they can be read without the product, that is in lakes of JSON lines.
        """
        contents = self.contents(lake)
        found, old, new = state(contents), self.lakes[before].state, self.lakes[after].state
        for name in sorted(old.days.keys() - found.days.keys()):
            return Difference(f"day file {name} is missing", len(rows(old.days[name])))
        for name, content in found.days.items():
            if name not in new.days:
                return Difference(f"day file {name} is too many")
            if self.format == "json" and content not in (old.days.get(name), new.days[name]):
                found_rows, old_rows = set(rows(content)), set(rows(old.days.get(name, b"")))
                new_keys = {identity(row) for row in rows(new.days[name])}
                lost = {identity(row) for row in old_rows} - {identity(row) for row in found_rows}
                added = {identity(row) for row in found_rows} - new_keys
                if lost or added or len(rows(content)) != len(found_rows):
                    return Difference(f"day file {name} is between no two runs", len(lost), len(added))
        return misplaced(contents)

    def report_problem(self, lake, legal):
        """What is wrong with a report over a lake, each day of which is that of a legal lake."""
        outcome = self.report(lake)
        return report_trouble(outcome) or answer_problem(json.loads(outcome.output), legal)

    def report(self, lake, server=None):
        self.tally.answers += 1
        return self.commands.report(
            self.lake(lake), DAYS[0], DAYS[-1],
            environment=self.environment(server or self.moto, f"report-{lake}"))

    def is_readable(self, lake):
        """Whether a report reads all of a lake, which may be empty."""
        outcome = self.report(lake)
        is_empty = not any(key.startswith("year=") for key in self.contents(lake))
        return None if outcome.code == NO_INPUT and is_empty else report_trouble(outcome)

    # --- Whether the comparisons notice what is wrong --------------------------------------------

    def check_noticing(self):
        full, half = frozenset(range(PARTS)), frozenset([0])
        day = next(iter(self.lakes[full].state.days))
        spoilt = {
            "a day file is gone": lambda lake: self.moto.delete(self.bucket, f"{lake}/{day}"),
            "a day file is another's": lambda lake: self.moto.put(
                self.bucket, f"{lake}/{day}", self.lakes[half].state.days.get(day, b"")),
            "a day file is cut": lambda lake: self.moto.put(
                self.bucket, f"{lake}/{day}", self.lakes[full].state.days[day][:-9]),
            "an object is left": lambda lake: self.moto.put(self.bucket, f"{lake}/left", b"x"),
        }
        for name, spoil in spoilt.items():
            self.copy(full, "spoilt")
            self.tally.check("self-test", name, self.lake_problem("spoilt", full))
            spoil("spoilt")
            problem = self.lake_problem("spoilt", full)
            self.tally.check("self-test", name, None if problem else "was not noticed")
            self.forget("spoilt", "spoilt")
        if self.format == "json":
            self.copy(full, "spoilt")
            problem = self.between_problem("spoilt", half, half)
            self.tally.check("self-test", "too many rows", None if problem else "was not noticed")
            problem = self.between_problem("spoilt", half, full)
            self.tally.check("self-test", "enough rows", problem)
            self.forget("spoilt", "spoilt")


def state(contents):
    """The day files of a lake, and its rejected lines."""
    return LakeState(
        {key: content for key, content in contents.items() if key.startswith("year=")},
        {key: content for key, content in contents.items() if key.startswith("_rejected/")})


def misplaced(contents):
    """What lies in a lake and is neither a day's nor kept on purpose."""
    # A run that is killed while it tries whether conditions hold leaves its object, which nobody reads.
    kept = ("year=", "_rejected/", "_conditional-write-check-")
    for key in sorted(contents):
        if not key.startswith(kept) and key != "_settings":
            return Difference(f"{key} lies in the lake")
    return None


def identity(row):
    """What tells a call of a JSON line from others: a conflict may yet be decided otherwise."""
    row = json.loads(row)
    if row.get("request_id"):
        return row["tenant_id"], row["request_id"]
    return tuple(sorted(row.items()))
