#!/usr/bin/env python3
"""Guards the record path's cost in instructions, which do not vary as seconds do.

    instructions.py BIN_DIR            fails where a variant needs over 5 % more than recorded
    instructions.py BIN_DIR --record   writes the present counts to instructions.json

Counts are callgrind's, per log line, on small fixed objects, less those of zlib's inflate of the same
objects, so that the start of the process does not matter. What our own inflate needs beyond zlib's, or
less, is in them.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

LINES = 40_000
OBJECTS = 2
VARIANTS = ("stream", "merge")
RECORDED = pathlib.Path(__file__).with_name("instructions.json")


def instructions(tool, variant, folder):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", tool, variant, folder]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return int(re.search(r"refs:\s+([\d,]+)", text)[1].replace(",", ""))


def main():
    tool = str(pathlib.Path(sys.argv[1]) / "benchmark-tool")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tool, "generate", folder, str(LINES), str(OBJECTS)], check=True)
        floor = instructions(tool, "floor", folder)
        counts = {
            variant: round((instructions(tool, variant, folder) - floor) / LINES)
            for variant in VARIANTS
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
