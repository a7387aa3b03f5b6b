#!/usr/bin/env python3
"""Guards the record path's cost in instructions, which do not vary as seconds do.

    instructions.py BIN_DIR            fails where a variant needs over 5 % more than recorded
    instructions.py BIN_DIR --record   writes the present counts to instructions.json

Counts are callgrind's, per log line, on small fixed objects, less those of the product's inflate of the
same objects, so that neither that nor the start of the process matters.
"""

import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile

LINES = 40_000
OBJECTS = 2
RECORDED = pathlib.Path(__file__).with_name("instructions.json")
# What is done with which objects.
VARIANTS = {
    "stream": ("stream", "usage"),
    "merge": ("merge", "usage"),
    "foreign text": ("stream", "text"),
    "foreign documents": ("stream", "documents"),
}
OTHERS = {
    "text": "START RequestId: 8f3c1d1e-52b5-4b0c-9d1c-%012d Version: $LATEST\n",
    "documents": '{"level": "INFO", "path": "/chat", "ms": %d, "tags": ["a", {"b": null}]}\n',
}


def make_objects(tool, folder):
    """Usage as an export has it, and other lines without times before them, as Firehose leaves them."""
    subprocess.run([tool, "generate", folder / "usage", str(LINES), str(OBJECTS)], check=True)
    for name, line in OTHERS.items():
        (folder / name).mkdir()
        text = "".join(line % number for number in range(LINES))
        (folder / name / "0.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def instructions(tool, variant, folder):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", tool, variant, folder]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return int(re.search(r"refs:\s+([\d,]+)", text)[1].replace(",", ""))


def main():
    tool = pathlib.Path(sys.argv[1]) / "benchmark-tool"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_objects(tool, folder)
        floors = {name: instructions(tool, "inflate", folder / name) for name in ("usage", *OTHERS)}
        counts = {
            variant: round((instructions(tool, command, folder / name) - floors[name]) / LINES)
            for variant, (command, name) in VARIANTS.items()
        }
    if "--record" in sys.argv:
        RECORDED.write_text(json.dumps(counts, indent=1) + "\n")
        return
    recorded = json.loads(RECORDED.read_text())
    grown = [variant for variant in VARIANTS if counts[variant] > 1.05 * recorded[variant]]
    for variant in VARIANTS:
        print(f"{variant}: {counts[variant]} instructions a line, {recorded[variant]} recorded")
    if grown:
        sys.exit(f"over 5 % more instructions than recorded: {', '.join(grown)}")


if __name__ == "__main__":
    main()
