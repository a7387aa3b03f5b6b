"""Runs the built commands."""

import json
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DONE, SOME_INPUT_REJECTED = 0, 65
# What a documented command may name, and a check chooses for itself.
READING_OPTIONS = {"--source", "--lake", "--format"}


class Tools:
    """`meter-etl` and `meter-report` of one folder."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()

    def ingest(self, source, lake):
        """Reads log objects into a lake and returns the summary."""
        return json.loads(self._run(
            "meter-etl", "ingest", "--source", str(source), "--lake", str(lake),
            "--summary", "json"))

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
    """The first and last day that a report's options name."""
    pairs = dict(zip(options, options[1:]))
    if "--day" in pairs:
        return pairs["--day"], pairs["--day"]
    return pairs["--from"], pairs["--to"]


def shown(options):
    """Options as one line that is safe to print."""
    text = ascii(shlex.join(options))[1:-1]
    return text if len(text) <= 240 else text[:240] + "..."
