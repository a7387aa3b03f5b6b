#!/usr/bin/env python3
"""Measures an ingest from S3 beside one from disk, and how well requests overlap.

    s3_benchmark.py BIN_DIR [--lines 2000000] [--rounds 5] [--folder DIR]

BIN_DIR holds a release build. The objects come from static_s3.py of Tests/Servers, on loopback, which
lets the kernel send them. The first figure is the CPU time of our whole process over objects in S3,
divided by that over the same objects on disk in the same round; the lake is on disk both times. The
second is the time of an ingest of small objects where each request takes so long, divided by that of
fetching the same objects one by one, which Python does here over one connection.
"""

import argparse
import contextlib
import http.client
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True

from datasets import Dataset
from measured import run

OBJECTS_OF = 250_000  # lines
SMALL_OBJECTS = 1_000
SMALL_OBJECTS_OF = 100  # lines
LATENCY_MS = 50
SERVER = pathlib.Path(__file__).parent.parent / "Servers" / "static_s3.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, help="keeps the objects for another run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(temporary)
        root = (arguments.folder or scratch / "data").resolve()
        root.mkdir(parents=True, exist_ok=True)
        binaries = arguments.binaries.resolve()
        os.environ["XDG_STATE_HOME"] = str(scratch / "state")
        measure_cpu(binaries, root, scratch / "lake", arguments.lines, arguments.rounds)
        measure_overlap(binaries, root, scratch / "lake", arguments.rounds)


def measure_cpu(binaries, root, lake, lines, rounds):
    data = Dataset(binaries, root, lines, max(1, lines // OBJECTS_OF)).day
    ratios = []
    with serving(root, 0):
        for _ in range(rounds):
            disk = ingest(binaries, data, lake)
            s3 = ingest(binaries, f"s3://{data.name}/", lake)
            ratios.append(s3.cpu / disk.cpu)
            print(f"{lines:,} lines: {disk.cpu:.2f} CPU s from disk, {s3.cpu:.2f} from S3; "
                  f"{disk.wall:.2f} and {s3.wall:.2f} s; {disk.memory:.0f} and {s3.memory:.0f} MiB")
    print(f"CPU from S3 by that from disk: {statistics.median(ratios):.2f} (goal: at most 1.15)")


def measure_overlap(binaries, root, lake, rounds):
    data = Dataset(binaries, root, SMALL_OBJECTS * SMALL_OBJECTS_OF, SMALL_OBJECTS).day
    ratios = []
    with serving(root, LATENCY_MS) as port:
        for _ in range(rounds):
            start = time.monotonic()
            fetch_one_by_one(port, data)
            alone = time.monotonic() - start
            together = ingest(binaries, f"s3://{data.name}/", lake).wall
            ratios.append(together / alone)
            print(f"{SMALL_OBJECTS:,} objects, {LATENCY_MS} ms a request: "
                  f"{alone:.1f} s one by one, {together:.1f} s by an ingest")
    print(f"time of an ingest by that of fetching one by one: {statistics.median(ratios):.3f} "
          f"(goal: at most 0.125)")


def ingest(binaries, source, lake):
    shutil.rmtree(lake, ignore_errors=True)
    return run([binaries / "meter-etl", "ingest", "--source", source, "--lake", lake])


def fetch_one_by_one(port, folder):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for path in sorted(folder.iterdir()):
        connection.request("GET", f"/{folder.name}/{path.name}")
        connection.getresponse().read()
    connection.close()


@contextlib.contextmanager
def serving(folder, latency_ms):
    """Serves the folders in `folder` as buckets, and points the commands to them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, SERVER, folder, "--port", str(port), "--latency-ms", str(latency_ms)])
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }
    try:
        while True:
            with contextlib.suppress(urllib.error.HTTPError, ConnectionError):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/-/", timeout=5)
                    break
                except urllib.error.URLError:
                    time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
