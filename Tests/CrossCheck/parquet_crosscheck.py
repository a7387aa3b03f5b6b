"""Checks Parquet files against pyarrow, DuckDB and Polars, written here and read there and back.

    parquet_crosscheck.py TOOL

TOOL is the built `parquet-tool`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import parquet_foreign
import parquet_grid
import parquet_readers


class Results:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def note(self, name, problem):
        if problem is None:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}: {problem}"[:600])


class Tool:
    """The built `parquet-tool`."""

    def __init__(self, path):
        self.path = Path(path).resolve()

    def write(self, specification, path):
        source = path.with_suffix(".json")
        source.write_text(json.dumps(specification))
        self._run("write", source, path)

    def read(self, path):
        """The rows of a file as lists of cells."""
        return [json.loads(line) for line in self._run("read", path).splitlines()]

    def error(self, path):
        """What the tool says about a file that it does not read, or None if it does."""
        done = subprocess.run([self.path, "read", path], capture_output=True, text=True, timeout=60)
        return None if done.returncode == 0 else done.stderr

    def _run(self, *arguments):
        done = subprocess.run(
            [self.path, *arguments], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"parquet-tool {arguments[0]}: {done.stderr.strip()[:300]}")
        return done.stdout


def difference(expected, actual):
    """The first place in which two lists of columns of cells differ, or None."""
    if len(expected) != len(actual):
        return f"{len(actual)} columns instead of {len(expected)}"
    for index, (left, right) in enumerate(zip(expected, actual)):
        if len(left) != len(right):
            return f"column {index}: {len(right)} rows instead of {len(left)}"
        for row, (one, other) in enumerate(zip(left, right)):
            if one != other:
                return f"column {index}, row {row}: {other!r} instead of {one!r}"
    return None


def problem_of(check):
    """What a check returns, or the error that it ends in."""
    try:
        return check()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def check_written(tool, folder, results):
    """Files that the tool writes."""
    for number, (name, columns, groups, layout) in enumerate(parquet_grid.files()):
        path = folder / f"written-{number}.parquet"
        metadata = {"made for": name}
        tool.write({
            "columns": [
                {"name": column.name, "type": column.kind, "isOptional": column.optional,
                 "isDictionary": column.dictionary}
                for column in columns],
            "rowGroups": [[list(row) for row in zip(*group)] for group in groups],
            "metadata": metadata, **layout,
        }, path)
        expected = [
            [cell for group in groups for cell in group[index]] for index in range(len(columns))]
        for reader, read in parquet_readers.READERS.items():
            results.note(
                f"{reader} reads {name}",
                problem_of(lambda: difference(expected, read(path, columns))))
        results.note(
            f"pyarrow's view of the footer of {name}",
            problem_of(lambda: parquet_readers.footer_problem(
                path, columns, groups, metadata, layout)))
        results.note(
            f"reading back {name}",
            problem_of(lambda: difference(
                expected, [list(cells) for cells in zip(*tool.read(path))] or [[]] * len(columns))))


def check_foreign(tool, folder, results):
    """Files that the others write."""
    for number, (name, write, expected) in enumerate(parquet_foreign.files()):
        path = folder / f"foreign-{number}.parquet"

        def problem():
            write(path)
            rows = tool.read(path)
            return difference(
                expected, [list(cells) for cells in zip(*rows)] or [[]] * len(expected))

        results.note(f"reading {name}", problem_of(problem))
    for number, (name, write, words) in enumerate(parquet_foreign.unsupported()):
        path = folder / f"unsupported-{number}.parquet"

        def problem():
            write(path)
            error = tool.error(path)
            return None if error is not None and words in error else f"the tool says {error!r}"

        results.note(f"refusing {name}", problem_of(problem))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tool = Tool(sys.argv[1])
    results = Results()
    with tempfile.TemporaryDirectory() as folder:
        check_written(tool, Path(folder), results)
        check_foreign(tool, Path(folder), results)
    print(f"{results.passed} passed, {results.failed} failed")
    sys.exit(1 if results.failed else 0)


if __name__ == "__main__":
    main()
