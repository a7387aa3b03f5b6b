"""Runs the built commands."""

import json
import shlex
import subprocess
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytz

ROOT = Path(__file__).resolve().parents[2]

DONE, SOME_INPUT_REJECTED = 0, 65
# What a documented command may name, and a check chooses for itself.
READING_OPTIONS = {"--source", "--lake", "--format"}


class Tools:
    """`meter-etl` and `meter-report` of one folder."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()

    def ingest(self, source, lake, format):
        """Reads log objects into a lake and returns the summary."""
        return json.loads(self._run(
            "meter-etl", "ingest", "--source", str(source), "--lake", str(lake),
            "--format", format, "--summary", "json"))

    def rejects(self, lake):
        """How many rejected lines each object of a lake's sources has."""
        listed = json.loads(self._run("meter-etl", "rejects", "--lake", str(lake), "--all",
                                      "--format", "json"))
        return Counter(reject["object"] for reject in listed["rejects"])

    def conflicts(self, lake, periods):
        """How many calls of a lake are in conflict, on the days of `periods`."""
        listed = json.loads(self._run("meter-etl", "conflicts", "--lake", str(lake), "--format", "json"))
        return sum(any(first <= call["day"] <= last for first, last in periods)
                   for call in listed["conflicts"])

    def athena_ingest(self, first, last, source, lake, format="parquet"):
        """The statements of an ingest inside Athena."""
        return self._run(
            "meter-etl", "ingest", "--engine", "athena", "--dry-run", "--from", first, "--to", last,
            "--source", source, "--lake", lake, "--format", format)

    def convert(self, lake, format):
        """Makes the day files of a lake such of another format."""
        self._run("meter-etl", "convert", "--lake", str(lake), "--to", format)

    def report(self, options, *, lake=None, source=None):
        """A report as JSON."""
        place = ["--lake", str(lake)] if lake else ["--source", str(source)]
        return json.loads(self._run("meter-report", *options, *place, "--format", "json"))

    def sql(self, options):
        """The query that stands for a report."""
        text = self._run("meter-report", *options, "--print-sql")
        return text.removesuffix("\n")

    def _run(self, name, *arguments):
        done = subprocess.run(
            [self.folder / name, *arguments], capture_output=True, cwd=ROOT, timeout=300)
        if done.returncode not in {DONE, SOME_INPUT_REJECTED} or not done.stdout:
            message = ascii(done.stderr.decode(errors="replace"))[:300]
            raise CommandError(f"{name} exits with {done.returncode}: {message}")
        return done.stdout.decode()


class CommandError(Exception):
    """A command that should have worked did not."""


def options_of(command):
    """The options of a documented `meter-report` command, without those that say what is read."""
    words = shlex.split(command)
    if words[:1] != ["meter-report"]:
        raise ValueError(f"not a meter-report command: {command}")
    options, skips = [], False
    for word in words[1:]:
        if skips:
            skips = False
        elif word in READING_OPTIONS:
            skips = True
        elif word.split("=")[0] not in READING_OPTIONS:
            options.append(word)
    return options


def period_of(options):
    """The first and last UTC day that the period of a report's options touches."""
    pairs = dict(zip(options, options[1:]))
    first, last = pairs.get("--from", pairs.get("--day")), pairs.get("--to", pairs.get("--day"))
    if "--time-zone" not in pairs:
        return first, last
    zone = pytz.timezone(pairs["--time-zone"])
    day = timedelta(days=1)
    near_first = [date.fromisoformat(first) + number * day for number in (-1, 0, 1)]
    near_last = [date.fromisoformat(last) + number * day for number in (-1, 0, 1)]
    touched = [str(utc_day) for utc_day in near_first + near_last
               if 2020 <= utc_day.year <= 2050 and _touches(utc_day, first, last, zone)]
    return min(touched), max(touched)


def _touches(utc_day, first, last, zone):
    """Whether a minute of a UTC day falls on a local day from `first` to `last`."""
    start = datetime.combine(utc_day, time())
    locals = (zone.fromutc(start + timedelta(minutes=minute)) for minute in range(24 * 60))
    return any(first <= str(local.date()) <= last for local in locals)


def shown(options):
    """Options as one line that is safe to print."""
    text = ascii(shlex.join(options))[1:-1]
    return text if len(text) <= 240 else text[:240] + "..."
