"""Starts the built commands, also under limits and as another user, and keeps what they said."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from calls import SECRET

DONE, USAGE, SOME_REJECTED, NO_INPUT, IO_FAILED, LAKE_HELD = 0, 64, 65, 66, 74, 75
NOBODY = 65534
PATIENCE_SECONDS = 120


class Outcome(NamedTuple):
    """How a command ended."""

    code: int  # negative: the signal that ended it
    output: str
    errors: str
    seconds: float

    @property
    def summary(self):
        """What an ingest says it did; empty where it was stopped."""
        return json.loads(self.output) if self.output else {}

    def problem(self, codes, naming=()):
        """What is wrong with the exit code or the messages, if anything.

        `naming` are paths of which, where the command failed, one must be named.
        """
        if self.code not in codes:
            return f"ended with {self.code}, not {sorted(codes)}: {self.errors[:300]!r}"
        if SECRET in self.errors or SECRET in self.output:
            return "a message shows log content"
        if self.code > 0 and not self.errors:
            return f"ended with {self.code} and no message"
        if self.code > 0 and naming and not any(str(path) in self.errors for path in naming):
            return f"ended with {self.code} and names no file at fault: {self.errors[:300]!r}"
        if self.code not in {DONE, SOME_REJECTED} and self.output:
            return f"ended with {self.code} and a summary"
        return None


def report_trouble(outcome):
    """What is wrong with a report as such, whatever its rows: how it ended, or what it could not read.

    Days without usage, rejected lines and conflicts are said by every report over such lakes, and end it
    with 65.
    """
    trouble = f"a report ended with {outcome.code}: {outcome.errors[:300]!r}"
    if outcome.code not in {DONE, SOME_REJECTED}:
        return trouble
    answer = json.loads(outcome.output)
    # A run that was killed may leave a ledger that only the next run can read.
    said = {line for line in outcome.errors.splitlines() if "_ledger.sqlite" not in line}
    is_sound = (outcome.code == DONE) == answer["complete"] and said <= set(answer["notes"])
    in_doubt = answer["not_read"] or answer["in_doubt"]
    return trouble if in_doubt or not is_sound else None


class Running:
    """A command under way, in a process group of its own."""

    all = set()

    def __init__(self, process):
        self.process = process
        self.start = time.monotonic()
        self.all.add(self)

    @classmethod
    def end_all(cls):
        """Ends what is still under way, such as a run that is held."""
        for running in list(cls.all):
            running.end()

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        self.all.discard(self)

    @property
    def is_over(self):
        return self.process.poll() is not None

    def send(self, number):
        if not self.is_over:
            self.process.send_signal(number)

    def kill_after(self, seconds):
        """Kills the command at a moment after its start, and waits for its end."""
        time.sleep(max(0, self.start + seconds - time.monotonic()))
        self.send(signal.SIGKILL)
        return self.wait()

    def wait_for(self, path):
        """Waits until the command has made a file, or is over."""
        while not path.exists() and not self.is_over:
            time.sleep(0.0005)

    def stop_after(self, seconds):
        """Holds the command in some time; `resume` lets it go on."""
        time.sleep(seconds)
        self.send(signal.SIGSTOP)

    def resume(self):
        self.send(signal.SIGCONT)

    def wait(self):
        try:
            output, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            output, errors = b"", b"not over in time"
        self.all.discard(self)
        return Outcome(self.process.returncode, output.decode(errors="replace"),
                       errors.decode(errors="replace"), time.monotonic() - self.start)


class Commands:
    """`meter-etl` and `meter-report` of a folder."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        ingest_help = self._help("ingest")
        self.has_formats = "--format" in ingest_help
        self.has_ledger = "--ledger" in ingest_help
        self.has_convert = "convert" in self._help()

    def _help(self, *subcommand):
        done = subprocess.run([self.folder / "meter-etl", *subcommand, "--help"],
                              capture_output=True, check=True, timeout=PATIENCE_SECONDS)
        return done.stdout.decode()

    def copied_to(self, folder):
        """The same commands in a folder that other users can reach."""
        for name in ("meter-etl", "meter-report"):
            shutil.copy(self.folder / name, folder / name)
            (folder / name).chmod(0o755)
        return Commands(folder)

    def works_for_nobody(self):
        """Whether a user without rights can run the commands here."""
        try:
            return subprocess.run(
                [self.folder / "meter-etl", "--help"], capture_output=True, user=NOBODY,
                group=NOBODY, extra_groups=[], timeout=PATIENCE_SECONDS).returncode == 0
        except OSError:
            return False

    def start(self, name, *arguments, under=(), prepare=None, signals_restored=True,
              nobody=False, environment=None):
        """Starts a command.

        `under` is a command that runs it, and `prepare` what the new process does first. Python
        ignores SIGXFSZ, and the command inherits that unless `signals_restored`. What AWS's tools
        take from the environment is what `environment` says alone.
        """
        environment = {
            key: value for key, value in os.environ.items()
            if key != "METER_LAKE" and not key.startswith("AWS_")
        } | (environment or {})
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if nobody else {}
        return Running(subprocess.Popen(
            [*under, self.folder / name, *map(str, arguments)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            start_new_session=True, preexec_fn=prepare, restore_signals=signals_restored,
            **user))

    def start_ingest(self, source, lake, jobs, format=None, **how):
        chosen = ["--format", format] if format else []
        return self.start("meter-etl", "ingest", "--source", source, "--lake", lake,
                          "--jobs", jobs, "--summary", "json", *chosen, **how)

    def ingest(self, source, lake, jobs, format=None, **how):
        return self.start_ingest(source, lake, jobs, format, **how).wait()

    def report(self, lake, first, last, **how):
        """Starts and ends a report by tenant, day, model and user."""
        return self.start("meter-report", "--lake", lake, "--from", first, "--to", last, "--by",
                          "model", "--by", "user", "--format", "json", **how).wait()
