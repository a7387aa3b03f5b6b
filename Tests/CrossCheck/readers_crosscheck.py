#!/usr/bin/env python3
"""Proves that a lake, as it is in use, is a table to the readers that analysts have.

    readers_crosscheck.py BIN_DIR SERVER_PROGRAM

BIN_DIR holds meter-etl; SERVER_PROGRAM is moto_server. It needs the packages of catalog-requirements.txt.

A lake on disk and one in S3 get all that a lake may hold: rejected lines, a repaired one, a file that was taken
over, a day file that was damaged, closed days, and an ingest that is under way, stopped while it has files in
the making. The one-liners of the page on other readers must then count the rows of the day files, with partition columns as
text. Beside the day files no name may be one that patterns for data take.
"""

import argparse
import fnmatch
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import duckdb
import fsspec
import pyarrow.parquet

from catalog_crosscheck import (BUCKET, DATABASE, ROOT, TABLE, Failure, expect, free_port, run,
                                set_up_environment, wait_for)

PATTERNS = ["*.json*", "*.parquet*", "*.gz*", "*.orc*", "*.csv*"]
KINDS = {"_rejected", "_replaced", "_replayed", "_damaged", "_facts"}
ANYHOW = frozenset({0, 65})
# Enough that an ingest is at work for a while.
LINES, DAYS = 4000, 8
PAGE = ROOT / "Sources/MeteringPipeline/MeteringPipeline.docc/Readers.md"
PAGE_LAKE = "s3://your-bucket/lake"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("server", type=Path)
    arguments = parser.parse_args()
    binaries, port = arguments.folder.resolve(), free_port()
    server = subprocess.Popen(
        [arguments.server, "-H", "127.0.0.1", "-p", str(port)], env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        set_up_environment(port)
        os.environ["AWS_ALLOW_HTTP"] = "true"
        wait_for(port)
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        duckdb.register_filesystem(fsspec.filesystem("s3"))
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            os.environ["XDG_STATE_HOME"] = str(folder / "state")
            make_lines(folder / "late")
            for lake in (LocalLake(folder / "lake"), LakeInS3(folder / "state")):
                check(binaries, lake, folder)
    except Failure as failure:
        print(failure)
        return 1
    finally:
        server.terminate()
        server.wait()
    return 0


class LocalLake:
    def __init__(self, folder):
        self.place = str(folder)
        self.folder = folder

    def names(self):
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]

    def read(self, name):
        return (self.folder / name).read_bytes()

    def write(self, name, content):
        (self.folder / name).write_bytes(content)

    def rows(self, name):
        return pyarrow.parquet.read_metadata(self.folder / name).num_rows

    def in_the_making(self):
        return list(self.folder.glob("_staging/*"))


class LakeInS3:
    def __init__(self, state):
        self.place = f"s3://{BUCKET}/lake"
        self.state = state
        self.client = boto3.client("s3")

    def names(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="lake/")
        return [each["Key"].removeprefix("lake/") for page in pages for each in page.get("Contents", [])]

    def read(self, name):
        return self.client.get_object(Bucket=BUCKET, Key=f"lake/{name}")["Body"].read()

    def write(self, name, content):
        self.client.put_object(Bucket=BUCKET, Key=f"lake/{name}", Body=content)

    def rows(self, name):
        return pyarrow.parquet.read_metadata(pyarrow.BufferReader(self.read(name))).num_rows

    def in_the_making(self):
        return list(self.state.glob("bedrock-metering/*/_staging/*"))


def check(binaries, lake, folder):
    """Reads a lake that has been in use, while it is."""
    use(binaries, lake, folder)
    with under_way(binaries, lake, folder / "late"):
        names = lake.names()
        days = [name for name in names if re.fullmatch(r"year=\d+/month=\d+/day=\d+/[^/]+", name)]
        others = sorted(set(names) - set(days)) + [path.name for path in lake.in_the_making()]
        taken = [name for name in others for pattern in PATTERNS
                 if fnmatch.fnmatch(name.split("/")[-1], pattern)]
        expect(f"{lake.place}: names that patterns take", taken, [])
        kinds = {name.split("/")[0] for name in others if "/" in name} - {"_staging"}
        expect(f"{lake.place}: kinds of other files", KINDS - kinds, set())
        rows = sum(lake.rows(name) for name in days)
        keys = {tuple(part.split("=")[1] for part in name.split("/")[:3]) for name in days}
        for line in one_liners():
            if "awswrangler" in line and not lake.place.startswith("s3:"):
                continue
            read_as_documented(line, lake.place, rows, keys)
    print(f"{lake.place}: {len(days)} days, {rows} rows, beside {len(others)} other files: as it should be")


def use(binaries, lake, folder):
    """Does to a lake all that leaves something in it."""
    def etl(*arguments, allowed=ANYHOW):
        return run(binaries, *arguments, "--lake", lake.place, allowed=allowed)

    source = ["--source", ROOT / "samples"]
    etl("ingest", *source)
    etl("register", *([] if lake.place.startswith("s3:") else ["--location", f"s3://{BUCKET}/elsewhere"]),
        "--table", TABLE if lake.place.startswith("s3:") else "elsewhere", allowed=frozenset({0}))
    day = sorted(name for name in lake.names() if name.startswith("year="))[0]
    # A file that something else has put there.
    lake.write(day.rpartition("/")[0] + "/part-0.json", line(0, 0).encode())
    etl("ingest", *source)
    lake.write(day, lake.read(day)[:-20])
    etl("rebuild", "--day", day_of(day))
    repairs = json.loads(etl("rejects", "--to-repair").splitlines()[0])
    repairs.pop("raw_base64", None)
    (folder / "repairs.jsonl").write_text(json.dumps({**repairs, "raw": line(1, 1)}) + "\n")
    etl("replay", folder / "repairs.jsonl")
    etl("close", "--force", "--day", day_of(day))


def day_of(name):
    return "-".join(re.match(r"year=(\d+)/month=(\d+)/day=(\d+)/", name).groups())


def make_lines(folder):
    folder.mkdir()
    (folder / "late.json").write_text("\n".join(line(number, number % DAYS) for number in range(LINES)))


def line(number, day):
    usage = random.Random(number)
    return json.dumps({
        "timestamp": f"2025-11-{day + 1:02d}T{number % 24:02d}:00:00.{number:06d}", "tenant_id": "late",
        "user_id": f"u-{usage.randrange(1000)}", "model_id": "m", "input_tokens": usage.randrange(9999),
        "output_tokens": 1, "event_type": "bedrock_token_usage", "request_id": f"late-{number}"})


class under_way:
    """An ingest that is stopped while it has files in the making, and goes on in the end."""

    TRIES = 20

    def __init__(self, binaries, lake, source):
        self.command = [binaries / "meter-etl", "ingest", "--reread", "--source", source, "--lake", lake.place]
        self.lake = lake

    def __enter__(self):
        for _ in range(self.TRIES):
            self.process = subprocess.Popen(
                self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while self.process.poll() is None:
                if self.lake.in_the_making():
                    self.process.send_signal(signal.SIGSTOP)
                    # It may have been through with that file by then.
                    time.sleep(0.05)
                    if self.lake.in_the_making():
                        return
                    self.process.send_signal(signal.SIGCONT)
            days = {name for name in self.lake.names() if name.startswith("year=2025/month=11/")}
            for name in days:
                self.remove(name)
        raise Failure(f"{self.lake.place}: no ingest could be stopped in its work")

    def remove(self, name):
        if isinstance(self.lake, LocalLake):
            (self.lake.folder / name).unlink()
        else:
            self.lake.client.delete_object(Bucket=BUCKET, Key=f"lake/{name}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)
        self.process.wait()


def one_liners():
    """The statements of the page on other readers, one a line."""
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    return [each for each in block.splitlines() if PAGE_LAKE in each or TABLE in each]


def read_as_documented(statement, place, rows, keys):
    """Runs a statement of that page over a lake, and compares what it reads."""
    names = {}
    head = re.search(r"```python\n(.*?)\n\n", PAGE.read_text(), re.DOTALL)[1]
    exec(head, names)
    frame = eval(statement.replace(PAGE_LAKE, place), names)
    what = f"{place}: {statement}"
    frame = frame.df() if hasattr(frame, "df") else frame
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    expect(what, len(frame), rows)
    found = set(frame[["year", "month", "day"]].astype(object).drop_duplicates()
                .itertuples(index=False, name=None))
    expect(what, found, keys)


if __name__ == "__main__":
    sys.exit(main())
