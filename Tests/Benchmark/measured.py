"""Runs a command as a process of its own, and what the kernel says of it afterwards."""

import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile


@dataclasses.dataclass
class Run:
    cpu: float  # seconds, of all threads
    wall: float  # seconds
    memory: float  # MiB, at its peak
    read: int  # bytes that its read calls returned; 0 where the system does not say
    output: str


def run(command, cores=None):
    """Runs a command, on these cores alone if they are given, and ends the benchmark if it fails."""
    def pin():
        if cores is not None:
            os.sched_setaffinity(0, cores)

    command = [str(part) for part in command]
    with tempfile.TemporaryFile("w+") as output:
        start = os.times().elapsed
        process = subprocess.Popen(command, stdout=output, preexec_fn=pin)
        # The process has ended, but its figures can still be read.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        wall = os.times().elapsed - start
        read = bytes_read(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{command[0]} ended with {process.returncode}")
        output.seek(0)
        return Run(
            usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, read, output.read()
        )


def bytes_read(process):
    try:
        lines = pathlib.Path(f"/proc/{process}/io").read_text().splitlines()
    except OSError:
        return 0
    return int(dict(line.split(": ") for line in lines)["rchar"])
